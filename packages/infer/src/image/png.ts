import { PNG } from "pngjs";
import { DataError } from "../errors.js";
import { orientationOf, upright } from "./orientation.js";
import type { Picture } from "./picture.js";
import { checkPng } from "./png-chunks.js";

/** Pixels up to which a PNG is read without sharp: at 16-bit RGBA that takes 36 bytes for each, 600 MiB in all. */
export const mostPngjsPixels = 2 ** 24;

/**
 * Read a PNG of any colour type, depth and interlacing; 16 bits become 8, and it is turned as its EXIF orientation says. Its size must have been checked before.
 * @throws DataError for a damaged file
 */
export function decodePng(bytes: Uint8Array, where: string): Picture {
  const { file, exif } = checkPng(bytes, where);
  try {
    const { width, height, data } = PNG.sync.read(Buffer.from(file.buffer, file.byteOffset, file.length));
    const pixels = new Uint8ClampedArray(data.buffer, data.byteOffset, data.length);
    return upright({ width, height, data: pixels }, exif ? orientationOf(exif) : 1);
  } catch (cause) {
    throw new DataError(
      `${where}: the PNG is damaged: ${(cause as Error).message}. Get the file again, or save it anew.`,
      { cause },
    );
  }
}

/** RGBA of opaque pixels as a PNG of 1 (grey) or 3 channels, 8 bits. */
export function encodePng({
  width,
  height,
  channels,
  data,
}: Picture & { channels: 1 | 3 }): Uint8Array<ArrayBuffer> {
  const png = new PNG({ width, height });
  png.data = Buffer.from(data.buffer, data.byteOffset, data.length);
  return new Uint8Array(PNG.sync.write(png, { colorType: channels === 3 ? 2 : 0, inputHasAlpha: true }));
}
