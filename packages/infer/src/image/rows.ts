import { DataError, ShapeError } from "../errors.js";
import type { NdArray } from "../nd-array.js";

/** Pictures as `decode` gives them: [batch, height, width, channels], 0 to 255. */
export type ImageRows = NdArray<Float32Array> | NdArray<Uint8Array>;

export interface OpaquePicture {
  width: number;
  height: number;
  channels: 1 | 3;
  /** RGBA, alpha 255. */
  data: Uint8ClampedArray<ArrayBuffer>;
}

/**
 * One row as RGBA bytes; numbers are rounded and held to 0 to 255.
 * @throws ShapeError for another shape or a row that is not there; DataError for other than 1 or 3 channels, NaN and infinities
 */
export function pictureOfRow(call: string, x: ImageRows, i: number): OpaquePicture {
  const { shape } = x;
  if (shape.length !== 4)
    throw new ShapeError(`${call}: expected [batch, height, width, channels], got [${shape}].`);
  const [count, height, width] = shape as [number, number, number, number];
  const channels = checkChannels(call, shape[3]!);
  if (!(Number.isInteger(i) && i >= 0 && i < count))
    throw new ShapeError(`${call}: there is no row ${i}; the batch has ${count}, counted from 0.`);
  if (width * height === 0)
    throw new DataError(`${call}: pictures of ${width} x ${height} pixels are empty.`);
  const size = height * width * channels;
  checkFinite(call, x.data, i * size, (i + 1) * size, i);
  const data = new Uint8ClampedArray(height * width * 4);
  copyToRgba(x.data, i * size, channels, data, 0, height * width);
  return { width, height, channels, data };
}

/** @throws DataError for NaN and infinities, which no pixel can show */
export function checkFinite(
  call: string,
  values: ArrayLike<number>,
  from: number,
  to: number,
  row: number,
): void {
  for (let i = from; i < to; i++) {
    if (!Number.isFinite(values[i]))
      throw new DataError(
        `${call}: row ${row} has ${values[i]} in it, which no pixel can show; check what made it.`,
      );
  }
}

/** Copy neighbouring pixels of 1 or 3 channels to RGBA. */
export function copyToRgba(
  values: ArrayLike<number>,
  from: number,
  channels: 1 | 3,
  rgba: Uint8ClampedArray,
  to: number,
  pixels: number,
): void {
  for (let k = 0; k < pixels; k++) {
    const at = from + k * channels;
    const into = (to + k) * 4;
    rgba[into] = values[at]!;
    rgba[into + 1] = values[channels === 3 ? at + 1 : at]!;
    rgba[into + 2] = values[channels === 3 ? at + 2 : at]!;
    rgba[into + 3] = 255;
  }
}

export function checkChannels(call: string, channels: number): 1 | 3 {
  if (channels === 1 || channels === 3) return channels;
  throw new DataError(
    `${call}: a picture shows 1 or 3 channels, these have ${channels}; write the numbers as they are instead (.npy).`,
  );
}
