import type { Graph } from "../../ir/graph.js";
import type { Attributes, Node } from "../../ir/node.js";
import { normalAxis } from "../../ir/operators/dims.js";
import { sameDim, Value } from "../../ir/value.js";
import { type Constant, intsOf, isConstant, reshaped, transposed } from "../constant.js";
import { broadcasting, unary } from "../elementwise.js";

/** A new order of axes: axis i of what is moved is axis perm[i] of what was. */
export type Perm = readonly number[];

/** How an operator reads on tensors whose axes are in another order. */
export interface Movable {
  /** Places of the inputs that are moved. */
  tensors: readonly number[];
  /** Whether the outputs are moved with them; else they are the same whatever the order. */
  movesOutput: boolean;
  /** Whether the outputs are the same in this order too. Default: yes. */
  fits?: (perm: Perm) => boolean;
  /** Hidden copies: ONNX Runtime's Softmax along any axis but the last transposes by itself. */
  dislikes?: (perm: Perm) => boolean;
  /** The inputs that are no tensors of that kind, and the attributes, in the new order; now: a value in the new graph. */
  move(
    perm: Perm,
    graph: Graph,
    now: (value: Value) => Value,
  ): { inputs: readonly (Value | null)[]; attributes: Attributes };
}

type Reader = (node: Node, rank: number) => Movable | null;

/** How a node that works on tensors of a rank can be moved; null where its result depends on the order of axes. */
export function movableOf(node: Node, rank: number): Movable | null {
  const reader = Object.hasOwn(readers, node.op) ? readers[node.op]! : null;
  return reader ? reader(node, rank) : null;
}

function at(perm: Perm, axis: number): number {
  return perm.indexOf(axis);
}

/** Only the first input is a tensor in some order. */
const alone: Reader = (node) => ({
  tensors: [0],
  movesOutput: true,
  move: () => ({ inputs: node.inputs, attributes: node.attributes }),
});

/** Operands of the full rank move; others are spread over trailing axes, which the new order places elsewhere. */
const spread: Reader = (node, rank) => {
  const tensors: number[] = [];
  for (const [i, input] of node.inputs.entries()) {
    if (isConstant(input) || input!.rank === 0) continue;
    if (input!.rank === rank) tensors.push(i);
    else if (input!.rank !== 1 || typeof input!.shape[0] !== "number") return null;
  }
  const full = tensors.length > 0 && node.outputs[0]!.rank === rank;
  if (!full || (node.op === "PRelu" && tensors[0] !== 0)) return null;
  const move: Movable["move"] = (perm, graph, now) => ({
    inputs: node.inputs.map((input, i) =>
      tensors.includes(i) ? input : spreadOver(now(input!), perm, graph),
    ),
    attributes: node.attributes,
  });
  return { tensors, movesOutput: true, move };
};

function spreadOver(value: Value, perm: Perm, graph: Graph): Value {
  if (value.shape.every((n) => n === 1)) return value;
  const rank = perm.length;
  if (!isConstant(value)) {
    // [n] lies along the last axis.
    const shape = [value.shape[0] as number, ...Array<number>(rank - 1 - at(perm, rank - 1)).fill(1)];
    return shape.length === 1 ? value : graph.op("Reshape", [value, graph.ints(shape)]);
  }
  const padded = [...Array<number>(rank - value.rank).fill(1), ...(value.shape as number[])];
  const moved = transposed(reshaped(value, padded) as Constant, perm) as Constant;
  const shape = moved.shape as number[];
  return reshaped(moved, shape.slice(shape.findIndex((n) => n !== 1)));
}

const withAxis =
  (fallback: number): Reader =>
  (node, rank) => {
    const axis = normalAxis((node.attributes.axis as number | undefined) ?? fallback, rank);
    return {
      tensors: [0],
      movesOutput: true,
      move: (perm) => ({ inputs: node.inputs, attributes: { ...node.attributes, axis: at(perm, axis) } }),
    };
  };

const softmax: Reader = (node, rank) => {
  const axis = normalAxis((node.attributes.axis as number | undefined) ?? -1, rank);
  return { ...withAxis(-1)(node, rank)!, dislikes: (perm) => at(perm, axis) !== rank - 1 };
};

const concat: Reader = (node, rank) => {
  const axis = normalAxis(node.attributes.axis as number, rank);
  const tensors = node.inputs.flatMap((input, i) => (isConstant(input) ? [] : [i]));
  const move: Movable["move"] = (perm) => ({
    inputs: node.inputs.map((input) => (isConstant(input) ? transposed(input, perm) : input)),
    attributes: { ...node.attributes, axis: at(perm, axis) },
  });
  return tensors.length > 0 ? { tensors, movesOutput: true, move } : null;
};

