export interface GroupMean {
  group: number;
  /** [latent] */
  mean: Float32Array;
}

/** The mean code of each group that has rows, by the groups' numbers; negative ones are no group. mu [rows, latent], groups [rows] */
export function groupMeans(mu: Float32Array, latent: number, groups: ArrayLike<number>): GroupMean[] {
  const sums = new Map<number, { rows: number; sum: Float64Array }>();
  for (let row = 0; row < groups.length; row++) {
    const group = groups[row]!;
    if (group < 0) continue;
    const found = sums.get(group) ?? { rows: 0, sum: new Float64Array(latent) };
    sums.set(group, found);
    found.rows++;
    for (let i = 0; i < latent; i++) found.sum[i]! += mu[row * latent + i]!;
  }
  return [...sums]
    .sort(([a], [b]) => a - b)
    .map(([group, { rows, sum }]) => ({ group, mean: Float32Array.from(sum, (each) => each / rows) }));
}

/** The mean code of some rows [latent], of which there is at least one. mu [rows, latent] */
export function meanOf(mu: Float32Array, latent: number, rows: readonly number[]): Float32Array {
  const groups = new Int32Array(mu.length / latent).fill(-1);
  for (const row of rows) groups[row] = 0;
  return groupMeans(mu, latent, groups)[0]!.mean;
}

/** Rows whose value is among the highest quarter of those that are not missing (NaN). */
export function highestQuarter(values: ArrayLike<number>): number[] {
  const order = Array.from(values, (value, row) => ({ value, row }))
    .filter(({ value }) => !Number.isNaN(value))
    .sort((a, b) => b.value - a.value);
  return order.slice(0, Math.ceil(order.length / 4)).map(({ row }) => row);
}
