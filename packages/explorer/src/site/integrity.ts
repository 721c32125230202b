import { createHash } from "node:crypto";
import type { SiteFile } from "./manifest.js";

/** As HTML's integrity attribute and a policy's hashes have it. */
export function integrityOf(content: Uint8Array | string): string {
  return `sha256-${createHash("sha256").update(content).digest("base64")}`;
}

function describeFile(bytes: Uint8Array): SiteFile {
  return { bytes: bytes.length, integrity: integrityOf(bytes) };
}

export function describeFiles(files: ReadonlyMap<string, Uint8Array>): Record<string, SiteFile> {
  return Object.fromEntries([...files].map(([path, bytes]) => [path, describeFile(bytes)]));
}

export const encodeText = (content: string): Uint8Array => new TextEncoder().encode(content);
