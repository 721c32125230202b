/**
 * Mean of each column, and its variance about it, divided by the number of rows: data [rows, columns] -> [columns] each.
 * Both are measured from the first row, so that a constant column's variance is exactly 0.
 */
export function columnMoments(
  data: Float32Array,
  columns: number,
): { mean: Float64Array; variance: Float64Array } {
  const rows = data.length / columns;
  const mean = new Float64Array(columns);
  const variance = new Float64Array(columns);
  for (let i = 0, c = 0; i < data.length; i++, c = c + 1 === columns ? 0 : c + 1) {
    mean[c]! += (data[i]! - data[c]!) / rows;
  }
  for (let i = 0, c = 0; i < data.length; i++, c = c + 1 === columns ? 0 : c + 1) {
    variance[c]! += (data[i]! - data[c]! - mean[c]!) ** 2 / rows;
  }
  for (let c = 0; c < columns; c++) mean[c]! += data[c]!;
  return { mean, variance };
}
