import { Inflate } from "fflate";
import { BundleError } from "../errors.js";

/** Compressed bytes that are taken at once: at most a thousand times as many come out of them. */
const step = 2 ** 14;

/** Deflated bytes of a declared size, given up as soon as more come out. @throws BundleError */
export function inflated(bytes: Uint8Array, size: number, where: string): Uint8Array {
  const whole = new Uint8Array(size);
  let at = 0;
  const inflate = new Inflate((part) => {
    // Throws a RangeError for more than was declared.
    whole.set(part, at);
    at += part.length;
  });
  try {
    for (let start = 0; start < bytes.length; start += step) {
      inflate.push(bytes.subarray(start, start + step), start + step >= bytes.length);
    }
  } catch (cause) {
    throw new BundleError(`${where}: damaged inside the archive, or larger than it says. Pack it again.`, {
      cause,
    });
  }
  return whole.subarray(0, at);
}

const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});

export function crc32(bytes: Uint8Array): number {
  let crc = -1;
  for (let i = 0; i < bytes.length; i++) crc = (crc >>> 8) ^ table[(crc ^ bytes[i]!) & 255]!;
  return ~crc >>> 0;
}
