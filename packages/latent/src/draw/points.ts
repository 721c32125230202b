import type { MarkerShape } from "./classes.js";
import { rgbOf } from "./colour.js";
import { type Plane, placeX, placeY } from "./plane.js";
import { encodePng } from "./png.js";
import { rasterPoints } from "./raster-points.js";
import { imageLayer, literal, type Spec } from "./spec.js";

export interface StyledPoints {
  /** [rows, 2] */
  xy: Float32Array;
  /** The rows in the order in which they are drawn. */
  order: Int32Array;
  /** Which of `styles` each row has. */
  style: Int32Array;
  styles: readonly { colour: string; shape: MarkerShape; opacity: number }[];
  /** Pixels. */
  radius: number;
}

/** Pixels of the largest image that points are drawn into. */
const largest = 2 ** 24;

/** Points as a mark for each or, dense, as one image, which is put behind `images`. */
export function pointLayer(
  points: StyledPoints,
  plane: Plane,
  { dense, images }: { dense: boolean; images: Uint8Array[] },
): Spec {
  if (!dense) return vectors(points);
  images.push(raster(points, plane));
  return imageLayer(images.length - 1, { width: plane.width, height: plane.height });
}

function vectors({ xy, order, style, styles, radius }: StyledPoints): Spec {
  const values = Array.from(order, (i) => ({ x: xy[2 * i]!, y: xy[2 * i + 1]!, ...styles[style[i]!]! }));
  return {
    data: { values },
    mark: { type: "point", filled: true, size: Math.PI * radius * radius },
    encoding: {
      x: { field: "x", type: "quantitative" },
      y: { field: "y", type: "quantitative" },
      color: literal("colour"),
      shape: literal("shape"),
      opacity: literal("opacity", "quantitative"),
    },
  };
}

function raster({ xy, order, style, styles, radius }: StyledPoints, plane: Plane): Uint8Array {
  const scale = Math.min(2, Math.sqrt(largest / (plane.width * plane.height)));
  const [width, height] = [Math.round(plane.width * scale), Math.round(plane.height * scale)];
  const rows = order.length;
  const x = new Float32Array(rows);
  const y = new Float32Array(rows);
  for (let i = 0; i < rows; i++) {
    x[i] = placeX(plane, xy[2 * i]!) * scale;
    y[i] = placeY(plane, xy[2 * i + 1]!) * scale;
  }
  const painted = styles.map(({ colour, ...rest }) => ({ ...rest, colour: rgbOf(colour) }));
  return encodePng(
    rasterPoints({ x, y, order, style, styles: painted, radius: radius * scale }, width, height),
    width,
    height,
  );
}
