import type { BundleCache } from "./cache.js";

export const cacheName = "vaekit";

/** No request is made to it: the Cache API keeps what it is given under any http address. */
const address = (key: string) => `https://vaekit.invalid/${encodeURIComponent(key)}`;

/** The browser's Cache API, in pages and workers; null where there is none, as on pages without https. */
export async function openCacheStorage(name: string = cacheName): Promise<BundleCache | null> {
  const cache = await globalThis.caches?.open(name).catch(() => null);
  if (!cache) return null;
  return {
    async get(key) {
      const response = await cache.match(address(key));
      return response ? new Uint8Array(await response.arrayBuffer()) : null;
    },
    put: (key, bytes) => cache.put(address(key), new Response(bytes as Uint8Array<ArrayBuffer>)),
    async delete(key) {
      await cache.delete(address(key));
    },
  };
}

/** Throw away all that was kept of downloaded bundles. */
export async function clearCache(name: string = cacheName): Promise<void> {
  await globalThis.caches?.delete(name);
}
