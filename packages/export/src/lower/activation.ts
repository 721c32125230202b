import type { Graph } from "../ir/graph.js";
import type { Value } from "../ir/value.js";
import type { Lowering } from "./kernels.js";
import { castTo } from "./layout.js";

/** tfjs-core's SELU_SCALE and SELU_SCALEALPHA / SELU_SCALE (Klambauer et al. 2017). */
const seluGamma = 1.0507009873554805;
const seluAlpha = 1.7580993408473768 / seluGamma;

/** ONNX's Relu has int32 since opset 14 only. */
export const relu: Lowering<"Relu"> = ({ x }, _attrs, graph) =>
  x.dtype === "int32" ? graph.op("Max", [x, graph.scalar(0, "int32")]) : graph.op("Relu", [x]);

export const relu6: Lowering<"Relu6"> = ({ x }, _attrs, graph) =>
  graph.op("Clip", [x, graph.scalar(0, x.dtype as "float32"), graph.scalar(6, x.dtype as "float32")]);

export const elu: Lowering<"Elu"> = ({ x }, _attrs, graph) => graph.op("Elu", [x]);

/** y is elu's output: dy where y >= 0, else dy * (y + 1). */
export const eluGrad: Lowering<"EluGrad"> = ({ dy, y }, _attrs, graph) => {
  const negative = graph.op("Mul", [dy, graph.op("Add", [y, graph.scalar(1)])]);
  return graph.op("Where", [graph.op("GreaterOrEqual", [y, graph.scalar(0)]), dy, negative]);
};

export const selu: Lowering<"Selu"> = ({ x }, _attrs, graph) =>
  graph.op("Selu", [x], { attributes: { alpha: { float: seluAlpha }, gamma: { float: seluGamma } } });

export const leakyRelu: Lowering<"LeakyRelu"> = ({ x }, { alpha }, graph) =>
  graph.op("LeakyRelu", [castTo(x, "float32", graph)], { attributes: { alpha: { float: alpha } } });

export const prelu: Lowering<"Prelu"> = ({ x, alpha }, _attrs, graph) =>
  graph.op("PRelu", [castTo(x, "float32", graph), castTo(alpha, "float32", graph)]);

export const sigmoid: Lowering<"Sigmoid"> = ({ x }, _attrs, graph) => graph.op("Sigmoid", [x]);

export const tanh: Lowering<"Tanh"> = ({ x }, _attrs, graph) => graph.op("Tanh", [x]);

/**
 * ln(1 + e^x) as max(x, 0) - ln(sigmoid(|x|)), which overflows for no x and is right to about 6e-8: sigmoid(|x|) is
 * within [1/2, 1]. ONNX Runtime's own Softplus takes about three times as long (bench/suites/choices.mjs).
 */
export const softplus: Lowering<"Softplus"> = ({ x }, _attrs, graph) => {
  const tail = graph.op("Log", [graph.op("Sigmoid", [graph.op("Abs", [x])])]);
  return graph.op("Sub", [graph.op("Relu", [x]), tail]);
};

/** Always over the last axis, as tfjs-core's softmax op asserts. */
export const softmax: Lowering<"Softmax"> = ({ logits }, { dim }, graph) =>
  graph.op("Softmax", [logits], { attributes: { axis: dim < 0 ? dim + logits.rank : dim } });

export const logSoftmax: Lowering<"LogSoftmax"> = ({ logits }, { axis }, graph) =>
  graph.op("LogSoftmax", [logits], { attributes: { axis: axis < 0 ? axis + logits.rank : axis } });

/**
 * 1 where x > 0, NaN where x is NaN, else alpha (abs's gradient uses -1). For alpha 0, ceil and clip give exactly
 * that in two cheap operators; comparing and choosing takes over twice as long (bench/suites/choices.mjs).
 */
export const step: Lowering<"Step"> = ({ x }, { alpha = 0 }, graph) => {
  if (alpha === 0 && x.dtype === "float32") {
    return graph.op("Clip", [graph.op("Ceil", [x]), graph.scalar(0), graph.scalar(1)]);
  }
  const scalar = (value: number) => graph.scalar(value, x.dtype as "float32");
  const chosen = graph.op("Where", [graph.op("Greater", [x, scalar(0)]), scalar(1), scalar(alpha)]);
  return x.dtype === "float32" ? graph.op("Where", [graph.op("IsNaN", [x]), x, chosen]) : chosen;
};

export type FusedActivation = (
  y: Value,
  graph: Graph,
  weights: { prelu?: Value | undefined; leakyRelu?: number | undefined },
) => Value;

/** What tfjs-core may fuse behind a product or convolution (fused_types.Activation). */
export const fusedActivations: Record<string, FusedActivation> = {
  linear: (y) => y,
  relu: (y, graph) => graph.op("Relu", [y]),
  relu6: (y, graph) => graph.op("Clip", [y, graph.scalar(0), graph.scalar(6)]),
  elu: (y, graph) => graph.op("Elu", [y]),
  sigmoid: (y, graph) => graph.op("Sigmoid", [y]),
  prelu: (y, graph, { prelu }) => graph.op("PRelu", [y, prelu!]),
  leakyrelu: (y, graph, { leakyRelu = 0.2 }) =>
    graph.op("LeakyRelu", [y], { attributes: { alpha: { float: leakyRelu } } }),
};
