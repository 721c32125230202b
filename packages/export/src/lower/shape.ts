import { backend_util, slice_util, util } from "@tensorflow/tfjs-core";
import { GraphError } from "../errors.js";
import type { Graph } from "../ir/graph.js";
import { describe, sameShape, staticShape, type Value } from "../ir/value.js";
import type { Lowering } from "./kernels.js";
import { castTo, filled, infoOf, reshape as reshapeTo, resolveSizes } from "./layout.js";

/** The recorder gives each use a handle of its own, so the value can stay the same. */
export const identity: Lowering<"Identity"> = ({ x }) => x;

export const cast: Lowering<"Cast"> = ({ x }, { dtype }, graph) => castTo(x, dtype as "float32", graph);

export const reshape: Lowering<"Reshape"> = ({ x }, { shape }, graph) => {
  const sizes = resolveSizes(x, shape);
  if (util.sizeFromShape(sizes) !== util.sizeFromShape(staticShape(x)))
    throw new GraphError(`${describe(x)} does not have as many elements as [${sizes}]`);
  return reshapeTo(x, sizes, graph);
};

export const expandDims: Lowering<"ExpandDims"> = ({ input: x }, { dim }, graph) => {
  const shape = staticShape(x);
  const at = dim < 0 ? dim + x.rank + 1 : dim;
  if (at < 0) throw new GraphError(`axis ${dim} is not within [${-x.rank - 1}, ${x.rank}]`);
  shape.splice(at, 0, 1);
  return reshapeTo(x, shape, graph);
};

export const transpose: Lowering<"Transpose"> = ({ x }, { perm }, graph) =>
  graph.op("Transpose", [x], { attributes: { perm } });

export const tile: Lowering<"Tile"> = ({ x }, { reps }, graph) => graph.op("Tile", [x, graph.ints(reps)]);

/** Empty parts are left out. */
export const concat: Lowering<"Concat"> = (values, { axis }, graph) => {
  const shapes = values.map(staticShape);
  const [at] = util.parseAxisParam(axis, shapes[0]!);
  backend_util.assertParamsConsistent(shapes, at!);
  const full = values.filter((value) => !value.shape.includes(0));
  const parts = full.length > 0 ? full : values;
  return parts.length === 1 ? parts[0]! : graph.op("Concat", parts, { attributes: { axis: at! } });
};

export const splitV: Lowering<"SplitV"> = ({ x }, { numOrSizeSplits, axis }, graph) => {
  const [at] = util.parseAxisParam(axis, staticShape(x));
  // A copy: tfjs writes what -1 stands for into the list that it is given.
  const wanted = Array.isArray(numOrSizeSplits) ? [...numOrSizeSplits] : numOrSizeSplits;
  const sizes = backend_util.prepareSplitSize(infoOf(x), wanted, at);
  return graph.ops("Split", [x, graph.ints(sizes)], { attributes: { axis: at! } });
};

export const slice: Lowering<"Slice"> = ({ x }, { begin, size }, graph) => {
  const info = infoOf(x);
  const [from, sizes] = slice_util.parseSliceParams(info, begin, size) as [number[], number[]];
  slice_util.assertParamsValid(info, from, sizes);
  if (x.rank === 0) return x;
  const to = from.map((start, i) => start + sizes[i]!);
  return graph.op("Slice", [x, graph.ints(from), graph.ints(to), graph.ints([...from.keys()])]);
};

export const padV2: Lowering<"PadV2"> = ({ x }, { paddings, constantValue }, graph) => {
  const pads = [...paddings.map(([before]) => before), ...paddings.map(([, after]) => after)];
  return graph.op("Pad", [x, graph.ints(pads), graph.scalar(constantValue, x.dtype as "float32")]);
};

export const pack: Lowering<"Pack"> = (values, { axis }, graph) => {
  const [first] = values;
  const shape = staticShape(first!);
  if (!values.every((value) => value.dtype === first!.dtype && sameShape(value.shape, shape)))
    throw new GraphError(`the parts differ: ${values.map(describe).join(", ")}`);
  const at = axis < 0 ? axis + shape.length + 1 : axis;
  shape.splice(at, 0, 1);
  const parts = values.map((value) => reshapeTo(value, shape, graph));
  return parts.length === 1 ? parts[0]! : graph.op("Concat", parts, { attributes: { axis: at } });
};

export const unpack: Lowering<"Unpack"> = ({ value }, { axis }, graph) => {
  const shape = staticShape(value);
  const at = axis < 0 ? axis + shape.length : axis;
  const [count] = shape.splice(at, 1);
  const parts = graph.ops("Split", [value, graph.ints(Array<number>(count!).fill(1))], {
    attributes: { axis: at },
  });
  return parts.map((part) => reshapeTo(part, shape, graph));
};

export const fill: Lowering<"Fill"> = (_inputs, { shape, value, dtype = "float32" }, graph) => {
  if (dtype === "string" || dtype === "complex64")
    throw new GraphError(`an ONNX graph holds no ${dtype} here`);
  return filled(Number(value), dtype, shape, graph);
};

export const onesLike: Lowering<"OnesLike"> = ({ x }, _attrs, graph) =>
  filled(1, x.dtype, staticShape(x), graph);

export const zerosLike: Lowering<"ZerosLike"> = ({ x }, _attrs, graph) =>
  filled(0, x.dtype, staticShape(x), graph);

/** start, start + step, ...: each from the one before, so that the rounding is tfjs's own. */
function stepped(start: number, step: number, values: Float32Array | Int32Array, graph: Graph): Value {
  for (let i = 0; i < values.length; i++) values[i] = i === 0 ? start : values[i - 1]! + step;
  return graph.constant(values instanceof Int32Array ? "int32" : "float32", values, [values.length]);
}

/** Empty where the step leads away from stop; a step of 1 turns round by itself. */
export const range: Lowering<"Range"> = (_inputs, { start, stop, step, dtype }, graph) => {
  const away = (start < stop && step < 0) || (stop < start && step > 1);
  const count = start === stop || away ? 0 : Math.abs(Math.ceil((stop - start) / step));
  const values = dtype === "int32" ? new Int32Array(count) : new Float32Array(count);
  return stepped(start, stop < start && step === 1 ? -1 : step, values, graph);
};

export const linSpace: Lowering<"LinSpace"> = (_inputs, { start, stop, num }, graph) =>
  stepped(start, (stop - start) / (num - 1), new Float32Array(num), graph);
