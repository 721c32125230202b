import { tf } from "@vaekit/train";
import type { Cases } from "../case.js";
import { float, int, normal, uniform } from "../values.js";

const { NaN: nan, POSITIVE_INFINITY: inf } = Number;
const x = uniform([4, 5], -3, 3);
const zero = float([-1, 0, 1]);
const edges = float([-inf, -40, -1e-30, 0, 1e-30, 40, inf, nan]);

/** Both signs; zero, where gradients choose a side; and values that saturate. */
const curve = (run: (x: tf.Tensor) => tf.Tensor) =>
  [
    { shows: "both signs", run, inputs: [x] },
    { shows: "zero", run, inputs: [zero] },
    { shows: "edges", run, inputs: [edges] },
  ] as const;

export const cases = {
  Elu: [...curve(tf.elu)],
  EluGrad: [
    {
      shows: "both signs of y, and zero",
      run: (dy, y) => tf.engine().runKernel("EluGrad", { dy, y }),
      inputs: [normal([5]), float([-0.9, -0.5, 0, 1, 2])],
    },
  ],
  LeakyRelu: [
    ...curve((a) => tf.leakyRelu(a)),
    { shows: "a given slope", run: (a) => tf.leakyRelu(a, 0.3), inputs: [x], attrs: { alpha: 0.3 } },
  ],
  LogSoftmax: [
    { shows: "rows", run: (a) => tf.logSoftmax(a), inputs: [x] },
    { shows: "logits far apart", run: (a) => tf.logSoftmax(a), inputs: [float([-500, 0, 500, 1, 2, 3], [2, 3])] },
    { shows: "rank 3", run: (a) => tf.logSoftmax(a), inputs: [normal([2, 3, 4])] },
  ],
  Prelu: [
    { shows: "one slope a column", run: tf.prelu, inputs: [x, normal([5])] },
    { shows: "one slope", run: tf.prelu, inputs: [x, float([0.25], [1])] },
    { shows: "zero", run: tf.prelu, inputs: [zero, normal([3])] },
  ],
  Relu: [...curve(tf.relu), { shows: "int32", run: tf.relu, inputs: [int([-3, 0, 7])] }],
  Relu6: [...curve(tf.relu6), { shows: "the upper end", run: tf.relu6, inputs: [float([5.5, 6, 6.5])] }],
  Selu: [...curve(tf.selu)],
  Sigmoid: [...curve(tf.sigmoid), { shows: "the low end", run: tf.sigmoid, inputs: [float([-14, -12, -10])] }],
  Softmax: [
    { shows: "rows", run: (a) => tf.softmax(a), inputs: [x] },
    { shows: "logits far apart", run: (a) => tf.softmax(a), inputs: [float([-500, 0, 500, 1, 2, 3], [2, 3])] },
    { shows: "rank 3", run: (a) => tf.softmax(a), inputs: [normal([2, 3, 4])] },
    { shows: "rank 1", run: (a) => tf.softmax(a), inputs: [normal([7])] },
  ],
  Softplus: [
    ...curve(tf.softplus),
    { shows: "large", run: tf.softplus, inputs: [float([14, 30, 90, 1e4])] },
    { shows: "small", run: tf.softplus, inputs: [float([-5, -4, -3])] },
  ],
  Step: [
    { shows: "0 below", run: (a) => tf.step(a), inputs: [x], attrs: { alpha: 0 } },
    { shows: "0 below, edges", run: (a) => tf.step(a), inputs: [edges] },
    { shows: "-1 below", run: (a) => tf.step(a, -1), inputs: [x], attrs: { alpha: -1 } },
    { shows: "-1 below, edges", run: (a) => tf.step(a, -1), inputs: [edges] },
    { shows: "int32", run: (a) => tf.step(a), inputs: [int([-3, 0, 7])] },
  ],
  Tanh: [...curve(tf.tanh)],
} satisfies Partial<Cases>;
