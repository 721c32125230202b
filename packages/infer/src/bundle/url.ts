import { BundleError, UsageError } from "../errors.js";
import { type BundleCache, cachedDownload } from "./cache.js";
import { manifestName } from "./names.js";
import type { BundleSource } from "./source.js";

export interface UrlOptions {
  /** Where files are kept between loads. Default: nowhere. */
  cache?: BundleCache | null;
  /** Default: the global fetch. One of your own may add headers or a signal. */
  fetch?: typeof globalThis.fetch;
  /** Milliseconds without a byte after which a download fails; Infinity for none. Default 60,000 */
  timeout?: number;
  /** Told what went wrong and did not stop the load. Default: console.warn. */
  onWarning?: (message: string) => void;
  /** Told as an archive arrives, which is before its files are read: bytes so far, and in all where the server says. */
  onDownload?: (loaded: number, total: number | null) => void;
}

/** No archive is larger than this. */
export const archiveLimit = 2 ** 31;

/**
 * A bundle at an address: that of its folder, of its vaekit.json, or of one .zip file. A query is kept for every file.
 * @throws BundleError for an address that is none, and for an archive that is not there or none
 */
export async function urlSource(address: string | URL, options: UrlOptions = {}): Promise<BundleSource> {
  const { cache = null, fetch = globalThis.fetch, timeout, onDownload, onWarning = console.warn } = options;
  if (timeout !== undefined && !(timeout > 0))
    throw new UsageError(`timeout must be milliseconds above 0, got ${timeout}`);
  const url = parse(address);
  const name = url.protocol === "data:" ? "data URL" : url.href.replace(/[?#].*/, "").replace(/\/$/, "");
  const shared = { cache, fetch, timeout, onWarning };
  if (/^(data|blob):/.test(url.protocol) || /\.zip$/i.test(url.pathname)) {
    const kept = url.protocol.startsWith("http") ? cache : null;
    const bytes = await cachedDownload(url, {
      ...shared,
      cache: kept,
      where: name,
      limit: archiveLimit,
      onBytes: onDownload,
    });
    if (!bytes) throw new BundleError(`${name}: the server has no such file (404). Check the address.`);
    return (await import("./archive.js")).archiveSource(bytes, name);
  }
  const tail = `/${manifestName}`;
  const { pathname } = url;
  const folder = pathname.endsWith(tail) ? pathname.slice(0, -tail.length) : pathname.replace(/\/$/, "");
  const folderName = name.endsWith(tail) ? name.slice(0, -tail.length) : name;
  return {
    name: folderName,
    read(file, limit, more) {
      const from = new URL(url);
      from.pathname = `${folder}/${file.split("/").map(encodeURIComponent).join("/")}`;
      return cachedDownload(from, { ...shared, ...more, where: `${folderName}/${file}`, limit });
    },
  };
}

function parse(address: string | URL): URL {
  let url: URL;
  try {
    url = new URL(address);
  } catch (cause) {
    throw new BundleError(
      `"${address}" is no address. Give a whole one, such as https://example.org/digits.`,
      { cause },
    );
  }
  url.hash = "";
  if (url.username || url.password) {
    throw new BundleError(
      `${url.host}: fetch takes no name and password in an address. Leave them out, and give a fetch that adds an ` +
        "Authorization header.",
    );
  }
  return url;
}
