import { createRequire } from "node:module";

/** vaekit's version, from the package's own manifest. */
export const version: string = (createRequire(import.meta.url)("../package.json") as { version: string })
  .version;
