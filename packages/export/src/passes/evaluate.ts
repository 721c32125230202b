import { sizeOf } from "@vaekit/infer";
import type { ElementArray } from "../ir/element.js";
import type { Attributes } from "../ir/node.js";
import { normalAxis } from "../ir/operators/dims.js";
import { staticShape, type Value } from "../ir/value.js";
import { arrayFor, type Constant, intsOf, isConstant, stridesOf, transposeData } from "./constant.js";

/** The elements of an operator's output, of the type and shape that it is declared with; null where it is left alone. */
type Evaluator = (
  inputs: readonly (Value | null)[],
  output: Value,
  attributes: Attributes,
) => ElementArray | null;

type Numbers = Float32Array | Int32Array;

/** Elements as numbers, each at its place in a larger shape that broadcasting gives. */
function spread(value: Constant, shape: readonly number[]): ArrayLike<number> {
  const own = staticShape(value);
  const data = value.data as ArrayLike<number>;
  if (sizeOf(own) === sizeOf(shape)) return data;
  const padded = [...Array<number>(shape.length - own.length).fill(1), ...own];
  const strides = stridesOf(padded).map((stride, axis) => (padded[axis] === 1 ? 0 : stride));
  const out = arrayFor(value, sizeOf(shape)) as Numbers;
  const index = shape.map(() => 0);
  for (let i = 0, from = 0; i < out.length; i++) {
    out[i] = data[from]!;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      from += strides[axis]!;
      index[axis]! += 1;
      if (index[axis]! < shape[axis]!) break;
      from -= index[axis]! * strides[axis]!;
      index[axis] = 0;
    }
  }
  return out as ArrayLike<number>;
}

/** Numbers as the output's type; null where one does not fit into an integer. */
function store(output: Value, size: number, at: (i: number) => number): ElementArray | null {
  const limit =
    output.dtype === "int64" ? Number.MAX_SAFE_INTEGER : output.dtype === "int32" ? 2 ** 31 - 1 : null;
  if (output.dtype === "int64") {
    const out = new BigInt64Array(size);
    for (let i = 0; i < size; i++) {
      const value = at(i);
      if (!(Math.abs(value) <= limit!)) return null;
      out[i] = BigInt(Math.trunc(value));
    }
    return out;
  }
  const out = arrayFor(output, size) as Numbers;
  for (let i = 0; i < size; i++) {
    const value = at(i);
    if (limit !== null && !(Math.abs(value) <= limit)) return null;
    out[i] = value;
  }
  return out;
}

const arithmetic = (value: Value) => ["float32", "int32", "int64"].includes(value.dtype);

/** Rounded once from double precision: for sums, products, quotients and roots that is float32's own result. */
const unary =
  (f: (x: number) => number): Evaluator =>
  ([x], output) => {
    if (x!.dtype !== "float32") return null;
    const data = x!.data as Float32Array;
    return store(output, data.length, (i) => f(data[i]!));
  };

const binary =
  (f: (x: number, y: number) => number): Evaluator =>
  ([a, b], output) => {
    if (!arithmetic(output)) return null;
    const shape = staticShape(output);
    const [x, y] = [spread(a as Constant, shape), spread(b as Constant, shape)];
    if (output.dtype !== "int64") return store(output, sizeOf(shape), (i) => f(x[i]!, y[i]!));
    return store(output, sizeOf(shape), (i) => f(Number(x[i]!), Number(y[i]!)));
  };

const same: Evaluator = ([x]) => x!.data;

const cast: Evaluator = ([x], output) => {
  if ([x!.dtype, output.dtype].includes("float16")) return null;
  const data = x!.data as ArrayLike<number>;
  if (output.dtype === "bool") return store(output, data.length, (i) => (Number(data[i]) !== 0 ? 1 : 0));
  if (output.dtype === "float32") return store(output, data.length, (i) => Number(data[i]));
  if (output.dtype !== "int32" && output.dtype !== "int64") return null;
  return store(output, data.length, (i) => Math.trunc(Number(data[i])));
};

