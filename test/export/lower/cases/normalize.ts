import { tf } from "@vaekit/train";
import type { Cases } from "../case.ts";
import { float, normal, uniform } from "../values.ts";

const x = normal([2, 3, 3, 4]);
const element = (seed: number) => uniform([2, 3, 3, 4], 0.1, 3, seed);
const [mean, variance] = [normal([4], 2), uniform([4], 0.1, 3)];
const [offset, scale] = [normal([4], 3), normal([4], 4)];

const batchNorm = (...[v, m, s, o, c]: tf.Tensor[]) =>
  tf.batchNorm(v!, m as tf.Tensor1D, s as tf.Tensor1D, o as tf.Tensor1D, c as tf.Tensor1D);

export const cases = {
  FusedBatchNorm: [
    { shows: "one mean a channel", run: batchNorm, inputs: [x, mean, variance, offset, scale] },
    {
      shows: "one mean an element",
      run: batchNorm,
      inputs: [x, element(1), element(2), element(3), element(4)],
    },
    { shows: "rank 2", run: batchNorm, inputs: [normal([5, 4]), mean, variance, offset, scale] },
    // tfjs's own gradient needs scale and offset.
    { shows: "no scale and no offset", run: batchNorm, inputs: [x, mean, variance], gradient: false },
    {
      shows: "a given epsilon, and a variance of 0",
      run: (v, m, s) => tf.batchNorm(v, m as tf.Tensor1D, s as tf.Tensor1D, undefined, undefined, 0.01),
      inputs: [x, mean, float([0, 1, 2, 3])],
      attrs: { varianceEpsilon: 0.01 },
      gradient: false,
    },
  ],
} satisfies Partial<Cases>;