/** Inputs that list a number for each axis, or for each axis twice (pads): in the new order. */
const perAxis =
  (...places: readonly number[]): Reader =>
  (node, rank) => {
    const lists = places.map((place) => node.inputs[place] ?? null);
    if (node.attributes.axes || !lists.every((list) => list === null || isConstant(list))) return null;
    const reorder = (list: Constant, perm: Perm): Value => {
      if (list.data.length === 0) return list;
      const values = Array.from(list.data as ArrayLike<number>);
      const parts = values.length / rank;
      const order = Array.from({ length: parts }, (_, part) => perm.map((axis) => part * rank + axis)).flat();
      const data = (list.data as Float32Array).slice();
      for (const [i, from] of order.entries()) data[i] = values[from]!;
      return new Value(list.dtype, list.shape, data, list.name);
    };
    const move: Movable["move"] = (perm) => ({
      inputs: node.inputs.map((input, i) =>
        input && places.includes(i) ? reorder(input as Constant, perm) : input,
      ),
      attributes: node.attributes,
    });
    return { tensors: [0], movesOutput: true, move };
  };

const pad: Reader = (node, rank) => (node.inputs[3] ? null : perAxis(1)(node, rank));

/** ONNX Runtime has linear kernels only for two axes side by side, with channels in front of them or behind. */
const resize: Reader = (node, rank) => {
  const movable = perAxis(1, 2, 3)(node, rank);
  if (!movable || node.attributes.mode !== "linear") return movable;
  const [from, to] = [node.inputs[0]!.shape, node.outputs[0]!.shape];
  const resized = [...from.keys()].filter((axis) => !sameDim(from[axis]!, to[axis]!));
  const fits = (perm: Perm) => {
    const places = resized.map((axis) => at(perm, axis));
    const within = (first: number) => places.every((axis) => axis === first || axis === first + 1);
    const inOrder = places.every((axis, i) => i === 0 || axis > places[i - 1]!);
    return rank === 4 && inOrder && (within(1) || within(2));
  };
  return { ...movable, fits };
};

/** A scalar that is spread has no order of its own. */
const expand: Reader = (node, rank) => (node.inputs[0]!.rank === rank ? perAxis(1)(node, rank) : null);

/** Starts and ends may be computed: only the axes change. */
const slice: Reader = (node, rank) => {
  const [x, starts, ends, given, steps] = node.inputs;
  const count = starts!.shape[0] as number;
  const axes = given ? intsOf(given) : Array.from({ length: count }, (_, i) => i);
  if (!axes) return null;
  const move: Movable["move"] = (perm, graph) => {
    const moved = graph.ints(axes.map((axis) => at(perm, normalAxis(axis, rank))));
    return { inputs: [x!, starts!, ends!, moved, ...(steps ? [steps] : [])], attributes: node.attributes };
  };
  return { tensors: [0], movesOutput: true, move };
};

/** Axes as an attribute or as an input. Without kept axes the result has no order left, if what remains keeps its own. */
const reduction: Reader = (node, rank) => {
  const { axes: attribute, keepdims = 1 } = node.attributes as { axes?: number[]; keepdims?: number };
  const given = attribute ?? (node.inputs[1] ? intsOf(node.inputs[1]) : [...Array(rank).keys()]);
  if (!given || given.length === 0) return null;
  const axes = given.map((axis) => normalAxis(axis, rank));
  const move: Movable["move"] = (perm, graph) => {
    const moved = axes.map((axis) => at(perm, axis)).toSorted((a, b) => a - b);
    if (attribute) return { inputs: node.inputs, attributes: { ...node.attributes, axes: moved } };
    const list = node.inputs[1] ? [graph.ints(moved)] : [];
    return { inputs: [node.inputs[0]!, ...list], attributes: node.attributes };
  };
  return { tensors: [0], move, ...withoutAxes(axes, keepdims) };
};

const place: Reader = (node, rank) => {
  const { axis = 0, keepdims = 1 } = node.attributes as { axis?: number; keepdims?: number };
  return { ...withAxis(0)(node, rank)!, ...withoutAxes([normalAxis(axis, rank)], keepdims) };
};

/** What is left is the same in both orders where the axes that are left come in the same order. */
function withoutAxes(axes: readonly number[], keepdims: number): Pick<Movable, "movesOutput" | "fits"> {
  if (keepdims !== 0) return { movesOutput: true };
  const left = (perm: Perm) => perm.filter((axis) => !axes.includes(axis));
  return {
    movesOutput: false,
    fits: (perm) => left(perm).every((axis, i, all) => i === 0 || axis > all[i - 1]!),
  };
}

/** The first size is that of the batch in every order. */
const shape: Reader = (node) => {
  const { start = 0, end } = node.attributes as { start?: number; end?: number };
  return start === 0 && end === 1 ? { ...alone(node, 0)!, movesOutput: false } : null;
};

const readers: Readonly<Record<string, Reader>> = {
  ...Object.fromEntries([...unary].map((op) => [op, alone])),
  ...Object.fromEntries([...broadcasting].map((op) => [op, spread])),
  Clip: alone,
  Softmax: softmax,
  LogSoftmax: softmax,
  Concat: concat,
  Split: withAxis(0),
  Pad: pad,
  Tile: perAxis(1),
  Expand: expand,
  Resize: resize,
  Slice: slice,
  ArgMax: place,
  ArgMin: place,
  Shape: shape,
  ...Object.fromEntries(
    ["Sum", "Mean", "Max", "Min", "Prod", "L1", "L2", "SumSquare", "LogSumExp", "LogSum"].map((of) => [
      `Reduce${of}`,
      reduction,
    ]),
  ),
};
