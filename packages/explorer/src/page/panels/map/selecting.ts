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

/** At most so many of them, spread over all: rows are often in the order of a file. */
export function someOf(rows: readonly number[], most: number): number[] {
  const shown = Math.min(rows.length, most);
  return Array.from({ length: shown }, (_, i) => rows[Math.floor((i * rows.length) / shown)]!);
}
