/** Rows in order: exactly these, or with add these too; one row alone that is in already is taken out. */
export function selectionWith(
  selected: readonly number[],
  rows: readonly number[],
  add: boolean,
): readonly number[] {
  const set = new Set(add ? selected : []);
  const out = rows.length === 1 && set.delete(rows[0]!);
  if (!out) for (const row of rows) set.add(row);
  return [...set].sort((a, b) => a - b);
}

/** The mean of the rows of codes [rows, latent] -> [latent] */
export function meanOf(codes: Float32Array, latent: number, rows: readonly number[]): Float32Array {
  const sums = new Float64Array(latent);
  for (const row of rows) for (let i = 0; i < latent; i++) sums[i]! += codes[row * latent + i]!;
  return Float32Array.from(sums, (sum) => sum / rows.length);
}

/** At most so many of them, spread over all: rows are often in the order of a file. */
export function someOf(rows: readonly number[], most: number): number[] {
  const shown = Math.min(rows.length, most);
  return Array.from({ length: shown }, (_, i) => rows[Math.floor((i * rows.length) / shown)]!);
}
