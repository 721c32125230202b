import type { DType } from "@vaekit/infer";
import { GraphError } from "../errors.js";
import type { Attributes } from "./node.js";
import { type Dim, describe, type Shape, sameDim, type Value } from "./value.js";

export interface TypeInfo {
  dtype: DType;
  shape: Shape;
}

type Rule = (inputs: readonly Value[], attributes: Attributes, all: readonly (Value | null)[]) => TypeInfo[];

const like = (value: Value): TypeInfo[] => [{ dtype: value.dtype, shape: value.shape }];
const unary: Rule = ([x]) => like(x!);
const binary: Rule = ([a, b]) => [{ dtype: sameDType(a!, b!), shape: broadcast(a!.shape, b!.shape) }];
const comparison: Rule = ([a, b]) => {
  sameDType(a!, b!);
  return [{ dtype: "bool", shape: broadcast(a!.shape, b!.shape) }];
};
const reduceByAttribute: Rule = ([x], attributes) =>
  reduce(x!, attributes.axes as readonly number[], attributes);
const arg: Rule = ([x], attributes) => [
  { dtype: "int64", shape: reduce(x!, [attributes.axis as number], attributes)[0]!.shape },
];

/** Output types of every ONNX operator that a lowering or pass emits (opset 17). */
const rules: Record<string, Rule> = {
  Abs: unary,
  Ceil: unary,
  Clip: unary,
  Cos: unary,
  Elu: unary,
  Erf: unary,
  Exp: unary,
  Floor: unary,
  Identity: unary,
  LeakyRelu: unary,
  Log: unary,
  LogSoftmax: unary,
  Neg: unary,
  Not: unary,
  Reciprocal: unary,
  Relu: unary,
  Round: unary,
  Selu: unary,
  Sigmoid: unary,
  Sign: unary,
  Sin: unary,
  Softmax: unary,
  Softplus: unary,
  Sqrt: unary,
  Tanh: unary,
  Add: binary,
  Sub: binary,
  Mul: binary,
  Div: binary,
  Pow: binary,
  And: binary,
  Or: binary,
  Xor: binary,
  Max: binary,
  Min: binary,
  PRelu: binary,
  Mod: binary,
  Equal: comparison,
  Greater: comparison,
  GreaterOrEqual: comparison,
  Less: comparison,
  LessOrEqual: comparison,
  IsNaN: ([x]) => [{ dtype: "bool", shape: x!.shape }],
  Sum: (inputs) => [{ dtype: inputs[0]!.dtype, shape: inputs.map((input) => input.shape).reduce(broadcast) }],
  Where: ([condition, a, b]) => [
    { dtype: sameDType(a!, b!), shape: broadcast(condition!.shape, broadcast(a!.shape, b!.shape)) },
  ],
  Cast: ([x], attributes) => [{ dtype: castTarget(attributes.to as number), shape: x!.shape }],
  ReduceSum: ([x, axes], attributes) => reduce(x!, numbers(axes!), attributes),
  ReduceMean: reduceByAttribute,
  ReduceMax: reduceByAttribute,
  ReduceMin: reduceByAttribute,
  ReduceProd: reduceByAttribute,
  ArgMax: arg,
  ArgMin: arg,
  MatMul: ([a, b]) => [{ dtype: sameDType(a!, b!), shape: matMulShape(a!, b!) }],
  Gemm: ([a, b], { transA = 0, transB = 0 }) => [
    { dtype: sameDType(a!, b!), shape: [a!.shape[transA === 1 ? 1 : 0]!, b!.shape[transB === 1 ? 0 : 1]!] },
  ],
  Reshape: ([x, shape]) => [{ dtype: x!.dtype, shape: numbers(shape!) }],
  Expand: ([x, shape]) => [{ dtype: x!.dtype, shape: broadcast(x!.shape, numbers(shape!)) }],
  Tile: ([x, repeats]) => [
    { dtype: x!.dtype, shape: numbers(repeats!).map((n, i) => scale(x!.shape[i]!, n)) },
  ],
  Transpose: ([x], { perm }) => [
    { dtype: x!.dtype, shape: (perm as readonly number[]).map((axis) => x!.shape[axis]!) },
  ],
  Concat: (inputs, { axis }) => [
    {
      dtype: inputs[0]!.dtype,
      shape: inputs[0]!.shape.map((dim, i) =>
        i === axis ? inputs.map((input) => input.shape[i]!).reduce(addDims) : dim,
      ),
    },
  ],
  Split: ([x, sizes], { axis }) =>
    numbers(sizes!).map((size) => ({
      dtype: x!.dtype,
      shape: x!.shape.map((dim, i) => (i === axis ? size : dim)),
    })),
  Slice: ([x, starts, ends, axes]) => [{ dtype: x!.dtype, shape: sliceShape(x!, starts!, ends!, axes!) }],
  Pad: ([x, pads]) => [{ dtype: x!.dtype, shape: padShape(x!, numbers(pads!)) }],
  Shape: ([x], { start = 0, end }) => [
    { dtype: "int64", shape: [((end as number | undefined) ?? x!.rank) - (start as number)] },
  ],
};

