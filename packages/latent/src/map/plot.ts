/** How the points are to look. */
export interface Look {
  /** [rows]: index into colours. */
  index: Uint8Array;
  /** Those with this number and above are grey and stay behind the others. */
  grey: number;
  /** #rrggbb */
  colours: readonly string[];
  /** [rows]: 1 for those that are not drawn. */
  hidden: Uint8Array;
  /** [rows]: 1 for those that stand out from the others; null when all are alike. */
  chosen: Uint8Array | null;
  paper: string;
  /** Of what stands behind the points. */
  lines: string;
}

/** Points on a canvas: flat, or in space. Sizes and places are CSS pixels. */
export interface Plot {
  readonly canvas: HTMLCanvasElement;
  /** Whether dragging is handled by the plot itself (a camera that turns). */
  readonly turns: boolean;
  /** points [rows, 2 or 3], each axis from -1 to 1 */
  points(points: Float32Array): void;
  look(look: Look): void;
  resize(width: number, height: number): void;
  /** Where each row is now: [rows, 3] x, y, and the depth from the eye (0 when flat); NaN for what is behind it. */
  places(): Float32Array;
  /** The point at a place on the canvas, in the points' units; null for a plot that turns, where a place is a line. */
  placeAt(x: number, y: number): [x: number, y: number] | null;
  /** Where a point in the points' units is seen; null for one behind the eye. */
  pixelOf(point: readonly number[]): [x: number, y: number] | null;
  /** Diameter of a point at the depth. */
  diameter(depth: number): number;
  pan(x: number, y: number): void;
  /** factor > 1 comes nearer to the place. */
  zoom(factor: number, x: number, y: number): void;
  turn(x: number, y: number): void;
  reset(): void;
  /** Dragging and turning by the plot itself, on or off (a lasso needs it off). */
  gestures(on: boolean): void;
  /** Take the canvas away and free the graphics; nothing may be called after it but dispose. */
  dispose(): void;
}

/** Diameter in pixels that shows 500 points as well as 70,000, on a plot of this size. */
export function pointSize(rows: number, width: number, height: number): number {
  const room = Math.min(1.25, Math.sqrt(Math.min(width, height) / 560));
  return Math.max(2.2, Math.min(9, 9 * (500 / Math.max(1, rows)) ** 0.27) * room);
}

/** How much larger points are at a scale of the plane: they grow more slowly than what is between them. */
export function zoomedSize(scale: number): number {
  return scale > 1 ? Math.asinh(scale) / Math.asinh(1) : Math.max(0.25, scale);
}

export function pointOpacity(rows: number): number {
  return rows <= 2000 ? 0.9 : rows <= 20000 ? 0.8 : 0.65;
}

/** Share of the paper in the colour of what does not stand out. */
export const faded = 0.82;

/** All rows in an order that mixes them, always the same: files are often sorted by class, and the last would cover the others. */
export function mixedOrder(rows: number): Int32Array {
  let stride = Math.max(1, Math.round(rows * 0.618));
  while (divisor(stride, rows) !== 1) stride++;
  return Int32Array.from({ length: rows }, (_, i) => (i * stride) % rows);
}

function divisor(a: number, b: number): number {
  return b === 0 ? a : divisor(b, a % b);
}
