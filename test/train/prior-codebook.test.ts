import { encodeModel, optimize, trace } from "@vaekit/export";
import { loadRuntime, UsageError } from "@vaekit/infer";
import { tf } from "@vaekit/train";
import { beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { codebook } from "../../packages/train/src/prior/codebook.ts";
import type { Prior } from "../../packages/train/src/prior/types.ts";
import { grid, sizes } from "./objective-model.ts";

const [latent, dimension, codes] = [6, 2, 7];
const groups = latent / dimension;

function made(seed = 3): Prior {
  const prior = codebook.create({ kind: "codebook", codes, dimension }, { ...sizes, latent, seed });
  onTestFinished(() => tf.dispose(prior.buffers.map(({ variable }) => variable)));
  return prior;
}

/** The nearest code of each group, by comparing all distances in double precision. */
function nearest(vectors: Float32Array, table: ArrayLike<number>): number[] {
  return Array.from({ length: vectors.length / dimension }, (_, v) => {
    const distances = Array.from({ length: codes }, (_, k) => {
      let sum = 0;
      for (let d = 0; d < dimension; d++)
        sum += (vectors[v * dimension + d]! - table[k * dimension + d]!) ** 2;
      return sum;
    });
    return distances.indexOf(Math.min(...distances));
  });
}

const rowsOf = (table: ArrayLike<number>, indices: readonly number[]) =>
  indices.flatMap((k) => Array.from({ length: dimension }, (_, d) => table[k * dimension + d]!));

beforeAll(() => void tf.setBackend("cpu"));

describe("codebook", () => {
  it("replaces each group by its nearest code, traced with an open batch as well", async () => {
    const prior = made();
    const table = prior.buffers[0]!.variable.dataSync();
    const fn = ({ x, uniform }: Record<string, tf.Tensor>) => {
      const { z, codes } = prior.quantize!(x!);
      const drawn = prior.sample({ eps: x!, uniform });
      return { z, codes, logProb: prior.logProb(z), drawn };
    };
    const graph = optimize(
      trace(fn, { x: { shape: ["batch", latent] }, uniform: { shape: ["batch", groups] } }),
    );
    const session = await (await loadRuntime()).createSession(encodeModel(graph));
    for (const rows of [1, 9]) {
      const x = grid(rows * latent, 1.6, 0.4);
      const uniform = Float32Array.from(
        { length: rows * groups },
        (_, i) => ((i * 0.618) % 1) * (1 - 2 ** -24),
      );
      const expected = nearest(x, table);
      const traced = await session.run({
        x: { dtype: "float32", shape: [rows, latent], data: x },
        uniform: { dtype: "float32", shape: [rows, groups], data: uniform },
      });
      const eager = tf.tidy(() => {
        const outputs = fn({
          x: tf.tensor2d(x, [rows, latent]),
          uniform: tf.tensor2d(uniform, [rows, groups]),
        });
        expect(outputs.codes.shape).toEqual([rows, groups]);
        expect(outputs.codes.dtype).toBe("int32");
        return Object.fromEntries(Object.entries(outputs).map(([name, tensor]) => [name, tensor.dataSync()]));
      });
      for (const values of [
        eager,
        Object.fromEntries(Object.entries(traced).map(([name, { data }]) => [name, data])),
      ]) {
        expect(Array.from(values.codes as Int32Array)).toEqual(expected);
        expect(Array.from(values.z as Float32Array)).toEqual(rowsOf(table, expected));
        expect(values.logProb as Float32Array).toBeAllClose(Array(rows).fill(-groups * Math.log(codes)), {
          rtol: 1e-6,
        });
        const picked = Array.from(uniform, (value) => Math.floor(value * codes));
        expect(Array.from(values.drawn as Float32Array)).toEqual(rowsOf(table, picked));
      }
    }
    await session.dispose();
  });

  it("leaves a vector that is a code as it is", () => {
    const prior = made();
    const table = prior.buffers[0]!.variable.dataSync();
    const every = rowsOf(table, [0, 1, 2, 3, 4, 5]);
    const z = tf.tidy(() => prior.quantize!(tf.tensor2d(every, [2, latent])).z.dataSync());
    expect(Array.from(z)).toEqual(every);
  });

  it("draws from all codes and no others at the ends of the uniform numbers", () => {
    const prior = made();
    const table = prior.buffers[0]!.variable.dataSync();
    const z = tf.tidy(() =>
      prior.sample({ eps: tf.zeros([1, latent]), uniform: tf.tensor2d([[0, 0.5, 1 - 2 ** -24]]) }).dataSync(),
    );
    expect(Array.from(z)).toEqual(rowsOf(table, [0, 3, codes - 1]));
    expect(prior.uniforms).toBe(groups);
  });

  it("starts from the seed, within sqrt(3 / dimension), with counts of 1 and sums at the codes", () => {
    const [table, count, sum] = made().buffers.map(({ variable }) => variable.dataSync());
    expect(made().buffers.map(({ name }) => name)).toEqual(["prior/codebook", "prior/count", "prior/sum"]);
    expect(made().buffers[0]!.variable.dataSync()).toEqual(table);
    expect(made(4).buffers[0]!.variable.dataSync()).not.toEqual(table);
    const limit = Math.sqrt(3 / dimension);
    expect(Math.max(...table!.map(Math.abs))).toBeLessThanOrEqual(limit);
    expect(Math.max(...table!.map(Math.abs))).toBeGreaterThan(limit / 2);
    expect(Array.from(count!)).toEqual(Array(codes).fill(1));
    expect(sum).toEqual(table);
    expect(made().variables).toEqual([]);
  });

  it("is refused for a latent size that is no multiple of its codes'", () => {
    const config = { kind: "codebook", codes, dimension: 4 } as const;
    expect(() => codebook.check(config, { latent: 6, conditional: false })).toThrow(
      new UsageError("prior codebook: latent must be a multiple of dimension, got latent 6 and dimension 4."),
    );
    expect(() => codebook.check(config, { latent: 8, conditional: true })).not.toThrow();
    expect(codebook.schema.parse({ kind: "codebook" })).toEqual({
      kind: "codebook",
      codes: 512,
      dimension: 8,
    });
  });
});
