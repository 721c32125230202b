export interface Near {
  row: number;
  /** Euclidean, in the units of the rows. */
  distance: number;
}

/** The `count` rows of points [rows, columns] that are nearest to one, nearest first; ties: the lower row first. */
export function nearest(points: Float32Array, at: ArrayLike<number>, count: number, without = -1): Near[] {
  const columns = at.length;
  const found: Near[] = [];
  let worst = Number.POSITIVE_INFINITY;
  for (let row = 0; row * columns < points.length; row++) {
    if (row === without) continue;
    let sum = 0;
    for (let i = 0; i < columns && sum < worst; i++) {
      const difference = points[row * columns + i]! - at[i]!;
      sum += difference * difference;
    }
    if (!(sum < worst)) continue;
    let place = found.length;
    while (place > 0 && found[place - 1]!.distance > sum) place--;
    found.splice(place, 0, { row, distance: sum });
    if (found.length > count) found.pop();
    if (found.length === count) worst = found[count - 1]!.distance;
  }
  return found.map(({ row, distance }) => ({ row, distance: Math.sqrt(distance) }));
}
