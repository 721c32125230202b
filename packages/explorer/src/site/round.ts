/** Steps to a standard deviation: far finer than a decoder or an eye can tell, and half the bytes once compressed. */
const stepsPerDeviation = 128;
/** Steps across a map. */
const stepsAcross = 2048;

/** Codes [rows, columns] to a grid: in each column a power of two, the largest that is at most 1/128 of its standard deviation. */
export function roundCodes(data: Float32Array, columns: number): Float32Array {
  const rounded = new Float32Array(data.length);
  const rows = data.length / columns;
  for (let column = 0; column < columns; column++) {
    const [mean, deviation] = momentsOf(data, rows, columns, column);
    const step = stepBelow(deviation / stepsPerDeviation);
    // Codes that hardly differ keep all their bits where the grid would be finer than float32.
    const coarse = step > Math.abs(mean) * 2 ** -22;
    for (let i = column; i < data.length; i += columns) {
      rounded[i] = coarse ? Math.round(data[i]! / step) * step : data[i]!;
    }
  }
  return rounded;
}

/** Places [rows, dimensions] to a grid of at least 2048 steps across. */
export function roundPlaces(data: Float32Array): Float32Array {
  let most = 0;
  for (const value of data) most = Math.max(most, Math.abs(value));
  const step = stepBelow((2 * most) / stepsAcross);
  return step > 0 ? data.map((value) => Math.round(value / step) * step) : data;
}

function momentsOf(data: Float32Array, rows: number, columns: number, column: number): [number, number] {
  let [sum, squares] = [0, 0];
  for (let i = column; i < data.length; i += columns) sum += data[i]!;
  const mean = sum / rows;
  for (let i = column; i < data.length; i += columns) squares += (data[i]! - mean) ** 2;
  return [mean, Math.sqrt(squares / rows)];
}

/** A power of two: dividing and multiplying by it rounds nothing. 0 for 0. */
function stepBelow(most: number): number {
  return most > 2 ** -120 ? 2 ** Math.floor(Math.log2(most)) : 0;
}
