import { stat } from "node:fs/promises";
import { basename, dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { BundleError } from "../errors.js";
import { directoryCache } from "./cache-directory.js";
import { directorySource } from "./directory.js";
import { tooLarge } from "./files.js";
import { manifestName } from "./names.js";
import { chooseCache, type OpenOptions, openArchive, openGiven, type VaeSource } from "./open-given.js";
import { readRegular } from "./regular-file.js";
import type { BundleSource } from "./source.js";
import { archiveLimit, urlSource } from "./url.js";

export { clearCache } from "./cache-directory.js";

/** A bundle by its directory, .zip file, http(s):// or file:// address, or at hand. @throws BundleError */
export async function openNode(source: VaeSource, options: OpenOptions = {}): Promise<BundleSource> {
  if (typeof source !== "string" && !(source instanceof URL)) return openGiven(source);
  const address = `${source}`;
  if (/^(https?:\/\/|data:)/i.test(address)) {
    return urlSource(address, { ...options, cache: await chooseCache(options.cache, directoryCache) });
  }
  if (/^file:/i.test(address)) return openPath(pathOf(address));
  if (source instanceof URL || /^[a-z][a-z0-9+.-]+:\/\//i.test(address)) {
    throw new BundleError(
      `${address.slice(0, 200)}: addresses start with http://, https:// or file://. Download the bundle and give its directory.`,
    );
  }
  return openPath(address);
}

function pathOf(address: string): string {
  try {
    return fileURLToPath(address);
  } catch (cause) {
    throw new BundleError(`${address}: no path of this computer (${(cause as Error).message})`, { cause });
  }
}

/** What is not there is left to the directory's own errors. */
async function openPath(path: string): Promise<BundleSource> {
  const found = await stat(path).catch(() => null);
  if (!found?.isFile()) return directorySource(path);
  if (basename(path) === manifestName) return directorySource(dirname(path));
  if (found.size > archiveLimit) throw tooLarge(path, found.size, archiveLimit);
  const bytes = await readRegular(path, archiveLimit);
  return bytes ? openArchive(bytes, path) : directorySource(path);
}
