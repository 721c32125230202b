import type { Graph } from "../ir/graph.js";
import { staticShape, type Value } from "../ir/value.js";
import type { Lowering } from "./kernels.js";
import { castTo, filled, reshape as reshapeTo, resolveSizes } from "./layout.js";

/** The recorder gives each use a handle of its own, so the value can stay the same. */
export const identity: Lowering<"Identity"> = ({ x }) => x;

export const cast: Lowering<"Cast"> = ({ x }, { dtype }, graph) => castTo(x, dtype as "float32", graph);

export const reshape: Lowering<"Reshape"> = ({ x }, { shape }, graph) =>
  reshapeTo(x, resolveSizes(x, shape), graph);

export const expandDims: Lowering<"ExpandDims"> = ({ input: x }, { dim }, graph) => {
  const shape = staticShape(x);
  shape.splice(dim < 0 ? dim + x.rank + 1 : dim, 0, 1);
  return reshapeTo(x, shape, graph);
};

export const transpose: Lowering<"Transpose"> = ({ x }, { perm }, graph) =>
  graph.op("Transpose", [x], { attributes: { perm } });

export const tile: Lowering<"Tile"> = ({ x }, { reps }, graph) => graph.op("Tile", [x, graph.ints(reps)]);

/** Empty parts are left out: ONNX asks for equal ranks of all, tfjs does not. */
export const concat: Lowering<"Concat"> = (values, { axis }, graph) => {
  const full = values.filter((value) => staticShape(value).every((n) => n > 0));
  const parts = full.length > 0 ? full : values.slice(0, 1);
  if (parts.length === 1) return parts[0]!;
  return graph.op("Concat", parts, { attributes: { axis: axis < 0 ? axis + parts[0]!.rank : axis } });
};

export const splitV: Lowering<"SplitV"> = ({ x }, { numOrSizeSplits, axis }, graph) => {
  const at = axis < 0 ? axis + x.rank : axis;
  const size = staticShape(x)[at]!;
  const sizes = Array.isArray(numOrSizeSplits)
    ? numOrSizeSplits.map((n, _i, all) => (n < 0 ? size - all.reduce((s, m) => s + Math.max(m, 0), 0) : n))
    : Array<number>(numOrSizeSplits).fill(size / numOrSizeSplits);
  return graph.ops("Split", [x, graph.ints(sizes)], { attributes: { axis: at } });
};

export const slice: Lowering<"Slice"> = ({ x }, { begin, size }, graph) => {
  const shape = staticShape(x);
  const starts = Array.isArray(begin) ? begin : [begin];
  const sizes = Array.isArray(size) ? size : [size];
  const from = shape.map((_, i) => starts[i] ?? 0);
  const to = shape.map((n, i) => ((sizes[i] ?? -1) < 0 ? n : from[i]! + sizes[i]!));
  if (x.rank === 0) return x;
  return graph.op("Slice", [x, graph.ints(from), graph.ints(to), graph.ints([...shape.keys()])]);
};

export const padV2: Lowering<"PadV2"> = ({ x }, { paddings, constantValue }, graph) => {
  const pads = [...paddings.map(([before]) => before), ...paddings.map(([, after]) => after)];
  return graph.op("Pad", [x, graph.ints(pads), graph.scalar(constantValue, x.dtype as "float32")]);
};

export const pack: Lowering<"Pack"> = (values, { axis }, graph) => {
  const shape = staticShape(values[0]!);
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

export const fill: Lowering<"Fill"> = (_inputs, { shape, value, dtype }, graph) =>
  filled(Number(value), (dtype ?? "float32") as "float32", shape, graph);

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
