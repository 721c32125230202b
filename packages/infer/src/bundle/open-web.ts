import { BundleError } from "../errors.js";
import { openCacheStorage } from "./cache-storage.js";
import { chooseCache, type OpenOptions, openGiven, type VaeSource } from "./open-given.js";
import type { BundleSource } from "./source.js";
import { urlSource } from "./url.js";

export { clearCache } from "./cache-storage.js";

/** A bundle by its address, relative to the page (in a worker, to its script), or at hand. @throws BundleError */
export async function openWeb(source: VaeSource, options: OpenOptions = {}): Promise<BundleSource> {
  if (typeof source !== "string" && !(source instanceof URL)) return openGiven(source);
  const cache = await chooseCache(options.cache, openCacheStorage);
  return urlSource(absolute(source), { ...options, cache });
}

function absolute(address: string | URL): URL {
  const base = globalThis.document?.baseURI ?? globalThis.location?.href;
  try {
    return new URL(address, base);
  } catch (cause) {
    throw new BundleError(
      `"${address}" is no address${base ? ` as seen from ${base.slice(0, 200)}` : ""}. Give a whole one, with https://.`,
      { cause },
    );
  }
}
