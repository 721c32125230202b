import type { Node } from "../ir/node.js";
import { type Shape, sameShape, type Value } from "../ir/value.js";
import { rewrite } from "./pass.js";
import { keepsOrder, reshapeTo } from "./reshape.js";

type Perm = readonly number[];

/**
 * Transpose that moves axes of size 1 only is Reshape, which costs nothing and meets others of its kind. So are two of
 * them that undo each other around a Reshape: tfjs computes one-dimensional convolutions in [batch, 1, time, channels],
 * one-dimensional pooling in [batch, time, 1, channels].
 */
export const transposeToReshape = rewrite(({ node, inputs: [x], graph }) => {
  if (node.op !== "Transpose") return null;
  const { shape } = node.outputs[0]!;
  const perm = node.attributes.perm as Perm;
  if (keepsOrder(x!, perm)) return reshapeTo(graph, x!, shape);
  const source = undone(x!, perm);
  return source && reshapeTo(graph, source, shape);
});

/** The tensor that a Transpose has behind another and a Reshape, if its elements come in that tensor's order. */
function undone(x: Value, perm: Perm): Value | null {
  const between = producerOf(x, "Reshape")?.inputs[0];
  const first = between && producerOf(between, "Transpose");
  if (!first) return null;
  const [from, to] = [longAxes(between.shape), longAxes(x.shape)];
  // The Reshape only moves ones: each longer axis is the one that was at its place among the longer ones.
  const shapeOf = ({ shape }: Value, axes: readonly number[]): Shape => axes.map((axis) => shape[axis]!);
  if (!sameShape(shapeOf(between, from), shapeOf(x, to))) return null;
  const order = first.attributes.perm as Perm;
  const axes = perm.filter((axis) => to.includes(axis)).map((axis) => order[from[to.indexOf(axis)]!]!);
  return axes.every((axis, i) => i === 0 || axis > axes[i - 1]!) ? first.inputs[0]! : null;
}

function producerOf({ producer }: Value, op: string): Node | null {
  return producer?.op === op ? producer : null;
}

function longAxes(shape: Shape): number[] {
  return [...shape.keys()].filter((axis) => shape[axis] !== 1);
}
