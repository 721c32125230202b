import { tf } from "@vaekit/train";
import type { Cases } from "../case.ts";
import { float, int, normal, uniform } from "../values.ts";

const { NaN: nan, POSITIVE_INFINITY: inf } = Number;
const x = uniform([4, 5], -3, 3);
const zero = float([-1, 0, 1]);
/** ONNX Runtime's sigmoid is right to 6e-8 absolute, not relative to itself: near 0 it is off by 7 %. */
const lowEnd = float([-14, -12, -10, -5, -4, 0]);
const edges = float([-inf, -40, -1e-30, 0, 1e-30, 40, inf, nan]);

/** Both signs; zero, where gradients choose a side; and values that saturate. */
const curve = (run: (x: tf.Tensor) => tf.Tensor) =>
  [
    { shows: "both signs", run, inputs: [x] },
    { shows: "zero", run, inputs: [zero] },
    { shows: "edges", run, inputs: [edges] },
  ] as const;

/** tfjs's op is made of other kernels and its cpu backend lacks this one: held against the op. */
export const logSoftmax = (axis: number) => (logits: tf.Tensor) =>
  tf.getKernel("LogSoftmax", tf.getBackend())
    ? tf.engine().runKernel<tf.Tensor>("LogSoftmax", { logits }, { axis })
    : tf.logSoftmax(logits, axis);

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
    { shows: "int32 gives float32", run: (a) => tf.leakyRelu(a), inputs: [int([-3, 0, 7])] },
    { shows: "a given slope", run: (a) => tf.leakyRelu(a, 0.3), inputs: [x], attrs: { alpha: 0.3 } },
  ],
  LogSoftmax: [
    { shows: "rows", run: logSoftmax(1), inputs: [x] },
    { shows: "logits far apart", run: logSoftmax(-1), inputs: [float([-500, 0, 500, 1, 2, 3], [2, 3])] },
    { shows: "rank 3", run: logSoftmax(-1), inputs: [normal([2, 3, 4])] },
  ],
  Prelu: [
    { shows: "one slope a column", run: tf.prelu, inputs: [x, normal([5])] },
    { shows: "one slope", run: tf.prelu, inputs: [x, float([0.25], [1])] },
    { shows: "zero", run: tf.prelu, inputs: [zero, normal([3])] },
    { shows: "int32 gives float32", run: tf.prelu, inputs: [int([-3, 0, 7]), normal([3])] },
  ],
  Relu: [...curve(tf.relu), { shows: "int32", run: tf.relu, inputs: [int([-3, 0, 7])] }],
  Relu6: [
    ...curve(tf.relu6),
    { shows: "the upper end", run: tf.relu6, inputs: [float([5.5, 6, 6.5])] },
    { shows: "int32", run: tf.relu6, inputs: [int([-3, 4, 7])] },
  ],
  Selu: [...curve(tf.selu)],
  Sigmoid: [...curve(tf.sigmoid), { shows: "the low end", run: tf.sigmoid, inputs: [lowEnd] }],
  Softmax: [
    { shows: "rows", run: (a) => tf.softmax(a), inputs: [x] },
    {
      shows: "logits far apart",
      run: (a) => tf.softmax(a),
      inputs: [float([-500, 0, 500, 1, 2, 3], [2, 3])],
    },
    { shows: "rank 3", run: (a) => tf.softmax(a), inputs: [normal([2, 3, 4])] },
    { shows: "rank 1", run: (a) => tf.softmax(a), inputs: [normal([7])] },
  ],
  Softplus: [
    ...curve(tf.softplus),
    { shows: "large", run: tf.softplus, inputs: [float([14, 30, 90, 1e4])] },
    { shows: "the low end", run: tf.softplus, inputs: [lowEnd] },
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
