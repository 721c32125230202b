import { BundleError } from "../errors.js";
import type { BundleSource } from "./source.js";

/** A bundle by its address and nothing more: what is kept of it is the browser's own cache's business. */
export function fetchSource(address: string | URL): BundleSource {
  const base = globalThis.document?.baseURI ?? globalThis.location?.href;
  const folder = new URL(`${address}`.replace(/\/?(vaekit\.json)?$/, "/"), base);
  return {
    name: folder.pathname,
    async read(file, limit) {
      const url = new URL(file, folder);
      const response = await fetch(url).catch((cause) => {
        throw new BundleError(`${url}: cannot be fetched: ${cause.message}`, { cause });
      });
      if (response.status === 404) return null;
      const { status, ok, headers, body } = response;
      if (!ok || !body) throw new BundleError(`${url}: the server answered ${status}`);
      if (Number(headers.get("content-length")) > limit && !headers.get("content-encoding")) {
        throw new BundleError(`${url}: larger than the ${limit} bytes expected`);
      }
      return new Uint8Array(await response.arrayBuffer());
    },
  };
}
