import type { Graph } from "../ir/graph.js";
import { staticShape, type Value } from "../ir/value.js";
import type { Lowering } from "./kernels.js";
import { reshape } from "./layout.js";
import { fromChannelsFirst, toChannelsFirst } from "./nchw.js";

/** x * (bias + alpha * sum)^-beta, the sum over the squares of the channels up to depthRadius away. */
export const lrn: Lowering<"LRN"> = ({ x }, { depthRadius, bias, alpha, beta }, graph) => {
  const size = 2 * depthRadius + 1;
  const y = graph.op("LRN", [toChannelsFirst(x, "NHWC", graph)], {
    // ONNX takes the mean over the window where tfjs takes the sum.
    attributes: { size, alpha: { float: alpha * size }, beta: { float: beta }, bias: { float: bias } },
  });
  return fromChannelsFirst(y, "NHWC", graph);
};

/** The sum over the channels up to radius away; what lies beyond counts as 0. */
function channelSum(x: Value, radius: number, graph: Graph): Value {
  const shape = staticShape(x) as [number, number, number, number];
  const [batch, height, width, channels] = shape;
  const size = 2 * radius + 1;
  const rows = reshape(x, [batch, 1, height * width, channels], graph);
  const mean = graph.op("AveragePool", [rows], {
    attributes: {
      kernel_shape: [1, size],
      pads: [0, radius, 0, radius],
      strides: [1, 1],
      count_include_pad: 1,
    },
  });
  return graph.op("Mul", [reshape(mean, shape, graph), graph.scalar(size)]);
}

/** dy * norm^-beta - 2 alpha beta x * sum(dy * y / norm), both sums over the same channels. */
export const lrnGrad: Lowering<"LRNGrad"> = ({ x, y, dy }, { depthRadius, bias, alpha, beta }, graph) => {
  const squares = channelSum(graph.op("Mul", [x, x]), depthRadius, graph);
  const scaled = graph.op("Mul", [squares, graph.scalar(alpha)]);
  const norm = graph.op("Add", [scaled, graph.scalar(bias)]);
  const own = graph.op("Mul", [dy, graph.op("Pow", [norm, graph.scalar(-beta)])]);
  const shares = graph.op("Div", [graph.op("Mul", [dy, y]), norm]);
  const others = graph.op("Mul", [x, channelSum(shares, depthRadius, graph)]);
  return graph.op("Sub", [own, graph.op("Mul", [others, graph.scalar(2 * alpha * beta)])]);
};
