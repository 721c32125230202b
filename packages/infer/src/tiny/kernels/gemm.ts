import { expect } from "../errors.js";
import type { Tensor } from "../tensor.js";
import { input, number } from "./arguments.js";
import { accumulate, collect, type Weights, weightsOf, workFor } from "./products.js";
import type { Call, Kernel, Step } from "./types.js";

/** alpha x w + beta c: x [batch, K], constant w [K, N] (or [N, K] with transB), constant c [N] or [1] */
export const gemm: Kernel = (call) => {
  const [x, w] = [input(call, 0), input(call, 1)];
  const turned = number(call, "transB", 0) !== 0;
  const alpha = number(call, "alpha", 1);
  expect(number(call, "transA", 0) === 0, "transA is not supported");
  expect(w.shape.length === 2, `its weights have the shape [${w.shape}]`);
  const [rows, columns] = turned ? [w.shape[1]!, w.shape[0]!] : [w.shape[0]!, w.shape[1]!];
  const at = turned
    ? (row: number, column: number) => alpha * w.data[column * rows + row]!
    : (row: number, column: number) => alpha * w.data[row * columns + column]!;
  const weights = weightsOf(w, `gemm ${turned} ${alpha}`, [rows, columns], at);
  return multiply(call, x, weights, biasOf(call.inputs[2] ?? null, columns, number(call, "beta", 1)));
};

/** x [..., K], constant w [K, N] -> [..., N] */
export const matMul: Kernel = (call) => {
  const [x, w] = [input(call, 0), input(call, 1)];
  expect(w.shape.length === 2, `its second input has the shape [${w.shape}]; here it must be a matrix`);
  const [rows, columns] = [w.shape[0]!, w.shape[1]!];
  const weights = weightsOf(
    w,
    "gemm false 1",
    [rows, columns],
    (row, column) => w.data[row * columns + column]!,
  );
  return multiply(call, x, weights, new Float64Array(columns));
};

/** c [columns], or one number for all, times scale. */
export function biasOf(c: Tensor | null, columns: number, scale = 1): Float64Array {
  const size = c?.data.length ?? 1;
  expect(!c || c.constant, "its bias is computed; here it must be a constant");
  expect(
    size === 1 || (size === columns && c!.shape.at(-1) === columns),
    `its bias has the shape [${c?.shape}]`,
  );
  return Float64Array.from({ length: columns }, (_, j) => scale * (c?.data[size === 1 ? 0 : j] ?? 0));
}

function multiply(call: Call, x: Tensor, weights: Weights, bias: Float64Array): Step {
  const { rows, columns } = weights;
  const outer = x.shape.slice(0, -1);
  expect(x.shape.at(-1) === rows, `[${x.shape}] does not fit weights of ${rows} rows`);
  const y = call.allocate("float32", [...outer, columns]);
  const work = workFor(weights);
  const run = () => {
    for (let from = 0, to = 0; to < y.data.length; from += rows, to += columns) {
      const found = collect(x.data, from, 1, weights, work);
      work.sums.set(bias);
      accumulate(weights, work, found);
      y.data.set(work.sums, to);
    }
  };
  return { outputs: [y], run };
}
