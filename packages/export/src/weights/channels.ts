import type { Node } from "../ir/node.js";
import { normalAxis } from "../ir/operators/dims.js";
import type { Value } from "../ir/value.js";

/** Along which axes of a weight each slice makes outputs of its own, as input `at` of the node; null where none is. */
type ChannelRule = (node: Node, at: number, weight: Value) => readonly number[] | null;

const rules: Readonly<Record<string, ChannelRule>> = {
  MatMul: (_, at, { shape, rank }) => {
    const summed = rank - (at === 0 ? 1 : 2);
    return rank < 2 ? null : [...shape.keys()].filter((axis) => axis !== summed);
  },
  Gemm: ({ attributes }, at) => {
    if (at > 1) return null;
    const turned = attributes[at === 0 ? "transA" : "transB"] === 1;
    return [(at === 0) === turned ? 1 : 0];
  },
  Conv: (_, at) => (at === 1 ? [0] : null),
  // [in, out / group, ...]: with one output a group (depthwise) the groups are the channels.
  ConvTranspose: ({ attributes: { group = 1 } }, at, { shape }) => {
    if (at !== 1) return null;
    return group !== 1 && shape[1] === 1 ? [0] : [1];
  },
  // An embedding: every row is looked up by itself.
  Gather: ({ attributes: { axis = 0 } }, at, { rank }) =>
    at === 0 ? [normalAxis(axis as number, rank)] : null,
};

/** The axes that tell a weight's output channels apart where a node uses it; null where it is no such weight. */
export function channelAxes(node: Node, at: number): readonly number[] | null {
  return rules[node.op]?.(node, at, node.inputs[at]!) ?? null;
}
