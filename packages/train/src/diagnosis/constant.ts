import type { Settings } from "./settings.js";
import { fixedScaleOf } from "./settings.js";

const logTwoPi = Math.log(2 * Math.PI);

/**
 * ln p(x) of the best prediction that does not look at x, nats per example: what a decoder that ignores z comes to. Of
 * each half of the examples with what is best on the other half: bernoulli the mean pixel, with half a white and half a
 * black one added (Jeffreys); gaussian the mean pixel, and the one sigma that fits where it is learned; laplace likewise
 * with the median. Null for other likelihoods.
 *
 * x [examples, features] on the scale 0 to 1
 */
export function constantLogPx(
  likelihood: string,
  settings: Settings,
  x: Float64Array,
  examples: number,
): number | null {
  const columns = x.length / examples;
  const halves = [0, 1].map((first) => columnsOf(x, examples, columns, first));
  const fixed = fixedScaleOf(settings);
  const score = scores[likelihood];
  if (!score || examples < 4) return null;
  const [a, b] = halves as [Float64Array[], Float64Array[]];
  return (score(a, b, fixed) + score(b, a, fixed)) / examples;
}

/** Total ln p of `judge` under what is best on `fit`; columns of each. */
type Score = (fit: Float64Array[], judge: Float64Array[], fixed: number | null) => number;

const scores: Readonly<Record<string, Score>> = {
  bernoulli(fit, judge) {
    let total = 0;
    for (const [j, column] of fit.entries()) {
      const p = (sum(column) + 0.5) / (column.length + 1);
      const on = sum(judge[j]!);
      total += on * Math.log(p) + (judge[j]!.length - on) * Math.log1p(-p);
    }
    return total;
  },
  gaussian(fit, judge, fixed) {
    const means = fit.map((column) => sum(column) / column.length);
    const squares = (columns: Float64Array[]) =>
      columns.reduce((all, column, j) => all + sum(column.map((value) => (value - means[j]!) ** 2)), 0);
    const sigma2 = fixed === null ? squares(fit) / countOf(fit) : fixed ** 2;
    return -0.5 * (squares(judge) / sigma2 + countOf(judge) * (Math.log(sigma2) + logTwoPi));
  },
  laplace(fit, judge, fixed) {
    const medians = fit.map((column) => column.slice().sort()[column.length >> 1]!);
    const distances = (columns: Float64Array[]) =>
      columns.reduce((all, column, j) => all + sum(column.map((value) => Math.abs(value - medians[j]!))), 0);
    const scale = fixed ?? distances(fit) / countOf(fit);
    return -(distances(judge) / scale + countOf(judge) * Math.log(2 * scale));
  },
};

function columnsOf(x: Float64Array, examples: number, columns: number, first: number): Float64Array[] {
  const rows = Math.floor((examples + 1 - first) / 2);
  return Array.from({ length: columns }, (_, j) =>
    Float64Array.from({ length: rows }, (_, i) => x[(2 * i + first) * columns + j]!),
  );
}

function countOf(columns: readonly Float64Array[]): number {
  return columns.length * columns[0]!.length;
}

function sum(values: Float64Array): number {
  return values.reduce((all, value) => all + value, 0);
}
