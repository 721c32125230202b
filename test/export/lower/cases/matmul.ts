import { tf } from "@vaekit/train";
import type { Cases } from "../case.ts";
import { float, int, normal } from "../values.ts";

type Activation = Parameters<typeof tf.fused.matMul>[0]["activation"];

const [a, b, bias] = [normal([3, 4]), normal([4, 5], 2), normal([5], 3)];
const [at, bt] = [normal([4, 3]), normal([5, 4], 2)];

const fused = (activation: Activation) => ({
  shows: `bias and ${activation}`,
  run: (x: tf.Tensor, w: tf.Tensor, c: tf.Tensor) => tf.fused.matMul({ a: x, b: w, bias: c, activation }),
  inputs: [a, b, bias],
  attrs: { activation },
});

export const cases = {
  BatchMatMul: [
    { shows: "a b", run: (x, y) => tf.matMul(x, y), inputs: [a, b] },
    {
      shows: "a^T b",
      run: (x, y) => tf.matMul(x, y, true),
      inputs: [at, b],
      attrs: { transposeA: true, transposeB: false },
    },
    {
      shows: "a b^T",
      run: (x, y) => tf.matMul(x, y, false, true),
      inputs: [a, bt],
      attrs: { transposeA: false, transposeB: true },
    },
    { shows: "a^T b^T", run: (x, y) => tf.matMul(x, y, true, true), inputs: [at, bt] },
    { shows: "stacks", run: (x, y) => tf.matMul(x, y), inputs: [normal([2, 3, 4]), normal([2, 4, 5])] },
    {
      shows: "stacks, both transposed",
      run: (x, y) => tf.matMul(x, y, true, true),
      inputs: [normal([2, 4, 3]), normal([2, 5, 4])],
    },
    {
      shows: "one matrix with a stack",
      run: (x, y) => tf.matMul(x, y),
      inputs: [normal([1, 3, 4]), normal([2, 4, 5])],
      gradient: false, // tfjs's own gradient has the stack's shape and is refused by tfjs
    },
    {
      shows: "a stack of one",
      run: (x, y) => tf.matMul(x, y),
      inputs: [normal([1, 3, 4]), normal([1, 4, 5])],
    },
    { shows: "an inner size of 1", run: (x, y) => tf.matMul(x, y), inputs: [normal([3, 1]), normal([1, 5])] },
    {
      shows: "int32",
      run: (x, y) => tf.matMul(x, y, true),
      inputs: [int([1, 2, 3, 4], [2, 2]), int([5, 6], [2, 1])],
    },
    {
      shows: "infinity times zero",
      run: (x, y) => tf.matMul(x, y),
      inputs: [float([0, 1], [1, 2]), float([Infinity, 2], [2, 1])],
    },
  ],
  _FusedMatMul: [
    fused("linear"),
    fused("relu"),
    fused("relu6"),
    fused("elu"),
    fused("sigmoid"),
    { shows: "no bias", run: (x, w) => tf.fused.matMul({ a: x, b: w, activation: "relu" }), inputs: [a, b] },
    {
      shows: "both transposed",
      run: (x, w, c) => tf.fused.matMul({ a: x, b: w, transposeA: true, transposeB: true, bias: c }),
      inputs: [at, bt, bias],
      attrs: { transposeA: true, transposeB: true },
    },
    {
      shows: "prelu",
      run: (x, w, c, slope) =>
        tf.fused.matMul({ a: x, b: w, bias: c, activation: "prelu", preluActivationWeights: slope }),
      inputs: [a, b, bias, normal([5], 4)],
    },
    {
      shows: "leakyrelu with a slope",
      run: (x, w, c) =>
        tf.fused.matMul({ a: x, b: w, bias: c, activation: "leakyrelu", leakyreluAlpha: 0.1 }),
      inputs: [a, b, bias],
      attrs: { leakyreluAlpha: 0.1 },
    },
    {
      shows: "a bias for each element",
      run: (x, w, c) => tf.fused.matMul({ a: x, b: w, bias: c }),
      inputs: [a, b, normal([3, 5], 3)],
    },
    {
      shows: "stacks",
      run: (x, w, c) => tf.fused.matMul({ a: x, b: w, bias: c, activation: "relu" }),
      inputs: [normal([2, 3, 4]), normal([2, 4, 5]), bias],
    },
  ],
} satisfies Partial<Cases>;
