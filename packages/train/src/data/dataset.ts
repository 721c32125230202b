import { DataError, sizeOf, UsageError } from "@vaekit/infer";
import type { Dataset } from "./types.js";

export interface ImageOptions {
  name: string;
  /** [height, width, channels] */
  shape: readonly number[];
  /** Pixels [count, height, width, channels], 0 to 255. */
  values: Uint8Array;
  labels?: Uint8Array | null;
}

/** Pictures in memory as a data set. @throws DataError when the values are no whole number of pictures */
export function images({ name, shape, values, labels = null }: ImageOptions): Dataset {
  if (!Array.isArray(shape) || shape.length !== 3 || !shape.every((n) => Number.isInteger(n) && n > 0)) {
    throw new DataError(
      `${name}: shape must be [height, width, channels] in positive integers, got [${shape}]`,
    );
  }
  if (!(values instanceof Uint8Array)) {
    const given = (values as object | undefined)?.constructor?.name ?? typeof values;
    throw new DataError(`${name}: values must be pixels 0 to 255 in a Uint8Array, got ${given}`);
  }
  const size = sizeOf(shape);
  if (values.length === 0 || values.length % size !== 0) {
    throw new DataError(`${name}: ${values.length} values are no whole number of pictures of [${shape}]`);
  }
  const count = values.length / size;
  if (labels && labels.length !== count) {
    throw new DataError(`${name}: ${count} pictures but ${labels.length} labels`);
  }
  const binary = values.every((value) => value === 0 || value === 255);
  return { kind: "image", name, shape, dtype: "uint8", range: [0, 255], count, values, labels, binary };
}

/** @throws UsageError for what is no data set */
export function checkData(data: Dataset): void {
  if (data?.values instanceof Uint8Array && Array.isArray(data.shape)) return;
  throw new UsageError("fit: the second argument must be data from openData(...) or images(...)");
}

/** Rows [start, end), as a view of the same memory. */
export function sliceRows(data: Dataset, start: number, end: number): Dataset {
  const size = sizeOf(data.shape);
  const { columns } = data;
  const across = columns?.names.length ?? 0;
  return {
    ...data,
    count: end - start,
    values: data.values.subarray(start * size, end * size),
    labels: data.labels?.subarray(start, end) ?? null,
    columns: columns && { ...columns, values: columns.values.subarray(start * across, end * across) },
  };
}

/** Copy the rows at `indices` into `out`, one after another; a batch [indices.length, ...shape]. */
export function gatherRows(data: Dataset, indices: ArrayLike<number>, out: Uint8Array): Uint8Array {
  const size = sizeOf(data.shape);
  for (let i = 0; i < indices.length; i++) {
    const start = indices[i]! * size;
    out.set(data.values.subarray(start, start + size), i * size);
  }
  return out;
}

/** The rows at `indices`, copied. */
export function takeRows(data: Dataset, indices: readonly number[]): Dataset {
  const { columns } = data;
  const across = columns?.names.length ?? 0;
  return {
    ...data,
    count: indices.length,
    values: gatherRows(data, indices, new Uint8Array(indices.length * sizeOf(data.shape))),
    labels: data.labels && Uint8Array.from(indices, (index) => data.labels![index]!),
    columns: columns && {
      ...columns,
      values: Float32Array.from(
        { length: indices.length * across },
        (_, i) => columns.values[indices[Math.floor(i / across)]! * across + (i % across)]!,
      ),
    },
  };
}
