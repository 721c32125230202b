import { NdArray, sizeOf, type Vae } from "@vaekit/infer";
import { type Pictures, shrink } from "@vaekit/latent/draw";

/** Longest side of a thumbnail in pixels; larger pictures are made smaller. */
const largestSide = 40;
const decodedAtOnce = 512;

/** Codes with what is known of each row. */
export interface Decodable {
  /** [rows, latent] */
  mu: NdArray;
  /** What the decoder is told of each [rows, size]; null for a model that is told nothing. */
  c: NdArray | null;
  /** Whether `c` is what was told of these very rows. */
  cIsKnown: boolean;
  /** The rows' own pictures, those at `index`, in that order; null where there are none. */
  pictures: { of: NdArray<Uint8Array>; index: Uint32Array } | null;
}

export interface Decoded {
  /** Of the rows' own pictures, else of those that the decoder makes [rows, height, width, channels] */
  thumbnails: Pictures;
  /** The first pictures in full, as many as were asked for at most. */
  first: NdArray<Uint8Array>;
  /** Mean squared error of each row's reconstruction, pixels from 0 to 1 [rows]; null where it is not known. */
  error: Float32Array | null;
}

/** Decode rows, and keep of each only its error and its thumbnail: thousands of large pictures would not fit into memory. */
export async function decodeExamples(
  vae: Vae,
  { mu, c, cIsKnown, pictures }: Decodable,
  wanted: number,
  signal?: AbortSignal,
): Promise<Decoded> {
  const rows = mu.shape[0]!;
  const { shape } = vae.manifest.data;
  const error = pictures && cIsKnown ? new Float32Array(rows) : null;
  let thumbnails: { data: Uint8Array; shape: number[] } = { data: new Uint8Array(0), shape: [] };
  let first: NdArray<Uint8Array> = new NdArray(new Uint8Array(0), [0, ...shape]);
  for (let from = 0; from < rows; from += decodedAtOnce) {
    signal?.throwIfAborted();
    const to = Math.min(rows, from + decodedAtOnce);
    const own = pictures && takeRows(pictures.of, pictures.index.subarray(from, to));
    const decoded = own && !error ? null : await decode(vae, mu, c, from, to);
    const shown = (own ?? decoded)!;
    if (error) error.set(errors(own!, decoded!), from);
    if (from === 0) first = firstRows(shown, wanted);
    const small = shrink({ data: shown.data, shape: [to - from, ...shape] }, largestSide);
    const size = sizeOf(small.shape.slice(1));
    if (from === 0) {
      thumbnails = { data: new Uint8Array(rows * size), shape: [rows, ...small.shape.slice(1)] };
    }
    thumbnails.data.set(small.data, from * size);
  }
  return { thumbnails, first, error };
}

async function decode(vae: Vae, z: NdArray, c: NdArray | null, from: number, to: number) {
  const told = c ? { c: slice(c, from, to) } : {};
  const { x_mean } = await vae.decode(slice(z, from, to), told);
  return x_mean.toUint8();
}

function slice(array: NdArray, from: number, to: number): NdArray {
  const size = sizeOf(array.shape.slice(1));
  return new NdArray(array.data.slice(from * size, to * size), [to - from, ...array.shape.slice(1)]);
}

export function firstRows<T extends Float32Array | Uint8Array>(
  { data, shape }: NdArray<T>,
  wanted: number,
): NdArray<T> {
  const rows = Math.min(wanted, shape[0]!);
  return new NdArray(data.slice(0, rows * sizeOf(shape.slice(1))) as T, [rows, ...shape.slice(1)]);
}

export function takeRows<T extends Float32Array | Uint8Array>(
  { data, shape }: NdArray<T>,
  index: Uint32Array,
): NdArray<T> {
  const size = sizeOf(shape.slice(1));
  const taken = data.slice(0, index.length * size) as T;
  index.forEach((row, i) => {
    taken.set(data.subarray(row * size, (row + 1) * size), i * size);
  });
  return new NdArray(taken, [index.length, ...shape.slice(1)]);
}

/** own, decoded [rows, height, width, channels] -> [rows] */
function errors(own: NdArray<Uint8Array>, decoded: NdArray<Uint8Array>): Float32Array {
  const rows = own.shape[0]!;
  const size = own.data.length / rows;
  return Float32Array.from({ length: rows }, (_, row) => {
    let sum = 0;
    for (let i = row * size; i < (row + 1) * size; i++) sum += ((own.data[i]! - decoded.data[i]!) / 255) ** 2;
    return sum / size;
  });
}
