import type { MakeProduct } from "./products.js";
import type { Elements } from "./tensor.js";

/** Products in plain JavaScript, for pages that may not compile WebAssembly: what is not zero, eight rows of weights a pass. */
export const plainProducts: MakeProduct = (rows, columns, weight, bias) => {
  const weights = Float32Array.from({ length: rows * columns }, (_, i) =>
    weight(Math.floor(i / columns), i % columns),
  );
  const start = Float64Array.from({ length: columns }, (_, column) => bias(column));
  const sums = new Float64Array(columns);
  let results = new Float32Array(columns);
  /** Where the weights of an input that is not zero begin, and the input; eights are filled up with zeros. */
  const places = new Int32Array(rows + 7);
  const factors = new Float64Array(rows + 7);
  let inputs: Elements = new Float32Array();
  let spread: { table: Int32Array; taps: number; size: number; canvas: Float32Array } | undefined;
  return {
    width: columns,
    put(x, from, to) {
      inputs = x.subarray(from, to);
    },
    sums(from, rowStep, step, count) {
      if (results.length < count * columns) results = new Float32Array(count * columns);
      for (let i = 0; i < count; i++) {
        let found = 0;
        for (let row = 0, at = from + i * rowStep; row < rows; row++, at += step) {
          const x = inputs[at]!;
          if (x === 0) continue;
          places[found] = row * columns;
          factors[found++] = x;
        }
        factors.fill(0, found, found + 7);
        sums.set(start);
        for (let k = 0; k < found; k += 8) {
          const [f0, f1, f2, f3] = [factors[k]!, factors[k + 1]!, factors[k + 2]!, factors[k + 3]!];
          const [f4, f5, f6, f7] = [factors[k + 4]!, factors[k + 5]!, factors[k + 6]!, factors[k + 7]!];
          const [p0, p1, p2, p3] = [places[k]!, places[k + 1]!, places[k + 2]!, places[k + 3]!];
          const [p4, p5, p6, p7] = [places[k + 4]!, places[k + 5]!, places[k + 6]!, places[k + 7]!];
          for (let j = 0; j < columns; j++) {
            sums[j] =
              sums[j]! +
              f0 * weights[p0 + j]! +
              f1 * weights[p1 + j]! +
              f2 * weights[p2 + j]! +
              f3 * weights[p3 + j]! +
              f4 * weights[p4 + j]! +
              f5 * weights[p5 + j]! +
              f6 * weights[p6 + j]! +
              f7 * weights[p7 + j]!;
          }
        }
        results.set(sums, i * columns);
      }
      return results;
    },
    canvas(table, taps, places, size) {
      const canvas = new Float32Array(places * size);
      spread = { table, taps, size, canvas };
      return canvas;
    },
    scatter(first, count) {
      const { table, taps, size, canvas } = spread!;
      for (let i = 0; i < count; i++)
        for (let t = 0; t < taps; t++) {
          const [from, to] = [i * columns + t * size, table[(first + i) * taps + t]! * size];
          for (let k = 0; k < size; k++) canvas[to + k] = canvas[to + k]! + results[from + k]!;
        }
    },
  };
};
