import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { temporaryDirectory } from "../support/data.ts";

/** An IDX file's bytes: the header for `shape` and `type`, then whatever body is given. */
export function idxBytes(shape: readonly number[], body: Uint8Array, type = 0x08): Uint8Array {
  const head = new DataView(new ArrayBuffer(4 + 4 * shape.length));
  head.setUint8(2, type);
  head.setUint8(3, shape.length);
  for (const [axis, size] of shape.entries()) head.setUint32(4 + 4 * axis, size);
  return new Uint8Array(Buffer.concat([new Uint8Array(head.buffer), body]));
}

/** 0, 1, 2, ... 255, 0, ... */
export function counting(count: number): Uint8Array {
  return Uint8Array.from({ length: count }, (_, i) => i);
}

/** The bytes as a file that goes when the test does; returns its path. */
export function temporaryFile(bytes: Uint8Array, name = "data.idx"): string {
  const path = join(temporaryDirectory(), name);
  writeFileSync(path, bytes);
  return path;
}

/** Both ways in which an IDX file may come. */
export const packings = [
  ["plain", (bytes: Uint8Array) => bytes],
  ["gzipped", (bytes: Uint8Array) => new Uint8Array(gzipSync(bytes))],
] as const;
