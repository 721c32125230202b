import type { BundleSource } from "./source.js";

/** A bundle by its directory, or a source of one's own. Only the first needs a file system. */
export async function openBundle(source: string | BundleSource): Promise<BundleSource> {
  if (typeof source !== "string") return source;
  return (await import("./directory.js")).directorySource(source);
}