/** Operators that ONNX has for floats only. */
const floatOnly = new Set([
  "Ceil",
  "Cos",
  "Elu",
  "Erf",
  "Exp",
  "Floor",
  "Gemm",
  "IsNaN",
  "LeakyRelu",
  "Log",
  "LogSoftmax",
  "Reciprocal",
  "Round",
  "Selu",
  "Sigmoid",
  "Sin",
  "Softmax",
  "Softplus",
  "Sqrt",
  "Tanh",
]);
/** Operators that ONNX has for numbers, not for bool. */
const numberOnly = new Set([
  "Abs",
  "Add",
  "ArgMax",
  "ArgMin",
  "Clip",
  "Div",
  "Greater",
  "GreaterOrEqual",
  "Less",
  "LessOrEqual",
  "MatMul",
  "Max",
  "Min",
  "Mod",
  "Mul",
  "Neg",
  "PRelu",
  "Pow",
  "ReduceMax",
  "ReduceMean",
  "ReduceMin",
  "ReduceProd",
  "ReduceSum",
  "Relu",
  "Sign",
  "Sub",
  "Sum",
]);

/**
 * Shape and dtype of an operator's outputs.
 * @throws GraphError when the operator is unknown here or its inputs do not fit
 */
export function inferOutputs(
  op: string,
  inputs: readonly (Value | null)[],
  attributes: Attributes,
): TypeInfo[] {
  const rule = rules[op];
  if (!rule) throw new GraphError(`ONNX operator ${op} has no shape rule in ir/infer.ts; add one`);
  try {
    checkDType(op, inputs[0]?.dtype);
    return rule(
      inputs.filter((input) => input !== null),
      attributes,
      inputs,
    );
  } catch (cause) {
    if (!(cause instanceof GraphError)) throw cause;
    const types = inputs.map((input) => (input ? describe(input) : "none")).join(", ");
    throw new GraphError(`${op}(${types}): ${cause.message}`, { cause });
  }
}

/** Numpy broadcasting. @throws GraphError when the shapes do not fit */
export function broadcast(a: Shape, b: Shape): Shape {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, i): Dim => {
    const x = a[i - rank + a.length] ?? 1;
    const y = b[i - rank + b.length] ?? 1;
    if (x === 1) return y;
    if (y === 1 || sameDim(x, y)) return x;
    throw new GraphError("the shapes do not broadcast");
  });
}

/** ONNX TensorProto.DataType numbers. */
export const onnxTypes = { float32: 1, uint8: 2, int32: 6, int64: 7, bool: 9 } as const satisfies Record<
  DType,
  number
>;

function checkDType(op: string, dtype: DType | undefined): void {
  if (floatOnly.has(op) && dtype !== "float32")
    throw new GraphError(`ONNX's ${op} takes float32 only; cast to it first`);
  if (numberOnly.has(op) && dtype === "bool")
    throw new GraphError(`ONNX's ${op} takes no bool; cast to a number first`);
}

function castTarget(code: number): DType {
  const found = (Object.keys(onnxTypes) as DType[]).find((dtype) => onnxTypes[dtype] === code);
  if (!found) throw new GraphError(`unknown element type ${code}`);
  return found;
}

function sameDType(a: Value, b: Value): DType {
  if (a.dtype !== b.dtype) throw new GraphError("the dtypes differ");
  return a.dtype;
}

function numbers(value: Value): number[] {
  if (!value.data) throw new GraphError("a shape or axis input is not a constant");
  return Array.from(value.data, Number);
}

function reduce(x: Value, axes: readonly number[] | undefined, { keepdims = 1 }: Attributes): TypeInfo[] {
  const gone = new Set(axes ?? x.shape.keys());
  const kept = x.shape.map((dim, i): Dim => (gone.has(i) ? 1 : dim));
  return [{ dtype: x.dtype, shape: keepdims === 1 ? kept : kept.filter((_, i) => !gone.has(i)) }];
}

function matMulShape(a: Value, b: Value): Shape {
  if (a.rank < 2 || b.rank < 2 || !sameDim(a.shape.at(-1)!, b.shape.at(-2)!)) {
    throw new GraphError("the inner sizes differ");
  }
  return [...broadcast(a.shape.slice(0, -2), b.shape.slice(0, -2)), a.shape.at(-2)!, b.shape.at(-1)!];
}

function sliceShape(x: Value, starts: Value, ends: Value, axes: Value): Shape {
  const shape = [...x.shape];
  const [from, to] = [numbers(starts), numbers(ends)];
  numbers(axes).forEach((axis, i) => {
    shape[axis] = to[i]! - from[i]!;
  });
  return shape;
}

/** pads: what is added in front of each axis, then what is added behind each. */
function padShape(x: Value, pads: readonly number[]): Shape {
  return x.shape.map((dim, i) => {
    const added = pads[i]! + pads[i + x.rank]!;
    return added === 0 ? dim : addDims(dim, added);
  });
}

function scale(dim: Dim, by: number): Dim {
  return typeof dim === "number" ? dim * by : { times: dim.times * by };
}

function addDims(a: Dim, b: Dim): Dim {
  if (typeof a === "number" && typeof b === "number") return a + b;
  if (typeof a !== "number" && typeof b !== "number") return { times: a.times + b.times };
  throw new GraphError("a batch and a fixed size are joined along one axis");
}
