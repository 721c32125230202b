/** Numbers [rows, columns], row-major. */
export interface Rows {
  values: Float64Array;
  rows: number;
  columns: number;
}

/** Of orthogonal iteration; the leading variances have converged long before. */
const iterations = 30;

/**
 * Variances along the leading principal directions, with directions from every other row and variances from the rows
 * between: of noise they are its variance, where an eigenvalue of the same rows would be larger by chance,
 * (1 + sqrt(columns / rows))^2 times. Largest first; columns are centred in each half.
 * Orthogonal iteration (Golub & Van Loan 2013, sect. 8.2.4), from a fixed start.
 */
export function heldOutVariances(data: Rows, most: number): number[] {
  const [fit, judge] = [half(data, 0), half(data, 1)];
  const count = Math.min(most, data.columns, fit.rows - 1);
  if (count < 1 || judge.rows < 2) return [];
  let directions = start(count, data.columns);
  for (let i = 0; i < iterations; i++) directions = orthonormal(powered(fit, directions));
  return directions.map((direction) => varianceAlong(judge, direction)).sort((a, b) => b - a);
}

/** Every other row, centred. */
function half({ values, rows, columns }: Rows, first: 0 | 1): Rows {
  const count = Math.floor((rows + 1 - first) / 2);
  const out = new Float64Array(count * columns);
  const mean = new Float64Array(columns);
  for (let i = 0; i < count; i++) {
    const from = (2 * i + first) * columns;
    for (let j = 0; j < columns; j++) {
      out[i * columns + j] = values[from + j]!;
      mean[j]! += values[from + j]! / count;
    }
  }
  for (let at = 0; at < out.length; at++) out[at]! -= mean[at % columns]!;
  return { values: out, rows: count, columns };
}

/** Fixed vectors that no data are made orthogonal to. */
function start(count: number, columns: number): Float64Array[] {
  const vectors = Array.from({ length: count }, (_, k) =>
    Float64Array.from({ length: columns }, (_, j) => Math.sin(1 + (k + 1) * 1.37 * (j + 1) + j * j * 0.11)),
  );
  return orthonormal(vectors);
}

/** X^T X of each direction. */
function powered({ values, rows, columns }: Rows, directions: readonly Float64Array[]): Float64Array[] {
  return directions.map((direction) => {
    const out = new Float64Array(columns);
    for (let i = 0; i < rows; i++) {
      const row = values.subarray(i * columns, (i + 1) * columns);
      const along = dot(row, direction);
      for (let j = 0; j < columns; j++) out[j]! += along * row[j]!;
    }
    return out;
  });
}

/** Gram and Schmidt; a vector that nothing is left of becomes 0. */
function orthonormal(vectors: readonly Float64Array[]): Float64Array[] {
  const done: Float64Array[] = [];
  for (const vector of vectors) {
    const own = vector.slice();
    const before = Math.sqrt(dot(own, own));
    for (const other of done) {
      const along = dot(own, other);
      for (let j = 0; j < own.length; j++) own[j]! -= along * other[j]!;
    }
    const length = Math.sqrt(dot(own, own));
    const scale = length > 1e-10 * before ? 1 / length : 0;
    done.push(own.map((value) => value * scale));
  }
  return done;
}

function varianceAlong({ values, rows, columns }: Rows, direction: Float64Array): number {
  let total = 0;
  for (let i = 0; i < rows; i++)
    total += dot(values.subarray(i * columns, (i + 1) * columns), direction) ** 2;
  return total / (rows - 1);
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let j = 0; j < a.length; j++) sum += a[j]! * b[j]!;
  return sum;
}
