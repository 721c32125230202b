import type { Dim } from "../ir/value.js";

/** value = constant + perBatch * batch + overBatch / batch, with one of the three terms only. */
export interface Fit {
  term: "constant" | "perBatch" | "overBatch";
  factor: number;
}

/** Float32 constants that tfjs computes from the batch carry a rounding or two. */
const floatTolerance = 4 * 2 ** -24;

/**
 * How one number depends on the batch: fitted on the first two sizes, proven on the rest.
 * Returns null where it is neither constant, nor c * batch, nor c / batch.
 */
export function fitNumber(values: readonly number[], sizes: readonly number[], exact: boolean): Fit | null {
  const close = (a: number, b: number) =>
    Object.is(a, b) ||
    a === b ||
    (!exact && Math.abs(a - b) <= floatTolerance * Math.max(Math.abs(a), Math.abs(b)));
  const [first] = values as [number];
  if (values.every((value) => Object.is(value, first))) return { term: "constant", factor: first };
  const perBatch = first / sizes[0]!;
  if (values.every((value, i) => close(value, perBatch * sizes[i]!)))
    return { term: "perBatch", factor: perBatch };
  const overBatch = first * sizes[0]!;
  if (values.every((value, i) => close(value, overBatch / sizes[i]!)))
    return { term: "overBatch", factor: overBatch };
  return null;
}

/** A size along an axis: a number, or a whole multiple of the batch. */
export function fitDim(values: readonly number[], sizes: readonly number[]): Dim | null {
  const fit = fitNumber(values, sizes, true);
  if (fit?.term === "constant") return fit.factor;
  return fit?.term === "perBatch" && Number.isInteger(fit.factor) ? { times: fit.factor } : null;
}
