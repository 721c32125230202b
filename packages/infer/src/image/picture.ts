import { DataError } from "../errors.js";

/** A picture in memory: RGBA, one byte each, row-major [height, width, 4], alpha not premultiplied; as ImageData is. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8ClampedArray;
}

/** Pixels that a picture may have by default: 64 Mi, 256 MiB as RGBA. */
export const defaultLimitPixels = 2 ** 26;

/** @throws DataError for a picture of no pixels, or of more than the limit */
export function checkSize(where: string, width: number, height: number, limitPixels: number): void {
  if (!(width > 0 && height > 0))
    throw new DataError(`${where}: the picture has ${width} x ${height} pixels; there is nothing to read.`);
  if (width * height > limitPixels) {
    throw new DataError(
      `${where}: the picture has ${width} x ${height} pixels, the limit is ${limitPixels} in all. ` +
        "Make it smaller, or raise limitPixels if you trust where it comes from.",
    );
  }
}

/** No picture within the pixel limit needs more than 16 bits for each of four channels, and some words about it. */
export function checkBytes(where: string, bytes: number, limitPixels: number): void {
  const limit = 8 * limitPixels + 2 ** 24;
  if (bytes > limit) {
    throw new DataError(
      `${where}: ${bytes} bytes, more than any picture of ${limitPixels} pixels (limitPixels) needs: ${limit}.`,
    );
  }
}
