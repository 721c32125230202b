/**
 * Fill rows `from` .. `count` - 1 of vectors [count, columns] so that all rows are orthonormal; those before `from` are already.
 * Gram-Schmidt, twice, on the axes.
 */
export function completeBasis(vectors: Float64Array, from: number, count: number, columns: number): void {
  let axis = 0;
  for (let i = from; i < count; axis++) {
    const vector = vectors.subarray(i * columns, (i + 1) * columns).fill(0);
    vector[axis] = 1;
    removeRows(vector, vectors, i, columns);
    removeRows(vector, vectors, i, columns);
    const length = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
    // Of `columns` axes, count of them always leave at least this much (the squares of what they leave add up to columns - i).
    if (length < 0.5 / Math.sqrt(columns)) continue;
    for (let c = 0; c < columns; c++) vector[c]! /= length;
    i++;
  }
}

function removeRows(vector: Float64Array, vectors: Float64Array, count: number, columns: number): void {
  for (let j = 0; j < count; j++) {
    const row = vectors.subarray(j * columns, (j + 1) * columns);
    let product = 0;
    for (let c = 0; c < columns; c++) product += vector[c]! * row[c]!;
    for (let c = 0; c < columns; c++) vector[c]! -= product * row[c]!;
  }
}
