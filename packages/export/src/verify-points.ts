import { UsageError } from "@vaekit/infer";
import type { Sizes } from "./ir/dim.js";
import { openSizes } from "./trace/open-size.js";
import { unrecordedFor } from "./trace/points.js";
import type { InputSpecs } from "./trace/trace.js";

export interface PointOptions {
  /** Batch sizes that are run; none is a size that was traced but by chance. Default 1, 7, 64. */
  batches?: readonly number[];
  /** Sizes of other symbolic dimensions that are run, by name. Default 18, 33, 66 each, odd and even, never traced. Of "4*height" those of height. */
  sizes?: Readonly<Record<string, readonly number[]>>;
}

const defaultBatches: readonly number[] = [1, 7, 64];

/**
 * Where to compare: each size of each symbolic dimension comes up once, the dimensions out of step so that no two are
 * equal, and the largest batch with small pictures. As many points as the longest list has sizes.
 * @throws UsageError for sizes of a dimension that no input has, and for what is no size
 */
export function verifyPoints(
  inputs: InputSpecs,
  { batches = defaultBatches, sizes = {} }: PointOptions,
  name: string,
): Sizes[] {
  const dims = openSizes(inputs);
  const others = [...new Set(dims.map(({ symbol }) => symbol))].filter((symbol) => symbol !== "batch");
  for (const [symbol, list] of Object.entries(sizes)) {
    if (!others.includes(symbol)) {
      const known = others.length > 0 ? `they are ${others.join(", ")}` : "there are none but the batch";
      throw new UsageError(`${name}: sizes names the dimension "${symbol}", which no input has; ${known}`);
    }
    if (list.length === 0 || !list.every((size) => Number.isSafeInteger(size) && size > 0)) {
      throw new UsageError(`${name}: sizes of ${symbol}: [${list}]; give whole numbers from 1`);
    }
  }
  const largest = (of: string) =>
    Math.max(...dims.filter(({ symbol }) => symbol === of).map(({ times }) => times));
  const lists = others.map((symbol) => sizes[symbol] ?? unrecordedFor(largest(symbol)));
  const count = Math.max(batches.length, ...lists.map(({ length }) => length));
  return Array.from({ length: count }, (_, at): Sizes => {
    const pick = (list: readonly number[], i: number) =>
      list[(2 * count * list.length - 1 - at + i) % list.length]!;
    const entries = others.map((symbol, i) => [symbol, pick(lists[i]!, i)] as const);
    return { batch: batches[at % batches.length]!, ...Object.fromEntries(entries) };
  });
}
