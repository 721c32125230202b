import { DataError, ShapeError } from "../errors.js";
import { type Rows, rowsOf } from "../rows.js";

/** What a decoder gives: one row of any shape for each code, [rows, ...]; bytes or float32. */
export interface Decoded {
  readonly data: Float32Array | Uint8Array | Uint8ClampedArray;
  readonly shape: readonly number[];
}

/** A decoder: z [rows, latent] -> [rows, ...]. Rows must not depend on one another. */
export type Decode = (z: Rows) => Promise<Decoded> | Decoded;

export type Outputs = Decoded["data"];

/** A decoder whose answers are checked, and that is told why it must stop. */
export interface Decoder {
  /** z [rows * latent] -> outputs [rows * width], in one call */
  decode(z: Float32Array): Promise<Outputs>;
  /** Numbers in an output row; 0 before the first call. */
  readonly width: number;
}

/** Longest time in milliseconds that decoders which do not rest keep the event loop waiting. */
const slice = 30;

/** @throws ShapeError or DataError, from each call, for outputs that are not one finite row per code; the signal's reason */
export function checkedDecoder(call: string, decode: Decode, latent: number, signal?: AbortSignal): Decoder {
  let width = 0;
  let until = performance.now() + slice;
  return {
    get width() {
      return width;
    },
    async decode(z) {
      signal?.throwIfAborted();
      const rows = z.length / latent;
      const decoded = await decode(rowsOf(z, latent));
      if (performance.now() > until) {
        await new Promise((resolve) => setTimeout(resolve, 0));
        until = performance.now() + slice;
      }
      signal?.throwIfAborted();
      const size = checkDecoded(call, decoded, rows);
      if (width !== 0 && size !== width) {
        throw new ShapeError(`${call}: decode gave rows of ${size} numbers, before of ${width}`);
      }
      width = size;
      return decoded.data;
    },
  };
}

function checkDecoded(call: string, decoded: Decoded, rows: number): number {
  const { data, shape } = (decoded ?? {}) as Partial<Decoded>;
  const known =
    data instanceof Float32Array || data instanceof Uint8Array || data instanceof Uint8ClampedArray;
  if (!known || !Array.isArray(shape)) {
    throw new ShapeError(
      `${call}: decode must give { data, shape }, data a Float32Array or bytes; got ${data?.constructor?.name ?? decoded}`,
    );
  }
  const size = shape.slice(1).reduce((product, length) => product * length, 1);
  if (shape[0] !== rows || data.length !== rows * size || size === 0) {
    throw new ShapeError(
      `${call}: decode got ${rows} codes and must give as many rows; it gave ${data.length} numbers of the shape [${shape}]`,
    );
  }
  if (data instanceof Float32Array) {
    const at = data.findIndex((value) => !Number.isFinite(value));
    if (at >= 0) throw new DataError(`${call}: decode gave ${data[at]} in row ${Math.floor(at / size)}`);
  }
  return size;
}

/** Euclidean distance of row i of a and row j of b. */
export function chord(a: Outputs, i: number, b: Outputs, j: number, width: number): number {
  let sum = 0;
  for (let k = 0, p = i * width, q = j * width; k < width; k++, p++, q++) {
    const difference = a[p]! - b[q]!;
    sum += difference * difference;
  }
  return Math.sqrt(sum);
}
