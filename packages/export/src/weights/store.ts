import type { Graph } from "../ir/graph.js";
import type { Value } from "../ir/value.js";
import { channelAxes } from "./channels.js";
import { storeConstants, type Use } from "./constants.js";
import { integerProducts } from "./dynamic.js";
import { asHalf, asInt8, type Encoding } from "./encoding.js";
import { reportOf, type WeightFormat, type WeightLog, type WeightReport } from "./report.js";

type Step = (graph: Graph, log: WeightLog) => Graph;

const half: Step = (graph, log) => storeConstants(graph, log, asHalf);
const int8: Step = (graph, log) => storeConstants(graph, log, smallest);

const steps: Readonly<Record<WeightFormat, readonly Step[]>> = {
  fp32: [],
  fp16: [half],
  int8: [int8],
  "int8-dynamic": [integerProducts, int8],
};

/**
 * Store a graph's large weights in fewer bytes; nodes that ONNX Runtime runs once, when it loads the model, make
 * float32 of them again. For a graph that is optimised already: what folds constants would undo it.
 */
export function storeWeights(graph: Graph, weights: WeightFormat): { graph: Graph; report: WeightReport } {
  const log: WeightLog = { stored: [], kept: [] };
  const small = steps[weights].reduce((current, step) => step(current, log), graph);
  return { graph: small, report: reportOf(weights, graph, small, log) };
}

/**
 * int8 where every use is a product, a convolution or a look-up; half precision for what is added or compared, where
 * 8 bits would be felt, and where scales for many short channels make int8 the larger of the two.
 */
function smallest(weight: Value, uses: readonly Use[]): Encoding {
  const choices = uses.map(({ node, at }) => channelAxes(node, at));
  const [first] = choices;
  if (!first || choices.includes(null)) return asHalf(weight);
  // A weight that is used in two ways (an embedding that also gives the logits) gets the channels that fit it best.
  const distinct = new Map(choices.map((axes) => [`${axes}`, axes!]));
  const [best, ...others] = [...distinct.values()].map((axes) => asInt8(weight, axes));
  const encoding = others.reduce((a, b) => (b.error.rms < a.error.rms ? b : a), best!);
  return encoding.bytes < weight.data!.byteLength / 2 ? encoding : asHalf(weight);
}
