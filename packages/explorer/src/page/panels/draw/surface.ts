import type { Picture } from "@vaekit/infer/web";

/** Red, green, blue, 0 to 255. */
export type Colour = readonly [red: number, green: number, blue: number];

/** A line that was drawn, in pixels of the surface. */
export interface Stroke {
  /** x, y of each point, one after another. */
  points: readonly number[];
  radius: number;
  /** null: the background's, which erases. */
  colour: Colour | null;
}

/** Pixels of the surface's longer side, about. */
const wantedSide = 280;

/** Surface pixels along one pixel of the model: a whole number, so that its pixels are means over whole squares. */
export function fineness([height, width]: readonly number[]): number {
  return Math.max(1, Math.floor(wantedSide / Math.max(height!, width!)));
}

/** A surface of one colour for pictures [height, width, ...]. */
export function blankSurface(shape: readonly number[], [red, green, blue]: Colour): Picture {
  const fine = fineness(shape);
  const [height, width] = [shape[0]! * fine, shape[1]! * fine];
  const data = new Uint8ClampedArray(height * width * 4);
  for (let i = 0; i < data.length; i += 4) {
    data[i] = red;
    data[i + 1] = green;
    data[i + 2] = blue;
    data[i + 3] = 255;
  }
  return { width, height, data };
}

/** A surface whose squares are the pixels [height, width, channels] of a picture in the model's shape. */
export function surfaceOf(pixels: Uint8Array, shape: readonly number[]): Picture {
  const [, columns, channels] = shape as [number, number, number];
  const surface = blankSurface(shape, [0, 0, 0]);
  const fine = fineness(shape);
  const { data, width, height } = surface;
  const [green, blue] = channels < 3 ? [0, 0] : [1, 2];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const from = (Math.floor(y / fine) * columns + Math.floor(x / fine)) * channels;
      const to = (y * width + x) * 4;
      data[to] = pixels[from]!;
      data[to + 1] = pixels[from + green]!;
      data[to + 2] = pixels[from + blue]!;
    }
  }
  return surface;
}

/**
 * A round brush with a soft edge. What one stroke covers is the most that any of its parts covers, so that slow hands
 * draw no darker than fast ones.
 */
export class Brush {
  readonly #surface: Picture;
  readonly #below: Uint8ClampedArray;
  readonly #cover: Float32Array;
  readonly #radius: number;
  readonly #colour: Colour;
  #last: [x: number, y: number] | null = null;

  /** The surface is drawn on in place. */
  constructor(surface: Picture, radius: number, colour: Colour) {
    this.#surface = surface;
    this.#below = surface.data.slice();
    this.#cover = new Float32Array(surface.width * surface.height);
    this.#radius = radius;
    this.#colour = colour;
  }

  /** Draw on to a point, from the last one where there is one. */
  to(x: number, y: number): void {
    const [fromX, fromY] = this.#last ?? [x, y];
    this.#last = [x, y];
    const { width, height } = this.#surface;
    const soft = softness(this.#radius);
    const reach = this.#radius + soft;
    const left = Math.max(0, Math.floor(Math.min(fromX, x) - reach));
    const right = Math.min(width - 1, Math.ceil(Math.max(fromX, x) + reach));
    const top = Math.max(0, Math.floor(Math.min(fromY, y) - reach));
    const bottom = Math.min(height - 1, Math.ceil(Math.max(fromY, y) + reach));
    for (let row = top; row <= bottom; row++) {
      for (let column = left; column <= right; column++) {
        const away = distanceToSegment(column + 0.5, row + 0.5, fromX, fromY, x, y);
        const t = Math.max(0, Math.min(1, (reach - away) / (2 * soft)));
        const covered = t * t * (3 - 2 * t);
        const at = row * width + column;
        if (covered <= this.#cover[at]!) continue;
        this.#cover[at] = covered;
        this.#mix(at * 4, covered);
      }
    }
  }

  #mix(at: number, covered: number): void {
    for (let c = 0; c < 3; c++) {
      const below = this.#below[at + c]!;
      this.#surface.data[at + c] = below + (this.#colour[c]! - below) * covered;
    }
  }
}

/** Half the width of the edge over which a brush fades. */
function softness(radius: number): number {
  return Math.max(0.75, 0.3 * radius);
}

function distanceToSegment(x: number, y: number, x0: number, y0: number, x1: number, y1: number): number {
  const [dx, dy] = [x1 - x0, y1 - y0];
  const length = dx * dx + dy * dy;
  const t = length === 0 ? 0 : Math.max(0, Math.min(1, ((x - x0) * dx + (y - y0) * dy) / length));
  return Math.hypot(x - x0 - t * dx, y - y0 - t * dy);
}

/** A copy of a surface with strokes on it, in their order. */
export function withStrokes(under: Picture, strokes: readonly Stroke[], background: Colour): Picture {
  const surface = { ...under, data: under.data.slice() };
  for (const { points, radius, colour } of strokes) {
    const brush = new Brush(surface, radius, colour ?? background);
    for (let i = 0; i + 1 < points.length; i += 2) brush.to(points[i]!, points[i + 1]!);
  }
  return surface;
}
