import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import wabt from "wabt";
import { scatterOf } from "../../packages/latent/src/linear/covariance.js";
import { findKernels, kernelsBase64 } from "../../packages/latent/src/linear/kernels.js";
import { projectRows } from "../../packages/latent/src/linear/product.js";
import { Random } from "../../packages/latent/src/random.js";
import "../support/matchers.js";

const source = new URL("../../packages/latent/src/linear/kernels.wat", import.meta.url);
const sizes = [1, 2, 3, 4, 5, 7, 8, 16, 33, 100];

function normal(count: number, seed: number): Float32Array {
  const random = new Random(seed);
  return Float32Array.from({ length: count }, () => random.normal());
}

describe("vector kernels", () => {
  it("are kernels.wat, assembled", async () => {
    const { parseWat } = await wabt();
    const module = parseWat("kernels.wat", readFileSync(source, "utf8"), { simd: true });
    expect(Buffer.from(module.toBinary({}).buffer).toString("base64")).toBe(kernelsBase64);
  });

  it.each(sizes)("make the scatter of the plain loops, %i columns", (columns) => {
    const kernels = findKernels();
    expect(kernels).not.toBeNull();
    for (const rows of [1, 2, 511, 3000]) {
      const data = normal(rows * columns, columns).map((value, i) => value + (i % columns));
      const wide = scatterOf(data, rows, columns, kernels);
      const plain = scatterOf(data, rows, columns, null);
      expect(wide.mean).toBeAllClose(plain.mean, { rtol: 1e-12, atol: 1e-14 });
      expect(wide.matrix).toBeAllClose(plain.matrix, { rtol: 1e-12, atol: 1e-9 });
    }
  });

  it("are not disturbed by what a call before has left in their memory", () => {
    const broken = new Float32Array(4000).fill(Number.NaN);
    scatterOf(broken, 400, 10, findKernels());
    const data = normal(900, 1);
    expect(scatterOf(data, 300, 3, findKernels()).matrix).toBeAllClose(scatterOf(data, 300, 3, null).matrix, {
      rtol: 1e-12,
    });
  });

  it.each(sizes)("project as the plain loops, %i outputs", (outputs) => {
    for (const [rows, columns] of [
      [1, 3],
      [2000, 16],
      [777, 1],
      [30, 130],
    ] as const) {
      const data = normal(rows * columns, 1);
      const matrix = Float64Array.from(normal(outputs * columns, 2));
      const offset = Float64Array.from(normal(outputs, 3));
      const wide = projectRows(data, rows, columns, matrix, outputs, offset, findKernels());
      const plain = projectRows(data, rows, columns, matrix, outputs, offset, null);
      expect(wide).toBeAllClose(plain, { rtol: 1e-6, atol: 1e-6 });
    }
  });
});
