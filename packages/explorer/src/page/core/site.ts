import { type BundleSource, decodeTensors, type StoredTensor, sha256 } from "@vaekit/infer/web";
import type { SiteManifest } from "../../site/manifest.js";

/** What the page was given, in a data block of its own. @throws Error for a page without */
export function readSite(): SiteManifest {
  const block = document.getElementById("site");
  if (!block?.textContent) throw new Error("this page has lost its description of the site; deploy it again");
  return JSON.parse(block.textContent) as SiteManifest;
}

/** Files that a page has in itself, as base64 in data blocks: id "file:" + path. null where it has not. */
export function ownFile(path: string): Uint8Array<ArrayBuffer> | null {
  const block = document.getElementById(`file:${path}`);
  if (!block) return null;
  const text = atob(block.textContent!.trim());
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}

export interface FileOptions {
  /** Told as bytes arrive. */
  onBytes?: (loaded: number) => void;
}

/**
 * A file of the site, whole and with the bytes that the site was deployed with.
 * @throws Error that says which file is missing, unreachable or another one
 */
export async function readFile(
  site: SiteManifest,
  path: string,
  { onBytes }: FileOptions = {},
): Promise<Uint8Array<ArrayBuffer>> {
  const expected = site.files[path];
  const bytes = ownFile(path) ?? (await download(path, expected?.bytes ?? 0, onBytes));
  if (!expected) return bytes;
  if (bytes.length !== expected.bytes || !(await hasDigest(bytes, expected.integrity))) {
    throw new Error(
      `${path} is not the file that was deployed (its sha256 is another). Reload the page; if that does not help, the site must be deployed again.`,
    );
  }
  return bytes;
}

async function hasDigest(bytes: Uint8Array, integrity: string): Promise<boolean> {
  const hex = Array.from(atob(integrity.replace("sha256-", "")), (c) =>
    c.charCodeAt(0).toString(16).padStart(2, "0"),
  );
  return (await sha256(bytes)) === hex.join("");
}

async function download(
  path: string,
  size: number,
  onBytes?: (loaded: number) => void,
): Promise<Uint8Array<ArrayBuffer>> {
  // Names do not change with their content: a copy that the browser kept is asked for again, at the cost of one answer of 304.
  const response = await fetch(path, { cache: "no-cache" }).catch((cause: Error) => {
    throw new Error(`${path} cannot be reached: ${cause.message}. Is there a network?`, { cause });
  });
  if (!response.ok) {
    throw new Error(
      `${path} is missing: the server answered ${response.status}. Upload the whole folder that was deployed.`,
    );
  }
  if (!onBytes || !response.body) return new Uint8Array(await response.arrayBuffer());
  const bytes = new Uint8Array(size);
  let loaded = 0;
  for (const reader = response.body.getReader(); ; ) {
    const { done, value } = await reader.read();
    if (done) break;
    // More than was deployed is another file; its digest will say so.
    if (loaded + value.length <= size) bytes.set(value, loaded);
    loaded += value.length;
    onBytes(loaded);
  }
  return loaded > size ? new Uint8Array(loaded) : bytes.subarray(0, loaded);
}

/** The bundle inside the site. */
export function bundleOf(site: SiteManifest): BundleSource {
  const { path } = site.model;
  return {
    name: path,
    async read(file, _limit, { onBytes } = {}) {
      const full = `${path}/${file}`;
      return full in site.files ? readFile(site, full, { onBytes }) : null;
    },
  };
}

export async function readTensors(site: SiteManifest, path: string): Promise<Record<string, StoredTensor>> {
  return decodeTensors(await readFile(site, path), path).tensors;
}
