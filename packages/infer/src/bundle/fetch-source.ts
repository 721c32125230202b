import { BundleError } from "../errors.js";
import type { BundleSource } from "./source.js";

/** A bundle by its address and nothing more: what is kept of it is the browser's own cache's business. */
export function fetchSource(address: string | URL): BundleSource {
  const base = globalThis.document?.baseURI ?? globalThis.location?.href;
  const folder = new URL(`${address}`.replace(/\/?(vaekit\.json)?$/, "/"), base);
  return {
    name: folder.pathname.slice(0, -1),
    async read(file, limit) {
      const url = new URL(file, folder);
      const response = await fetch(url).catch((cause) => {
        throw new BundleError(`${url}: cannot be fetched: ${cause.message}`, { cause });
      });
      if (response.status === 404) return null;
      const { status, ok, headers } = response;
      const length = headers.get("content-encoding") ? 0 : Number(headers.get("content-length"));
      if (!ok || length > limit) {
        throw new BundleError(
          `${url}: the server answered ${status} with ${length} bytes, of ${limit} at most`,
        );
      }
      return new Uint8Array(await response.arrayBuffer());
    },
  };
}
