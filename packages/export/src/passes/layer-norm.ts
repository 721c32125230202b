import { normalAxis } from "../ir/operators/dims.js";
import { sameShape, staticShape, type Value } from "../ir/value.js";
import { affineOf, isOne, isZero } from "./affine.js";
import { floats, intsOf, isFloats, scalarOf } from "./constant.js";
import { rewrite, type Site } from "./pass.js";
import { alongAxis } from "./per-element.js";

/** The first opset with LayerNormalization. */
const since = 17;

/**
 * (x - mean) / sqrt(variance + epsilon) over the last axis (Ba et al. 2016) is one operator, with the scale and offset
 * that follow it.
 */
export const layerNorm = rewrite((site) => {
  if (site.graph.opset < since) return null;
  return site.node.op === "Div" ? normalized(site) : scaled(site);
});

function normalized({ node, inputs: [centred, deviation], graph, single }: Site): Value | null {
  const root =
    deviation!.producer?.op === "Sqrt" && single(deviation!) ? deviation!.producer.inputs[0]! : null;
  const sum = root?.producer?.op === "Add" && single(root) ? root.producer.inputs : null;
  if (!sum) return null;
  const at = scalarOf(sum[1]) === null ? 1 : 0;
  const epsilon = scalarOf(sum[1 - at]);
  const x = centredOf(centred!);
  const square = x && epsilon !== null ? meanOf(sum[at]!, x.rank) : null;
  // An epsilon of a higher rank makes the result one of that rank.
  if (!x || !square || !sameShape(x.shape, node.outputs[0]!.shape)) return null;
  if (node.outputs[0]!.dtype !== "float32") return null;
  const [a, b] = square.producer?.op === "Mul" ? (square.producer.inputs as [Value, Value]) : [null, null];
  if (!a || a !== b || centredOf(a) !== x) return null;
  const size = x.shape.at(-1)!;
  if (typeof size !== "number") return null;
  return graph.op("LayerNormalization", [x, floats(graph, new Float32Array(size).fill(1), [size])], {
    attributes: { axis: -1, epsilon: { float: epsilon! } },
    outputs: node.outputs,
  });
}

/** x, where a value is x - mean(x). */
function centredOf({ producer }: Value): Value | null {
  const [x, mean] = producer?.op === "Sub" ? (producer.inputs as [Value, Value]) : [null, null];
  return x && mean && meanOf(mean, x.rank) === x ? x : null;
}

/** What a value is the mean of, along the last axis, which is kept. */
function meanOf({ producer }: Value, rank: number): Value | null {
  if (producer?.op !== "ReduceMean" || (producer.attributes.keepdims ?? 1) !== 1) return null;
  const axes = (producer.attributes.axes as readonly number[] | undefined) ?? intsOf(producer.inputs[1]);
  return axes?.length === 1 && normalAxis(axes[0]!, rank) === rank - 1 ? producer.inputs[0]! : null;
}

/** A scale or an offset of each feature, behind the operator. */
function scaled({ node, inputs, graph, single }: Site): Value | null {
  const [output] = node.outputs as [Value];
  const link = affineOf(node.op, inputs, output);
  const before = link && single(link.x) ? link.x.producer : null;
  if (!link || before?.op !== "LayerNormalization") return null;
  const [x, weight, bias] = before.inputs;
  if (!isFloats(weight) || (bias && !isFloats(bias))) return null;
  const shape = staticShape(weight);
  const [size] = shape as [number];
  const scale = shape.length === 1 ? alongAxis(link.scale, output.rank, output.rank - 1, size) : null;
  const offset = shape.length === 1 ? alongAxis(link.offset, output.rank, output.rank - 1, size) : null;
  if (!scale || !offset) return null;
  graph.origin = before.origin;
  const newScale = Float32Array.from(weight.data, (value, i) => value * scale[i]!);
  const newBias = Float32Array.from(offset, (value, i) => Number(bias?.data?.[i] ?? 0) * scale[i]! + value);
  const scaleName = isOne(link.scale) ? weight : link.constant;
  const biasName = isZero(link.offset) ? (bias ?? undefined) : link.constant;
  const parameters = [floats(graph, newScale, shape, scaleName), floats(graph, newBias, shape, biasName)];
  return graph.op("LayerNormalization", [x!, ...parameters], {
    attributes: before.attributes,
    outputs: [output],
  });
}
