/** Which rows are where on the screen. places [rows, 3]: x, y, depth. */

/**
 * The row under the pointer: of those whose disc is there the nearest to the eye (when flat: the last drawn), else the
 * nearest one at most `reach` pixels away; -1 for none.
 */
export function rowAt(
  places: Float32Array,
  hidden: Uint8Array,
  x: number,
  y: number,
  diameter: (depth: number) => number,
  reach = 10,
): number {
  let found = -1;
  let best = Infinity;
  for (let row = 0; row < hidden.length; row++) {
    if (hidden[row]) continue;
    const dx = places[row * 3]! - x;
    const dy = places[row * 3 + 1]! - y;
    const away = Math.sqrt(dx * dx + dy * dy);
    const depth = places[row * 3 + 2]!;
    const edge = Math.max(0, away - diameter(depth) / 2);
    // A NaN is not nearer.
    if (!(edge <= reach)) continue;
    const rank = edge > 0 ? 1000 + edge : depth > 0 ? depth : away / 1000;
    if (rank < best) {
      best = rank;
      found = row;
    }
  }
  return found;
}

/** The nearest row in a direction (x, y of length 1), from a row; -1 for none. */
export function rowTowards(
  places: Float32Array,
  hidden: Uint8Array,
  from: number,
  direction: readonly [number, number],
): number {
  let found = -1;
  let best = Infinity;
  for (let row = 0; row < hidden.length; row++) {
    if (hidden[row] || row === from) continue;
    const dx = places[row * 3]! - places[from * 3]!;
    const dy = places[row * 3 + 1]! - places[from * 3 + 1]!;
    const along = dx * direction[0] + dy * direction[1];
    const across = Math.abs(dx * direction[1] - dy * direction[0]);
    if (!(along > 0.5 && across <= along)) continue;
    const cost = along + 2 * across;
    if (cost < best) {
      best = cost;
      found = row;
    }
  }
  return found;
}

/** Rows inside a closed line of x, y pairs (even-odd rule), in order. */
export function rowsInside(places: Float32Array, hidden: Uint8Array, line: ArrayLike<number>): number[] {
  const inside: number[] = [];
  const corners = line.length / 2;
  let [left, right, top, bottom] = [Infinity, -Infinity, Infinity, -Infinity];
  for (let i = 0; i < corners; i++) {
    left = Math.min(left, line[i * 2]!);
    right = Math.max(right, line[i * 2]!);
    top = Math.min(top, line[i * 2 + 1]!);
    bottom = Math.max(bottom, line[i * 2 + 1]!);
  }
  for (let row = 0; row < hidden.length; row++) {
    if (hidden[row]) continue;
    const x = places[row * 3]!;
    const y = places[row * 3 + 1]!;
    if (!(x >= left && x <= right && y >= top && y <= bottom)) continue;
    let odd = false;
    for (let i = 0, j = corners - 1; i < corners; j = i++) {
      const [xi, yi, xj, yj] = [line[i * 2]!, line[i * 2 + 1]!, line[j * 2]!, line[j * 2 + 1]!];
      if (yi > y !== yj > y && x < ((xj - xi) * (y - yi)) / (yj - yi) + xi) odd = !odd;
    }
    if (odd) inside.push(row);
  }
  return inside;
}
