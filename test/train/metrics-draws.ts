import type { Matrix } from "../../packages/train/src/metrics/matrix.ts";

/** Uniform numbers in [0, 1) that test/oracles/metrics.py makes alike: state' = 1664525 state + 1013904223 mod 2^32. */
export function uniform(seed: number, count: number): Float64Array {
  let state = seed;
  return Float64Array.from({ length: count }, () => {
    state = (Math.imul(1664525, state) + 1013904223) >>> 0;
    return state / 2 ** 32;
  });
}

/** Standard normal numbers (Box & Muller), one of each pair of uniform ones. */
export function normal(seed: number, count: number): Float64Array {
  const u = uniform(seed, 2 * count);
  return Float64Array.from(
    { length: count },
    (_, i) => Math.sqrt(-2 * Math.log(u[2 * i]! + 2 ** -33)) * Math.cos(2 * Math.PI * u[2 * i + 1]!),
  );
}

export function matrix(values: Float64Array | Float32Array, columns: number): Matrix {
  return { values, rows: values.length / columns, columns };
}

/** Columns of equal length, side by side. */
export function columns(...parts: readonly ArrayLike<number>[]): Matrix {
  const rows = parts[0]!.length;
  const values = Float64Array.from(
    { length: rows * parts.length },
    (_, i) => parts[i % parts.length]![Math.floor(i / parts.length)]!,
  );
  return { values, rows, columns: parts.length };
}
