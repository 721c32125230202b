import { DataError, sizeOf, UsageError } from "@vaekit/infer";
import type { Likelihood } from "../likelihood/types.js";
import type { Dataset } from "./types.js";

/**
 * Hold black and white, the ends of the scale, against what a likelihood gives any probability.
 * @throws UsageError
 */
export function checkBlackAndWhite({ name, support }: Pick<Likelihood, "name" | "support">): void {
  if (support.includes(0) && support.includes(1)) return;
  throw new UsageError(
    `binarize dynamic makes black and white pictures, 0 and 1, but likelihood ${name} knows ${support.values}. ` +
      "Use likelihood bernoulli.",
  );
}

/**
 * Hold data against what a likelihood gives any probability.
 * @throws DataError that names the first offending example and value
 */
export function checkSupport({ name, support }: Likelihood, data: Dataset): void {
  const [low, high] = data.range;
  const fits = Array.from({ length: 256 }, (_, value) => support.includes((value - low) / (high - low)));
  const at = data.values.findIndex((value) => !fits[value]);
  if (at < 0) return;
  const size = sizeOf(data.shape);
  throw new DataError(
    `${data.name}: example ${Math.floor(at / size)} has ${data.values[at]} at element ${at % size}, to which the likelihood ` +
      `${name} gives no probability: on the scale 0 to 1 it knows ${support.values}. Use another likelihood, or other data.`,
  );
}
