import { type DownloadOptions, download, UnreachableError } from "./download.js";
import { sha256 as digestOf } from "./source.js";

/** Where downloaded files are kept. Keys are any text; what is read back is checked, so nothing in it is trusted. */
export interface BundleCache {
  get(key: string): Promise<Uint8Array | null>;
  put(key: string, bytes: Uint8Array): Promise<void>;
  delete(key: string): Promise<void>;
}

export interface CachedOptions extends DownloadOptions {
  /** Lower-case hex digest of the file: it is kept under this, and not asked for again. */
  sha256?: string;
  cache: BundleCache | null;
  onWarning: (message: string) => void;
}

/** A browser's own cache may have a manifest and files of different exports. */
const revalidated: RequestInit = { cache: "no-cache" };

/**
 * Download a file or take it from the cache. With a digest: from the cache first. Without: from the network first, and
 * what it was the last time where the network fails.
 *
 * A file's bytes are kept under their digest; an address has the digest of what was last there.
 */
export async function cachedDownload(url: URL, options: CachedOptions): Promise<Uint8Array | null> {
  const { cache, sha256, onBytes, onWarning, where } = options;
  if (sha256) {
    const kept = await read(cache, sha256);
    if (kept) onBytes?.(kept.length, kept.length);
    return kept ?? expected(url, sha256, options);
  }
  try {
    const bytes = await download(url, { ...options, init: revalidated });
    if (cache && bytes) {
      const digest = await digestOf(bytes);
      await keep(options, digest, bytes);
      await keep(options, url.href, new TextEncoder().encode(digest));
    }
    return bytes;
  } catch (error) {
    if (!(error instanceof UnreachableError)) throw error;
    const digest = await cache?.get(url.href).catch(() => null);
    const kept = digest && (await read(cache, new TextDecoder().decode(digest)));
    if (!kept || kept.length > options.limit) throw error;
    onWarning(`${error.message} Going on with what was kept of ${where} the last time.`);
    return kept;
  }
}

/** A file that is another one than expected is asked for once more, past the caches on the way. */
async function expected(url: URL, sha256: string, options: CachedOptions): Promise<Uint8Array | null> {
  let bytes = await download(url, { ...options, init: revalidated });
  if (!bytes) return null;
  if ((await digestOf(bytes)) !== sha256) {
    bytes = await download(url, { ...options, init: { cache: "reload" } });
    if (!bytes || (await digestOf(bytes)) !== sha256) return bytes;
  }
  await keep(options, sha256, bytes);
  return bytes;
}

async function read(cache: BundleCache | null, digest: string): Promise<Uint8Array | null> {
  const kept = await cache?.get(digest).catch(() => null);
  if (!kept) return null;
  if ((await digestOf(kept)) === digest) return kept;
  await cache?.delete(digest).catch(() => {});
  return null;
}

/** No room, or no right to write, is no reason not to load. */
async function keep({ cache, onWarning, where }: CachedOptions, key: string, bytes: Uint8Array) {
  await cache?.put(key, bytes).catch((cause) => {
    onWarning(`${where}: not kept for the next time (${(cause as Error).message}).`);
  });
}
