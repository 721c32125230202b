import type { Graph } from "../ir/graph.js";
import type { Value } from "../ir/value.js";
import type { Lowering } from "./kernels.js";
import { castTo } from "./layout.js";
import { inFloat } from "./trigonometry.js";

type Pair = { readonly a: Value; readonly b: Value };

const binary =
  (op: string) =>
  ({ a, b }: Pair, _attrs: object, graph: Graph): Value =>
    graph.op(op, [a, b]);

const unary =
  (op: string) =>
  ({ x }: { readonly x: Value }, _attrs: object, graph: Graph): Value =>
    graph.op(op, [x]);

export const add: Lowering<"Add"> = binary("Add");
export const sub: Lowering<"Sub"> = binary("Sub");
export const multiply: Lowering<"Multiply"> = ({ a, b }, _attrs, graph) =>
  graph.op(a.dtype === "bool" ? "And" : "Mul", [a, b]);
export const realDiv: Lowering<"RealDiv"> = binary("Div");
export const pow: Lowering<"Pow"> = binary("Pow");
export const maximum: Lowering<"Maximum"> = binary("Max");
export const minimum: Lowering<"Minimum"> = binary("Min");

/** ONNX's Sum is for floats. */
export const addN: Lowering<"AddN"> = (values, _attrs, graph) =>
  values[0]!.dtype === "float32" ? graph.op("Sum", values) : values.reduce((a, b) => graph.op("Add", [a, b]));

export const squaredDifference: Lowering<"SquaredDifference"> = ({ a, b }, _attrs, graph) => {
  const difference = graph.op("Sub", [a, b]);
  return graph.op("Mul", [difference, difference]);
};

export const abs: Lowering<"Abs"> = unary("Abs");
export const ceil: Lowering<"Ceil"> = unary("Ceil");
export const cos: Lowering<"Cos"> = unary("Cos");
export const erf: Lowering<"Erf"> = unary("Erf");
/** float32 for every dtype, as in tfjs. */
export const exp: Lowering<"Exp"> = ({ x }, _attrs, graph) => graph.op("Exp", [castTo(x, "float32", graph)]);
export const floor: Lowering<"Floor"> = unary("Floor");
export const log: Lowering<"Log"> = unary("Log");
export const neg: Lowering<"Neg"> = unary("Neg");
export const reciprocal: Lowering<"Reciprocal"> = unary("Reciprocal");
export const round: Lowering<"Round"> = ({ x }, _attrs, graph) =>
  x.dtype === "float32" ? graph.op("Round", [x]) : x;
export const sin: Lowering<"Sin"> = unary("Sin");
export const sqrt: Lowering<"Sqrt"> = unary("Sqrt");

/** 0 where x is NaN, as in tfjs. */
export const sign: Lowering<"Sign"> = ({ x }, _attrs, graph) => {
  const y = graph.op("Sign", [x]);
  return x.dtype === "float32" ? graph.op("Where", [graph.op("IsNaN", [x]), graph.scalar(0), y]) : y;
};

/**
 * ln(1 + x) as ln(u) * x / (u - 1), where u is 1 + x as it is rounded: the errors of both factors cancel, so that small
 * results have all their digits (Kahan, see Goldberg 1991, "What every computer scientist should know", theorem 4).
 */
export const log1p: Lowering<"Log1p"> = ({ x }, _attrs, graph) => {
  const one = graph.scalar(1);
  const u = graph.op("Add", [x, one]);
  const rounded = graph.op("Sub", [u, one]);
  // Where nothing was rounded the factor is 1, also for Infinity / Infinity; where all of x was, the result is x.
  const exact = graph.op("Equal", [x, rounded]);
  const factor = graph.op("Where", [exact, one, graph.op("Div", [x, rounded])]);
  const y = graph.op("Mul", [graph.op("Log", [u]), factor]);
  return graph.op("Where", [graph.op("Equal", [rounded, graph.scalar(0)]), x, y]);
};

export const rsqrt: Lowering<"Rsqrt"> = ({ x }, _attrs, graph) =>
  graph.op("Div", [graph.scalar(1), graph.op("Sqrt", [x])]);

export const square: Lowering<"Square"> = ({ x }, _attrs, graph) => graph.op("Mul", [x, x]);

export const clipByValue: Lowering<"ClipByValue"> = ({ x }, { clipValueMin, clipValueMax }, graph) => {
  const bound = (value: number) => graph.scalar(value, x.dtype as "float32");
  return graph.op("Clip", [x, bound(clipValueMin), bound(clipValueMax)]);
};

/** e^x - 1 as tanh(x / 2) * (e^x + 1), of which neither factor loses digits near 0. */
export const expm1: Lowering<"Expm1"> = ({ x }, _attrs, graph) =>
  inFloat(x, graph, (value) => {
    const slope = graph.op("Tanh", [graph.op("Mul", [value, graph.scalar(0.5)])]);
    return graph.op("Mul", [slope, graph.op("Add", [graph.op("Exp", [value]), graph.scalar(1)])]);
  });
