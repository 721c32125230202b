import type { MarkerShape } from "./classes.js";
import type { Rgb } from "./colour.js";

export interface RasterPoints {
  /** Pixels of the image, from its upper left corner. */
  x: Float32Array;
  y: Float32Array;
  /** The points in the order in which they are drawn, so the last lie on top. */
  order: Int32Array;
  /** Which of `styles` a point has. */
  style: Int32Array;
  styles: readonly { colour: Rgb; shape: MarkerShape; opacity: number }[];
  /** Of a disc of the same area, in pixels of the image. */
  radius: number;
}

/** Markers as pixels, anti-aliased, [height, width, 4] RGBA on nothing. */
export function rasterPoints(points: RasterPoints, width: number, height: number): Uint8ClampedArray {
  const { x, y, order, style, styles, radius } = points;
  // Premultiplied sums: 8 bits would lose faint points.
  const sum = new Float32Array(width * height * 4);
  const reach = 1.4 * radius + 1;
  for (let k = 0; k < order.length; k++) {
    const i = order[k]!;
    const { colour, shape, opacity } = styles[style[i]!]!;
    const [px, py] = [x[i]!, y[i]!];
    const fromX = Math.max(Math.floor(px - reach), 0);
    const toX = Math.min(Math.ceil(px + reach), width - 1);
    const toY = Math.min(Math.ceil(py + reach), height - 1);
    for (let row = Math.max(Math.floor(py - reach), 0); row <= toY; row++) {
      for (let column = fromX; column <= toX; column++) {
        const outside = distance(shape, column + 0.5 - px, row + 0.5 - py, radius);
        if (outside >= 0.5) continue;
        const cover = opacity * (outside <= -0.5 ? 1 : 0.5 - outside);
        const at = 4 * (row * width + column);
        const keep = 1 - cover;
        sum[at] = sum[at]! * keep + colour[0] * cover;
        sum[at + 1] = sum[at + 1]! * keep + colour[1] * cover;
        sum[at + 2] = sum[at + 2]! * keep + colour[2] * cover;
        sum[at + 3] = sum[at + 3]! * keep + cover;
      }
    }
  }
  return straight(sum);
}

/** Signed distance to a marker's edge in pixels, negative inside; markers of all shapes have the area of the disc. */
function distance(shape: MarkerShape, dx: number, dy: number, radius: number): number {
  switch (shape) {
    case "circle":
      return Math.sqrt(dx * dx + dy * dy) - radius;
    case "square":
      return Math.max(Math.abs(dx), Math.abs(dy)) - 0.886 * radius;
    case "diamond":
      return (Math.abs(dx) + Math.abs(dy)) * Math.SQRT1_2 - 0.886 * radius;
    case "triangle-up":
      return Math.max(dy, 0.866 * Math.abs(dx) - 0.5 * dy) - 0.778 * radius;
  }
}

/** Alpha in 33 steps, colours in 64: more is not seen, and compresses badly. */
function straight(sum: Float32Array): Uint8ClampedArray {
  const pixels = new Uint8ClampedArray(sum.length);
  for (let at = 0; at < sum.length; at += 4) {
    const alpha = sum[at + 3]!;
    const steps = Math.round(alpha * 32);
    if (steps === 0) continue;
    for (let c = 0; c < 3; c++) pixels[at + c] = Math.round(sum[at + c]! / alpha / 4) * 4;
    pixels[at + 3] = (steps * 255) / 32;
  }
  return pixels;
}
