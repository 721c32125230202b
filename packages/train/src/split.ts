import { RandomStream, UsageError } from "@vaekit/infer";
import type { Dataset } from "./data/types.js";

/** Which examples are trained on and which are kept back, drawn by the seed. `validation` as in FitOptions. */
export function splitIndices(
  count: number,
  validation: number,
  seed: number,
): { train: Uint32Array; validation: Uint32Array } {
  const back = validation < 1 ? Math.floor(count * validation) : validation;
  if (back >= count)
    throw new UsageError(`validation keeps back ${back} of ${count} examples; none is left to train on`);
  const order = new RandomStream(seed, "split").permutation(count);
  return { validation: order.slice(0, back).sort(), train: order.slice(back).sort() };
}

/** Data of their own to validate on, all of them. @throws UsageError where their shape is not the training data's */
export function wholeOf(validation: Dataset, data: Dataset): { data: Dataset; indices: Uint32Array } {
  if (`${validation.shape}` !== `${data.shape}`) {
    throw new UsageError(`validation data have [${validation.shape}], the training data [${data.shape}]`);
  }
  return { data: validation, indices: Uint32Array.from({ length: validation.count }, (_, i) => i) };
}
