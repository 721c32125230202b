import { inflateSync } from "node:zlib";
import { DataError } from "../errors.js";

/** Samples of a pixel by PNG colour type: grey, RGB, palette, grey and alpha, RGBA. */
const samples: Record<number, number> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };
/** Adam7's seven passes: first column and row, steps. */
const passes = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
] as const;

/**
 * Check that a PNG is whole and holds as many bytes of pixels as its header says, no more and no fewer: pngjs inflates
 * interlaced files without a limit, and takes too few bytes of others for good.
 * The size that the header declares must have been checked before. Returns the file without what follows its end, and
 * its EXIF data.
 * @throws DataError that says what is damaged
 */
export function checkPng(bytes: Uint8Array, where: string): { file: Uint8Array; exif: Uint8Array | null } {
  const damaged = (what: string) =>
    new DataError(`${where}: the PNG is damaged: ${what}. Get the file again, or save it anew.`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const parts: Uint8Array[] = [];
  let exif: Uint8Array | null = null;
  let at = 8;
  for (let type = ""; type !== "IEND"; ) {
    if (at + 12 > bytes.length) throw damaged(`it ends after ${bytes.length} bytes, before its last chunk`);
    const length = view.getUint32(at);
    type = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    if (at + 12 + length > bytes.length) {
      throw damaged(
        `the chunk ${JSON.stringify(type)} declares ${length} bytes, ${bytes.length - at - 12} are there`,
      );
    }
    if (type === "IHDR" && length !== 13) throw damaged(`its header has ${length} bytes, not 13`);
    if (type === "eXIf") exif = bytes.subarray(at + 8, at + 8 + length);
    if (type === "IDAT") parts.push(bytes.subarray(at + 8, at + 8 + length));
    at += 12 + length;
  }
  const expected = pixelBytes(view);
  if (expected === null) throw damaged(`its header has the colour type ${bytes[25]} at ${bytes[24]} bits`);
  let got: number;
  try {
    got = inflateSync(Buffer.concat(parts), { maxOutputLength: expected }).length;
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    throw damaged(
      code === "ERR_BUFFER_TOO_LARGE" ? `it holds more than the ${expected} bytes of its size` : message,
    );
  }
  if (got !== expected) throw damaged(`it holds ${got} bytes of pixels, its size takes ${expected}`);
  return { file: bytes.subarray(0, at), exif };
}

/** Bytes of all lines with their filter bytes, before deflate; null for a header of no known pixels. */
function pixelBytes(view: DataView): number | null {
  const [width, height, depth, colour] = [
    view.getUint32(16),
    view.getUint32(20),
    view.getUint8(24),
    view.getUint8(25),
  ];
  const perPixel = samples[colour];
  if (!perPixel || ![1, 2, 4, 8, 16].includes(depth)) return null;
  const lines = (columns: number, rows: number) =>
    columns > 0 ? rows * (1 + Math.ceil((columns * perPixel * depth) / 8)) : 0;
  if (view.getUint8(28) === 0) return lines(width, height);
  return passes.reduce(
    (sum, [x, y, dx, dy]) => sum + lines(Math.ceil((width - x) / dx), Math.ceil((height - y) / dy)),
    0,
  );
}
