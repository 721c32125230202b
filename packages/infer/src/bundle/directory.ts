import { join } from "node:path";
import { readRegular } from "./regular-file.js";
import type { BundleSource } from "./source.js";

/** A bundle in a directory of the file system. */
export function directorySource(directory: string): BundleSource {
  return { name: directory, read: (file, limit) => readRegular(join(directory, file), limit) };
}
