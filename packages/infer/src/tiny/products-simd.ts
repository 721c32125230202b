import { expect } from "./errors.js";
import { kernel } from "./kernel.js";
import { type MakeProduct, mostRows } from "./products.js";

interface Kernel {
  memory: WebAssembly.Memory;
  product(
    x: number,
    rowStep: number,
    step: number,
    count: number,
    rows: number,
    weights: number,
    panels: number,
    pairs: number,
    sums: number,
  ): void;
  scatter(
    sums: number,
    rowStep: number,
    count: number,
    taps: number,
    size: number,
    table: number,
    canvas: number,
  ): void;
}

/**
 * Products in WebAssembly SIMD, with a memory of its own that holds the weights: kernel.wat. null where there is none.
 * Weights are kept in panels of 16 columns [columns / 16][bias and rows][16].
 */
export function simdProducts(): MakeProduct | null {
  let instance: WebAssembly.Instance;
  try {
    // Small enough to be compiled at once, also on a page's main thread. A page's policy may forbid it.
    const bytes = Uint8Array.from(atob(kernel), (letter) => letter.charCodeAt(0));
    instance = new WebAssembly.Instance(new WebAssembly.Module(bytes));
  } catch {
    return null;
  }
  const { memory, product, scatter } = instance.exports as unknown as Kernel;
  let floats = new Float32Array(memory.buffer);
  /** Bytes that weights take; behind them is what a product works with. */
  let held = 0;
  const reserve = (bytes: number) => {
    const missing = Math.ceil((bytes - floats.byteLength) / 2 ** 16);
    if (missing <= 0) return;
    try {
      memory.grow(missing);
    } catch {
      expect(false, `there is no memory for ${bytes} bytes`);
    }
    floats = new Float32Array(memory.buffer);
  };
  return (rows, columns, weight, bias) => {
    const panels = Math.ceil(columns / 16);
    const width = 16 * panels;
    const weights = held;
    reserve(held + 4 * width * (rows + 1));
    held += 4 * width * (rows + 1);
    let at = weights / 4;
    for (let first = 0; first < columns; first += 16)
      for (let row = -1; row < rows; row++)
        for (let column = first; column < first + 16; column++)
          floats[at++] = column >= columns ? 0 : row < 0 ? bias(column) : weight(row, column);
    /** What is behind the weights: pairs, sums, inputs, table, canvas. */
    const sumsAt = () => held + 8 * mostRows * (rows + 2);
    const inputsAt = () => sumsAt() + 4 * mostRows * width;
    let [tableAt, canvasAt, taps, size] = [0, 0, 0, 0];
    return {
      width,
      put(x, start, end) {
        tableAt = inputsAt() + 4 * (end - start);
        reserve(tableAt);
        floats.set(x.subarray(start, end), inputsAt() / 4);
      },
      sums(from, rowStep, step, count) {
        const sums = sumsAt();
        product(inputsAt() + 4 * from, 4 * rowStep, 4 * step, count, rows, weights, panels, held, sums);
        return floats.subarray(sums / 4, sums / 4 + count * width);
      },
      canvas(table, ofTaps, places, ofSize) {
        [canvasAt, taps, size] = [tableAt + table.byteLength, ofTaps, 4 * ofSize];
        reserve(canvasAt + places * size);
        new Int32Array(memory.buffer, tableAt).set(table);
        return floats.subarray(canvasAt / 4, canvasAt / 4 + places * ofSize).fill(0);
      },
      scatter(first, count) {
        scatter(sumsAt(), 4 * width, count, taps, size, tableAt + 4 * first * taps, canvasAt);
      },
    };
  };
}
