/** Rows that tell how a camera sees. */
const most = 200;

/**
 * Where a point is seen by the camera that sees `points` [rows, 3] at `places` [rows, 3] (x, y, depth). Places times depth
 * are linear in the points, in perspective too: found by least squares. null where it is not known, or behind the eye.
 */
export function seenAt(
  points: Float32Array,
  places: Float32Array,
  at: readonly number[],
): [x: number, y: number] | null {
  const rows = points.length / 3;
  const step = Math.max(1, Math.floor(rows / most));
  // Sums of products of [1, point] with itself, and with [x * depth, y * depth, depth]: 4 rows of 7.
  const sums = Array.from({ length: 4 }, (_, i) => Array.from({ length: 7 }, (_, j) => (i === j ? 1e-9 : 0)));
  for (let row = 0; row < rows; row += step) {
    const [x, y, depth] = [places[row * 3]!, places[row * 3 + 1]!, places[row * 3 + 2]!];
    if (!(depth > 0) || Number.isNaN(x)) continue;
    const known = [1, points[row * 3]!, points[row * 3 + 1]!, points[row * 3 + 2]!];
    const line = [...known, x * depth, y * depth, depth];
    known.forEach((left, i) => {
      line.forEach((right, j) => {
        sums[i]![j]! += left * right;
      });
    });
  }
  const solved = eliminate(sums);
  const [x, y, depth] = [0, 1, 2].map((k) =>
    [1, ...at].reduce((sum, value, i) => sum + value * solved[i]![k]!, 0),
  );
  return depth! > 1e-6 ? [x! / depth!, y! / depth!] : null;
}

/** rows [n, n + k] of a symmetric positive system -> [n, k] (Gauss and Jordan) */
function eliminate(rows: readonly (readonly number[])[]): number[][] {
  const size = rows.length;
  const left = rows.map((row) => [...row]);
  for (let i = 0; i < size; i++) {
    const pivot = left[i]![i]!;
    left[i] = left[i]!.map((value) => value / pivot);
    for (let k = 0; k < size; k++) {
      const factor = left[k]![i]!;
      if (k !== i) left[k] = left[k]!.map((value, j) => value - factor * left[i]![j]!);
    }
  }
  return left.map((row) => row.slice(size));
}
