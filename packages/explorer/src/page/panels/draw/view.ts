/** What a small map shows, in pixels of its canvas; both axes to one scale. */
export interface View {
  scale: number;
  toPixel(x: number, y: number): [number, number];
}

/** Share of the canvas that stays free at each side. */
const margin = 0.06;

/** All places [rows, dimensions], and one more. */
export function viewOf(
  places: Float32Array,
  dimensions: number,
  [x, y]: readonly [number, number],
  { width, height }: { width: number; height: number },
): View {
  let [left, right, top, bottom] = [x, x, y, y];
  for (let at = 0; at + 1 < places.length; at += dimensions) {
    left = Math.min(left, places[at]!);
    right = Math.max(right, places[at]!);
    top = Math.min(top, places[at + 1]!);
    bottom = Math.max(bottom, places[at + 1]!);
  }
  const room = 1 - 2 * margin;
  const scale = Math.min((room * width) / (right - left || 1), (room * height) / (bottom - top || 1));
  const [middleX, middleY] = [(left + right) / 2, (top + bottom) / 2];
  return {
    scale,
    toPixel: (x, y) => [width / 2 + (x - middleX) * scale, height / 2 - (y - middleY) * scale],
  };
}

/** The longer side of the rectangle that holds all places. */
export function extentOf(places: Float32Array, dimensions: number): number {
  const sides = [0, 1].map((k) => {
    let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (let at = k; at < places.length; at += dimensions) {
      low = Math.min(low, places[at]!);
      high = Math.max(high, places[at]!);
    }
    return high - low;
  });
  return Math.max(...sides);
}
