import type { Graph } from "../ir/graph.js";
import { staticShape, type Value } from "../ir/value.js";
import type { Attrs, Lowering } from "./kernels.js";
import { castTo, filled, reshape } from "./layout.js";
import { fromChannelsFirst, toChannelsFirst } from "./nchw.js";

type Shape4 = [number, number, number, number];
type How = Omit<Attrs<"ResizeBilinear">, "size">;

/** One axis made longer or shorter. */
interface Scaling {
  readonly from: number;
  readonly to: number;
}

/** Elements of the source for one step in the result (resize_bilinear and resize_nearest_neighbor of tfjs's backends). */
function ratio({ from, to }: Scaling, alignCorners: boolean): number {
  return alignCorners && to > 1 ? (from - 1) / (to - 1) : from / to;
}

function scalings(images: Value, [height, width]: readonly [number, number]): [Scaling, Scaling] {
  const [, oldHeight, oldWidth] = staticShape(images) as Shape4;
  return [
    { from: oldHeight, to: height },
    { from: oldWidth, to: width },
  ];
}

function coordinates({ alignCorners, halfPixelCenters }: How): string {
  return halfPixelCenters ? "half_pixel" : alignCorners ? "align_corners" : "asymmetric";
}

/**
 * A Resize of x [batch, height, width, channels]. Whole factors are given as scales, which do not depend on the size;
 * anything else as the sizes themselves.
 */
function resize(
  x: Value,
  size: readonly [number, number],
  mode: "linear" | "nearest",
  how: How,
  graph: Graph,
): Value {
  const [batch, , , channels] = staticShape(x) as Shape4;
  const factors = scalings(x, size).map(({ from, to }) => to / from);
  const whole = factors.every(Number.isInteger) && !how.alignCorners;
  const scales = whole ? graph.constant("float32", Float32Array.of(1, 1, ...factors), [4]) : null;
  const sizes = whole ? [] : [graph.ints([batch, channels, ...size])];
  const y = graph.op("Resize", [toChannelsFirst(x, "NHWC", graph), null, scales, ...sizes], {
    attributes: {
      mode,
      coordinate_transformation_mode: coordinates(how),
      ...(mode === "nearest" && { nearest_mode: "floor" }),
    },
  });
  return fromChannelsFirst(y, "NHWC", graph);
}

function resized(images: Value, [height, width]: readonly [number, number]): number[] {
  const [batch, , , channels] = staticShape(images) as Shape4;
  return [batch, height, width, channels];
}

export const resizeBilinear: Lowering<"ResizeBilinear"> = ({ images }, { size, ...how }, graph) => {
  const shape = resized(images, size);
  if (shape.includes(0)) return filled(0, "float32", shape, graph);
  return resize(castTo(images, "float32", graph), size, "linear", how, graph);
};

/** The source element of each element of the result. */
function nearestPlaces(scaling: Scaling, { alignCorners, halfPixelCenters }: How): number[] {
  const step = ratio(scaling, alignCorners);
  return Array.from({ length: scaling.to }, (_, i) => {
    const at = step * (halfPixelCenters ? i + 0.5 : i);
    return Math.max(0, Math.min(scaling.from - 1, alignCorners ? Math.round(at) : Math.floor(at)));
  });
}

/**
 * Whole factors are a Resize, of which all runtimes give the same. Elsewhere ONNX's rounding of halves and of the scale
 * itself differs from tfjs's, so that rows and columns are picked by their numbers.
 */
export const resizeNearestNeighbor: Lowering<"ResizeNearestNeighbor"> = (
  { images },
  { size, ...how },
  graph,
) => {
  const shape = resized(images, size);
  if (shape.includes(0)) return filled(0, images.dtype, shape, graph);
  const both = scalings(images, size);
  if (both.every(({ from, to }) => to % from === 0) && !how.alignCorners) {
    const plain = { alignCorners: false, halfPixelCenters: false };
    return castTo(
      resize(castTo(images, "float32", graph), size, "nearest", plain, graph),
      images.dtype,
      graph,
    );
  }
  return both.reduce((x, scaling, i) => {
    const places = nearestPlaces(scaling, how);
    if (places.every((place, at) => place === at) && scaling.from === scaling.to) return x;
    return graph.op("Gather", [x, graph.ints(places)], { attributes: { axis: i + 1 } });
  }, images);
};

/**
 * dy [batch, height, width, channels] times a matrix for its rows and one for its columns, each [from, to]: what every
 * element of the result took from every element of the source, transposed.
 */
function spreadBack(
  dy: Value,
  images: Value,
  weights: (scaling: Scaling) => Float32Array,
  graph: Graph,
): Value {
  const [batch, height, width, channels] = staticShape(images) as Shape4;
  const [, newHeight, newWidth] = staticShape(dy) as Shape4;
  const shape = [batch, height, width, channels];
  if (shape.includes(0) || staticShape(dy).includes(0)) return filled(0, "float32", shape, graph);
  const [rows, columns] = scalings(images, [newHeight, newWidth]);
  const matrix = (scaling: Scaling) =>
    graph.constant("float32", weights(scaling), [scaling.from, scaling.to]);
  const byRow = graph.op("MatMul", [
    matrix(rows),
    reshape(dy, [batch, newHeight, newWidth * channels], graph),
  ]);
  const byColumn = graph.op("MatMul", [
    matrix(columns),
    reshape(byRow, [batch * height, newWidth, channels], graph),
  ]);
  return reshape(byColumn, shape, graph);
}

/** tfjs's gradient knows no half-pixel centres: it is that of a resize without them. */
export const resizeBilinearGrad: Lowering<"ResizeBilinearGrad"> = ({ images, dy }, { alignCorners }, graph) =>
  spreadBack(
    dy,
    images,
    (scaling) => {
      const { from, to } = scaling;
      const weights = new Float32Array(from * to);
      for (let i = 0; i < to; i++) {
        const at = i * ratio(scaling, alignCorners);
        const low = Math.floor(at);
        weights[low * to + i]! += 1 - (at - low);
        weights[Math.min(Math.ceil(at), from - 1) * to + i]! += at - low;
      }
      return weights;
    },
    graph,
  );

/** As above, tfjs leaves half-pixel centres out. */
export const resizeNearestNeighborGrad: Lowering<"ResizeNearestNeighborGrad"> = (
  { images, dy },
  { alignCorners },
  graph,
) =>
  spreadBack(
    dy,
    images,
    (scaling) => {
      const weights = new Float32Array(scaling.from * scaling.to);
      const places = nearestPlaces(scaling, { alignCorners, halfPixelCenters: false });
      for (const [i, place] of places.entries()) weights[place * scaling.to + i] = 1;
      return weights;
    },
    graph,
  );
