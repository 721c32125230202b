/** What one example is, before any scaling. */
export interface DataSpec {
  kind: "image";
  /** Where it came from, for labels and errors. */
  name: string;
  /** [height, width, channels] */
  shape: readonly number[];
  dtype: "uint8";
  /** Smallest and largest value that can occur. */
  range: readonly [number, number];
}

/** Examples in memory: values [count, ...shape] row-major, in the data's own units. */
export interface Dataset extends DataSpec {
  count: number;
  values: Uint8Array;
  /** Class of each example, where it is known. */
  labels: Uint8Array | null;
  /** Known numbers of each example beside its values [count, names.length] row-major: factors it was drawn from, ... */
  columns?: { names: readonly string[]; values: Float32Array } | null;
  /** Whether every value is one of the two ends of the range. */
  binary: boolean;
}
