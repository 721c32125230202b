import { createRequire } from "node:module";

/** This package's own version; from a file as deep in the sources as in what is built of them. */
export const { version: packageVersion } = createRequire(import.meta.url)("../package.json") as {
  version: string;
};
