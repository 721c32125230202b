import type { Graph } from "../ir/graph.js";
import { staticShape, type Value } from "../ir/value.js";
import type { Attrs, Lowering } from "./kernels.js";
import { castTo, filled, reshape } from "./layout.js";
import { counting, index, int64, roundUp, within } from "./sample.js";

type Shape4 = [number, number, number, number];
type FillMode = Attrs<"Transform">["fillMode"];

/** Arithmetic on values and numbers, for formulas that are read. */
function calculator(graph: Graph) {
  const value = (x: Value | number) => (typeof x === "number" ? graph.scalar(x) : x);
  const binary = (op: string) => (a: Value | number, b: Value | number) => graph.op(op, [value(a), value(b)]);
  return {
    add: binary("Add"),
    sub: binary("Sub"),
    mul: binary("Mul"),
    div: binary("Div"),
    less: binary("Less"),
    greater: binary("Greater"),
    where: (condition: Value, a: Value | number, b: Value | number) =>
      graph.op("Where", [condition, value(a), value(b)]),
    floor: (x: Value) => graph.op("Floor", [x]),
    clamp: (x: Value, low: number, high: number) => graph.op("Clip", [x, value(low), value(high)]),
  };
}

/** A coordinate beyond the picture, by the fill mode (mapCoord of tfjs's cpu backend). */
function mapped(at: Value, size: number, mode: FillMode, graph: Graph): Value {
  const { add, sub, mul, div, less, greater, where, floor, clamp } = calculator(graph);
  if (mode === "constant") return at;
  if (mode === "nearest" || size === 1) return clamp(at, 0, size - 1);
  const negative = sub(0, at);
  if (mode === "wrap") {
    const below = add(at, mul(size, add(floor(div(negative, size - 1)), 1)));
    const above = sub(at, mul(size, floor(div(at, size - 1))));
    return clamp(where(less(at, 0), below, where(greater(at, size - 1), above, at)), 0, size - 1);
  }
  const period = 2 * size;
  const under = add(mul(period, floor(div(negative, period))), at);
  const below = where(less(under, -size), add(under, period), sub(sub(0, under), 1));
  const over = sub(at, mul(period, floor(div(at, period))));
  const above = where(less(over, size), over, sub(period - 1, over));
  return clamp(where(less(at, 0), below, above), 0, size - 1);
}

/**
 * A projective transform [a0, a1, a2, b0, b1, b2, c0, c1] of each picture, or one for all: pixel (x, y) comes from
 * ((a0 x + a1 y + a2) / k, (b0 x + b1 y + b2) / k), k = c0 x + c1 y + 1.
 */
export const transform: Lowering<"Transform"> = (
  { image, transforms },
  { interpolation, fillMode, fillValue, outputShape },
  graph,
) => {
  const [batch, height, width, channels] = staticShape(image) as Shape4;
  const [outHeight, outWidth] = outputShape ?? [height, width];
  const shape = [batch, outHeight, outWidth, channels];
  if (shape.includes(0)) return filled(0, image.dtype, shape, graph);
  const { add, sub, mul, div, where } = calculator(graph);

  const [rows] = staticShape(transforms) as [number];
  const split = graph.ops("Split", [transforms, graph.ints(Array<number>(8).fill(1))], {
    attributes: { axis: 1 },
  });
  const t = split.map((part) => reshape(part, [rows, 1, 1], graph));
  const x = counting([1, 1, outWidth], graph);
  const y = counting([1, outHeight, 1], graph);
  const affine = (i: number) => add(add(mul(t[i]!, x), mul(t[i + 1]!, y)), t[i + 2] ?? 1);
  const projection = affine(6);
  const nowhere = graph.op("Equal", [projection, graph.scalar(0)]);
  const scale = where(nowhere, 1, projection);
  const inX = mapped(div(affine(0), scale), width, fillMode, graph);
  const inY = mapped(div(affine(3), scale), height, fillMode, graph);

  const pixels = reshape(castTo(image, "float32", graph), [batch, height * width, channels], graph);
  const places = outHeight * outWidth;
  const apart = (value: Value) => reshape(value, [rows, places, 1], graph);
  /** The pixels at whole coordinates, the fill value beyond the picture. */
  const read = (atY: Value, atX: Value): Value => {
    const row = graph.op("Mul", [index(atY, height - 1, graph), int64(width, graph)]);
    const at = graph.op("Add", [row, index(atX, width - 1, graph)]);
    const found =
      rows === 1
        ? graph.op("Gather", [pixels, reshape(at, [places], graph)], { attributes: { axis: 1 } })
        : graph.op("GatherND", [pixels, apart(at)], { attributes: { batch_dims: 1 } });
    const seen = graph.op("And", [within(atY, height - 1, graph), within(atX, width - 1, graph)]);
    return where(apart(seen), found, fillValue);
  };
  const sampled = (): Value => {
    if (interpolation === "nearest") return read(roundUp(inY, graph), roundUp(inX, graph));
    const [top, left] = [graph.op("Floor", [inY]), graph.op("Floor", [inX])];
    const [bottom, right] = [add(top, 1), add(left, 1)];
    const weight = (a: Value, b: Value) => apart(sub(a, b));
    const across = (atY: Value) =>
      add(mul(weight(right, inX), read(atY, left)), mul(weight(inX, left), read(atY, right)));
    return add(mul(weight(bottom, inY), across(top)), mul(weight(inY, top), across(bottom)));
  };
  const result = where(apart(nowhere), fillValue, sampled());
  return castTo(reshape(result, shape, graph), image.dtype, graph);
};
