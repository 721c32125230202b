/** Concentrations of the rows, weighted by the rows' share of all importance. */
export function weightedConcentration(rows: readonly ArrayLike<number>[]): number {
  const sums = rows.map((row) => Array.from(row).reduce((sum, value) => sum + value, 0));
  const all = sums.reduce((sum, value) => sum + value, 0);
  if (all === 0) return 0;
  return rows.reduce((sum, row, i) => sum + (sums[i]! / all) * concentration(row), 0);
}

/** 1 - H(p) to the base of p's length, p the row over its sum: 1 for one entry alone, 0 for equal ones or none. */
export function concentration(row: ArrayLike<number>): number {
  const values = Array.from(row);
  const sum = values.reduce((total, value) => total + value, 0);
  if (sum === 0) return 0;
  const entropy = values.reduce(
    (total, value) => total - (value > 0 ? (value / sum) * Math.log(value / sum) : 0),
    0,
  );
  return 1 - entropy / Math.log(values.length);
}
