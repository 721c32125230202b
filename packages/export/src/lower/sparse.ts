import { backend_util, util } from "@tensorflow/tfjs-core";
import { GraphError } from "../errors.js";
import type { Graph } from "../ir/graph.js";
import type { Value } from "../ir/value.js";
import { constantNumbers } from "./constants.js";
import type { Lowering } from "./kernels.js";
import { castTo } from "./layout.js";
import { cumprod } from "./scan.js";

/** Sizes of 0 hold no elements; but to divide by one would end the process. */
function divisor(sizes: Value, graph: Graph): Value {
  return graph.op("Max", [sizes, graph.scalar(1, "int64")]);
}

/** Sizes [rank] int64 -> row-major strides [rank] int64 */
function stridesOf(sizes: Value, graph: Graph): Value {
  return cumprod({ x: sizes }, { axis: 0, exclusive: true, reverse: true }, graph) as Value;
}

/** The sizes with what is left of the whole in place of a -1. */
function resolved(sizes: Value, total: Value, graph: Graph): Value {
  const open = graph.op("Equal", [sizes, graph.ints([-1])]);
  const known = productOf(graph.op("Where", [open, graph.ints([1]), sizes]), graph);
  return graph.op("Where", [open, graph.op("Div", [total, divisor(known, graph)]), sizes]);
}

function productOf(sizes: Value, graph: Graph): Value {
  return castTo(
    graph.opset < 18
      ? graph.op("ReduceProd", [sizes], { attributes: { axes: [0], keepdims: 1 } })
      : graph.op("ReduceProd", [sizes, graph.ints([0])], { attributes: { keepdims: 1 } }),
    "int64",
    graph,
  );
}

/** What tfjs refuses is refused where the shapes are constants; computed ones are taken as they are. */
function checkShapes(from: readonly number[] | null, to: readonly number[] | null): void {
  if (!from || !to) return;
  const [all, known] = [from, to.filter((n) => n !== -1)].map((sizes) => util.sizeFromShape([...sizes])) as [
    number,
    number,
  ];
  const open = [...to.keys()].filter((axis) => to[axis] === -1);
  const negative = to.findIndex((n) => n < -1);
  const sizes = to.map((n) => (n === -1 ? 1 : n));
  const refuse = (message: string) => {
    throw new GraphError(message);
  };
  if (open.length > 1)
    refuse(backend_util.getSparseReshapeMultipleNegativeOneOutputDimErrorMessage(open[0]!, open[1]!));
  if (negative >= 0)
    refuse(backend_util.getSparseReshapeNegativeOutputDimErrorMessage(negative, to[negative]!));
  if (open.length === 0 && all !== known)
    refuse(backend_util.getSparseReshapeInputOutputMismatchErrorMessage([...from], sizes));
  if (open.length === 0) return;
  if (known === 0) refuse(backend_util.getSparseReshapeEmptyTensorZeroOutputDimErrorMessage());
  if (all % known !== 0)
    refuse(backend_util.getSparseReshapeInputOutputMultipleErrorMessage([...from], sizes));
}

/**
 * Where elements [elements, rank] of a sparse tensor are once it is reshaped, and its new shape with any -1 worked out:
 * int32 [elements, new rank] and [new rank]. Both shapes may be computed.
 */
export const sparseReshape: Lowering<"SparseReshape"> = (
  { inputIndices, inputShape, newShape },
  _attrs,
  graph,
) => {
  checkShapes(constantNumbers(inputShape), constantNumbers(newShape));
  const from = castTo(inputShape, "int64", graph);
  const to = resolved(castTo(newShape, "int64", graph), productOf(from, graph), graph);
  const weighted = graph.op("Mul", [castTo(inputIndices, "int64", graph), stridesOf(from, graph)]);
  const flat = graph.op("ReduceSum", [weighted, graph.ints([1])], { attributes: { keepdims: 1 } });
  const steps = graph.op("Div", [flat, divisor(stridesOf(to, graph), graph)]);
  const places = graph.op("Mod", [steps, divisor(to, graph)]);
  return [castTo(places, "int32", graph), castTo(to, "int32", graph)];
};
