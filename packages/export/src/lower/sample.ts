import { backend_util } from "@tensorflow/tfjs-core";
import type { Graph } from "../ir/graph.js";
import { staticShape, type Value } from "../ir/value.js";
import type { Lowering } from "./kernels.js";
import { castTo, filled, reshape } from "./layout.js";

type Shape4 = [number, number, number, number];

const binary = (op: string) => (a: Value, b: Value, graph: Graph) => graph.op(op, [a, b]);
const [add, sub, mul, div] = [binary("Add"), binary("Sub"), binary("Mul"), binary("Div")];

/** JavaScript's Math.round: halves go up. */
export function roundUp(x: Value, graph: Graph): Value {
  return graph.op("Floor", [add(x, graph.scalar(0.5), graph)]);
}

/** Where 0 <= at <= last. */
export function within(at: Value, last: number, graph: Graph): Value {
  const above = graph.op("GreaterOrEqual", [at, graph.scalar(0)]);
  return graph.op("And", [above, graph.op("LessOrEqual", [at, graph.scalar(last)])]);
}

/** A whole coordinate as an index that exists. */
export function index(at: Value, last: number, graph: Graph): Value {
  return castTo(graph.op("Clip", [at, graph.scalar(0), graph.scalar(last)]), "int64", graph);
}

export function int64(value: number, graph: Graph): Value {
  return graph.constant("int64", BigInt64Array.of(BigInt(value)), []);
}

/** 0, 1, ... as a constant of a shape that has one axis of another size than 1. */
export function counting(shape: readonly number[], graph: Graph): Value {
  const size = shape.reduce((a, b) => a * b, 1);
  return graph.constant(
    "float32",
    Float32Array.from({ length: size }, (_, i) => i),
    shape,
  );
}

/** a + (b - a) * t */
function between(a: Value, b: Value, t: Value, graph: Graph): Value {
  return add(a, mul(sub(b, a, graph), t, graph), graph);
}

/**
 * boxes [boxes, 4] as [y1, x1, y2, x2] from 0 to 1, boxInd [boxes] -> [boxes, height, width, channels]: what lies within
 * each box, at a new size. Elements beyond the picture are the extrapolation value, boxes of no picture 0. Coordinates are
 * float32 where tfjs's backends round later: an element within a rounding of the border may count as beyond it.
 */
export const cropAndResize: Lowering<"CropAndResize"> = (
  { image, boxes, boxInd },
  { cropSize, method, extrapolationValue },
  graph,
) => {
  const [batch, height, width, channels] = staticShape(image) as Shape4;
  const [count] = staticShape(boxes) as [number];
  const shape = [count, ...cropSize, channels];
  if (shape.includes(0)) return filled(0, "float32", shape, graph);
  const edges = graph.ops("Split", [boxes, graph.ints([1, 1, 1, 1])], { attributes: { axis: 1 } });
  const [y1, x1, y2, x2] = edges as [Value, Value, Value, Value];
  const rows = along(y1, y2, height, [count, cropSize[0], 1], graph);
  const columns = along(x1, x2, width, [count, 1, cropSize[1]], graph);

  const exists = graph.op("Less", [boxInd, graph.scalar(batch, "int32")]);
  const picture = castTo(graph.op("Where", [exists, boxInd, graph.scalar(0, "int32")]), "int64", graph);
  const origin = mul(reshape(picture, [count, 1, 1], graph), int64(height * width, graph), graph);
  const pixels = reshape(castTo(image, "float32", graph), [batch * height * width, channels], graph);
  const pick = (y: Value, x: Value) => {
    const row = mul(index(y, height - 1, graph), int64(width, graph), graph);
    const at = add(origin, add(row, index(x, width - 1, graph), graph), graph);
    return graph.op("Gather", [pixels, at], { attributes: { axis: 0 } });
  };
  const crop = () => {
    if (method === "nearest") return pick(roundUp(rows, graph), roundUp(columns, graph));
    const [top, left] = [rows, columns].map((at) => graph.op("Floor", [at])) as [Value, Value];
    const [bottom, right] = [rows, columns].map((at) => graph.op("Ceil", [at])) as [Value, Value];
    const last = (x: Value) => reshape(x, [...staticShape(x), 1], graph);
    const across = last(sub(columns, left, graph));
    const upper = between(pick(top, left), pick(top, right), across, graph);
    const lower = between(pick(bottom, left), pick(bottom, right), across, graph);
    return between(upper, lower, last(sub(rows, top, graph)), graph);
  };
  const seen = graph.op("And", [within(rows, height - 1, graph), within(columns, width - 1, graph)]);
  const kept = graph.op("Where", [
    reshape(seen, [count, ...cropSize, 1], graph),
    crop(),
    graph.scalar(extrapolationValue),
  ]);
  return graph.op("Where", [reshape(exists, [count, 1, 1, 1], graph), kept, graph.scalar(0)]);
};

/** Places in the picture, from edge to edge of each box; its middle where the crop is one element. */
function along(low: Value, high: Value, size: number, shape: readonly number[], graph: Graph): Value {
  const [count, ...crop] = shape as [number, ...number[]];
  const flat = (x: Value) => reshape(x, [count, 1, 1], graph);
  const [from, to] = [flat(low), flat(high)];
  const last = graph.scalar(size - 1);
  const steps = Math.max(...crop) - 1;
  if (steps === 0) return mul(mul(graph.scalar(0.5), add(from, to, graph), graph), last, graph);
  // Divided at the end: the far edge of a whole picture is exactly its last element.
  const whole = mul(mul(counting([1, ...crop], graph), sub(to, from, graph), graph), last, graph);
  return add(mul(from, last, graph), div(whole, graph.scalar(steps), graph), graph);
}

/** A rotation is known beforehand, and with it where each pixel comes from. */
export const rotateWithOffset: Lowering<"RotateWithOffset"> = (
  { image },
  { radians, fillValue, center },
  graph,
) => {
  const [batch, height, width, channels] = staticShape(image) as Shape4;
  const [centerX, centerY] = backend_util.getImageCenter(center, height, width);
  const [sin, cos] = [Math.sin(radians), Math.cos(radians)];
  const places = Array.from({ length: height * width }, (_, i) => {
    const [x, y] = [(i % width) - centerX, Math.floor(i / width) - centerY];
    const column = Math.round(x * cos - y * sin + centerX);
    const row = Math.round(x * sin + y * cos + centerY);
    return column >= 0 && column < width && row >= 0 && row < height ? row * width + column : -1;
  });
  const pixels = reshape(image, [batch, height * width, channels], graph);
  const sources = graph.ints(places.map((place) => Math.max(0, place)));
  const found = graph.op("Gather", [pixels, sources], { attributes: { axis: 1 } });
  const inside = graph.constant(
    "bool",
    Uint8Array.from(places, (place) => (place < 0 ? 0 : 1)),
    [height * width, 1],
  );
  const turned = graph.op("Where", [inside, found, background(fillValue, channels, image, graph)]);
  return reshape(turned, [batch, height, width, channels], graph);
};

/** A fourth channel is opacity, full. */
function background(fill: number | readonly number[], channels: number, image: Value, graph: Graph): Value {
  if (typeof fill === "number") return castTo(graph.scalar(fill), image.dtype, graph);
  const values = Float32Array.from({ length: channels }, (_, i) => (i === 3 ? 255 : fill[i]!));
  return castTo(graph.constant("float32", values, [channels]), image.dtype, graph);
}
