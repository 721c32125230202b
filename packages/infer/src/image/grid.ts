import { DataError, ShapeError, UsageError } from "../errors.js";
import { NdArray, sizeOf, type TypedArray } from "../nd-array.js";
import { encodePng } from "./png.js";
import { checkChannels, checkFinite, copyToRgba } from "./rows.js";

/** Pictures of one size, row-major [count, height, width, channels], 0 to 255. */
export interface Pictures {
  shape: readonly number[];
  values: ArrayLike<number>;
}

/** Pixels between two pictures, before enlarging. */
const gap = 2;
/** Small pictures are enlarged until a side has this many pixels. */
const wantedSide = 56;
const background = 255;
/** Pixels of the largest grid: 256 MiB as RGBA. */
const mostPixels = 2 ** 26;

/**
 * Pictures in a grid as a PNG, small ones enlarged by a whole factor.
 * columns: default the side of the smallest square that holds them all
 * @throws DataError for other than 1 or 3 channels, no pictures, NaN and infinities, or more than a PNG of 64 Mi pixels holds
 */
export function gridPng(pictures: Pictures | NdArray<TypedArray>, columns?: number): Uint8Array<ArrayBuffer> {
  const { shape } = pictures;
  const values = pictures instanceof NdArray ? (pictures.data as ArrayLike<number>) : pictures.values;
  const [count = 0, height = 1, width = 1] = shape;
  const channels = checkChannels("gridPng", shape[3] ?? 1);
  if (values.length !== sizeOf(shape)) {
    throw new ShapeError(
      `gridPng: ${values.length} values do not fill the shape [${shape}], which has ${sizeOf(shape)}`,
    );
  }
  if (values.length === 0) throw new DataError(`gridPng: there are no pictures in the shape [${shape}].`);
  const across = columns ?? Math.ceil(Math.sqrt(count));
  if (!(Number.isInteger(across) && across > 0))
    throw new UsageError(`gridPng: columns must be a positive integer, got ${columns}`);
  const down = Math.ceil(count / across);
  const scale = Math.max(1, Math.round(wantedSide / Math.max(height, width)));
  const size = {
    width: (across * (width + gap) + gap) * scale,
    height: (down * (height + gap) + gap) * scale,
  };
  if (size.width * size.height > mostPixels) {
    throw new DataError(
      `gridPng: ${count} pictures of ${width} x ${height} make a grid of ${size.width} x ${size.height} pixels, more ` +
        `than ${mostPixels}; draw fewer.`,
    );
  }
  const data = new Uint8ClampedArray(size.width * size.height * 4).fill(background);
  const pixels = height * width * channels;
  const line = new Uint8ClampedArray(width * 4);
  for (let i = 0; i < count; i++) {
    checkFinite("gridPng", values, i * pixels, (i + 1) * pixels, i);
    const left = ((i % across) * (width + gap) + gap) * scale;
    const top = (Math.floor(i / across) * (height + gap) + gap) * scale;
    for (let y = 0; y < height; y++) {
      copyToRgba(values, (i * height + y) * width * channels, channels, line, 0, width);
      const first = (top + y * scale) * size.width + left;
      for (let x = 0; x < width * scale; x++) {
        const from = 4 * Math.floor(x / scale);
        data.set(line.subarray(from, from + 4), 4 * (first + x));
      }
      for (let k = 1; k < scale; k++)
        data.copyWithin(4 * (first + k * size.width), 4 * first, 4 * (first + width * scale));
    }
  }
  return encodePng({ ...size, channels, data });
}

/** Pictures of two sets side by side: first of a, first of b, second of a, ... @throws ShapeError where their shapes differ */
export function interleave(a: Pictures, b: Pictures): Pictures {
  const [count = 0, ...rest] = a.shape;
  const size = sizeOf(rest);
  if (`${a.shape}` !== `${b.shape}`)
    throw new ShapeError(
      `interleave: the two sets have the shapes [${a.shape}] and [${b.shape}]; give equal ones`,
    );
  const values = new Float32Array(2 * count * size);
  for (let i = 0; i < count; i++) {
    for (let k = 0; k < size; k++) {
      values[2 * i * size + k] = a.values[i * size + k]!;
      values[(2 * i + 1) * size + k] = b.values[i * size + k]!;
    }
  }
  return { shape: [2 * count, ...rest], values };
}
