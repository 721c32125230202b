import { expect } from "../errors.js";
import { mostRows } from "../products.js";
import type { Tensor } from "../tensor.js";
import { input, number } from "./arguments.js";
import type { Call, Kernel } from "./types.js";

/** alpha x w + beta c: x [batch, K], stored w [K, N] (or [N, K] with transB), stored c [N] or [1] */
export const gemm: Kernel = (call) => {
  const { shape, data } = input(call, 1);
  const turned = number(call, "transB", 0) !== 0;
  const [alpha, beta] = [number(call, "alpha", 1), number(call, "beta", 1)];
  expect(number(call, "transA", 0) === 0, "transA is not supported");
  expect(shape.length === 2, `its weights [${shape}] are no matrix`);
  const [rows, columns] = turned ? [shape[1]!, shape[0]!] : [shape[0]!, shape[1]!];
  const [rowStep, step] = turned ? [1, rows] : [columns, 1];
  const x = input(call, 0);
  expect(x.shape.at(-1) === rows, `[${x.shape}] does not fit weights of ${rows} rows`);
  const bias = biasOf(call.inputs[2] ?? null, columns);
  const product = call.product(
    rows,
    columns,
    (row, column) => alpha * data[row * rowStep + column * step]!,
    (column) => beta * bias(column),
  );
  const y = call.allocate("float32", [...x.shape.slice(0, -1), columns]);
  const run = () => {
    const rest = y.data.length / columns;
    for (let first = 0; first < rest; first += mostRows) {
      const count = Math.min(mostRows, rest - first);
      product.put(x.data, first * rows, (first + count) * rows);
      const sums = product.sums(0, rows, 1, count);
      for (let i = 0; i < count; i++) {
        const at = i * product.width;
        y.data.set(sums.subarray(at, at + columns), (first + i) * columns);
      }
    }
  };
  return { outputs: [y], run };
};

/** c [columns], or one number for all. */
export function biasOf(c: Tensor | null, columns: number): (column: number) => number {
  if (!c) return () => 0;
  const { shape, data } = c;
  const one = `${shape}` === "" || `${shape}` === "1";
  expect(one || shape.at(-1) === columns, `its bias is [${shape}]`);
  return (column) => data[one ? 0 : column]!;
}

/** x [..., K], stored w [K, N] -> [..., N] */
export const matMul = (call: Call) => gemm({ ...call, attributes: new Map() });
