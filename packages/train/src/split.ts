import { RandomStream, UsageError } from "@vaekit/infer";

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
