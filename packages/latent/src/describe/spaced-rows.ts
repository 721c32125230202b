/**
 * The numbers of at most `most` of `rows` rows, evenly spaced, so that data sorted by class keeps its proportions:
 * row floor(i rows / most) for i = 0, 1, ...
 */
export function spacedRows(rows: number, most: number): Uint32Array {
  const count = Math.min(rows, most);
  return Uint32Array.from({ length: count }, (_, i) => Math.floor((i * rows) / count));
}
