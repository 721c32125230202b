/**
 * Products of rows with each other about their mean: data [rows, columns] -> centred [rows, columns], gram [rows, rows], both
 * float64 row-major. For fewer rows than columns, where it is smaller than the scatter matrix and has the same eigenvalues.
 */
export function gramOf(
  data: Float32Array,
  rows: number,
  columns: number,
): { mean: Float64Array; centred: Float64Array; gram: Float64Array } {
  const mean = new Float64Array(columns);
  for (let i = 0, at = 0; i < rows; i++) {
    for (let c = 0; c < columns; c++) mean[c]! += data[at++]! / rows;
  }
  const centred = new Float64Array(rows * columns);
  for (let i = 0, at = 0; i < rows; i++) {
    for (let c = 0; c < columns; c++, at++) centred[at] = data[at]! - mean[c]!;
  }
  const gram = new Float64Array(rows * rows);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = 0;
      for (let c = 0, x = i * columns, y = j * columns; c < columns; c++)
        sum += centred[x++]! * centred[y++]!;
      gram[i * rows + j] = sum;
      gram[j * rows + i] = sum;
    }
  }
  return { mean, centred, gram };
}