/** Blocks of one input after those of another: what lies before the axis is the number of rounds. */
const concat: Evaluator = (inputs, output, { axis }) => {
  const rounds = sizeOf(staticShape(output).slice(0, normalAxis(axis as number, output.rank)));
  const out = arrayFor(output, sizeOf(staticShape(output))) as Float32Array;
  let to = 0;
  for (let round = 0; round < rounds; round++) {
    for (const input of inputs as readonly Constant[]) {
      const block = input.data.length / rounds;
      out.set((input.data as Float32Array).subarray(round * block, (round + 1) * block), to);
      to += block;
    }
  }
  return out;
};

/** Elements at a start and a step for each axis. */
function strided(x: Constant, output: Value, starts: readonly number[], steps: readonly number[]) {
  const shape = staticShape(output);
  const strides = stridesOf(staticShape(x));
  const out = arrayFor(output, sizeOf(shape)) as Float32Array;
  const data = x.data as Float32Array;
  const index = shape.map(() => 0);
  for (let i = 0; i < out.length; i++) {
    let from = 0;
    for (let axis = 0; axis < shape.length; axis++)
      from += (starts[axis]! + index[axis]! * steps[axis]!) * strides[axis]!;
    out[i] = data[from]!;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      index[axis]! += 1;
      if (index[axis]! < shape[axis]!) break;
      index[axis] = 0;
    }
  }
  return out;
}

const slice: Evaluator = ([x, starts, , axes, steps], output) => {
  const shape = staticShape(x!);
  const from = intsOf(starts)!;
  const by = intsOf(steps);
  const along = intsOf(axes) ?? from.map((_, i) => i);
  const [first, step] = [shape.map(() => 0), shape.map(() => 1)];
  along.forEach((given, i) => {
    const axis = normalAxis(given, shape.length);
    const size = shape[axis]!;
    step[axis] = by?.[i] ?? 1;
    const start = from[i]! < 0 ? from[i]! + size : from[i]!;
    first[axis] = Math.min(Math.max(start, 0), step[axis]! > 0 ? size : size - 1);
  });
  return strided(x as Constant, output, first, step);
};

/** Rows of the axis, by number. */
const gather: Evaluator = ([x, indices], output, { axis = 0 }) => {
  const shape = staticShape(x!);
  const at = normalAxis(axis as number, shape.length);
  const [rounds, block] = [sizeOf(shape.slice(0, at)), sizeOf(shape.slice(at + 1))];
  const rows = intsOf(indices)!.map((row) => normalAxis(row, shape[at]!));
  const out = arrayFor(output, sizeOf(staticShape(output))) as Float32Array;
  let to = 0;
  for (let round = 0; round < rounds; round++) {
    for (const row of rows) {
      const from = (round * shape[at]! + row) * block;
      out.set((x!.data as Float32Array).subarray(from, from + block), to);
      to += block;
    }
  }
  return out;
};

/** Only operators that shapes, filters and normalisations are made with: no second set of kernels. */
export const evaluators: Readonly<Record<string, Evaluator>> = {
  Identity: same,
  Reshape: same,
  Squeeze: same,
  Unsqueeze: same,
  Flatten: same,
  Cast: cast,
  Transpose: ([x], _output, { perm }) => transposeData(x!.data!, staticShape(x!), perm as readonly number[]),
  Expand: ([x], output) => spread(x as Constant, staticShape(output)) as ElementArray,
  Concat: concat,
  Slice: slice,
  Gather: gather,
  Add: binary((x, y) => x + y),
  Sub: binary((x, y) => x - y),
  Mul: binary((x, y) => x * y),
  Div: (inputs, output, attributes) => {
    if (output.dtype === "float32") return binary((x, y) => x / y)(inputs, output, attributes);
    const zero = Array.from(inputs[1]!.data as ArrayLike<number>, Number).includes(0);
    return zero ? null : binary((x, y) => Math.trunc(x / y))(inputs, output, attributes);
  },
  Max: (inputs, output, attributes) =>
    inputs.length === 2 ? binary(Math.max)(inputs, output, attributes) : null,
  Min: (inputs, output, attributes) =>
    inputs.length === 2 ? binary(Math.min)(inputs, output, attributes) : null,
  Sqrt: unary(Math.sqrt),
  Reciprocal: unary((x) => 1 / x),
  Neg: unary((x) => -x),
  Abs: unary(Math.abs),
};

/** Whether all that an operator is given is constant. */
export function allConstant(inputs: readonly (Value | null)[]): boolean {
  return inputs.every((input) => input === null || isConstant(input));
}
