import { describe, expect, it } from "vitest";
import { squaredMmd } from "../../packages/latent/src/describe/mmd.js";
import { wassersteinPerDimension } from "../../packages/latent/src/describe/wasserstein.js";
import { DataError, ShapeError, UsageError } from "../../packages/latent/src/errors.js";
import { Random } from "../../packages/latent/src/random.js";
import { rowsOf } from "../../packages/latent/src/rows.js";
import { draw, expected, x, y, z } from "./aggregated-oracle.js";
import { codes, normal, oracle } from "./describe-oracle.js";

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value / values.length, 0);
const deviation = (values: readonly number[]) =>
  Math.sqrt(values.reduce((sum, value) => sum + (value - mean(values)) ** 2, 0) / (values.length - 1));

describe("distance between samples", () => {
  it.each([
    { options: {}, of: "imq" },
    { options: { kernel: "rbf" }, of: "rbf" },
    { options: { kernel: "rbf", scale: 1.5 }, of: "narrow" },
  ] as const)(
    "squared MMD and its null deviation are those of scipy's distances, $options",
    async ({ options, of }) => {
      const { value, nullDeviation, rows } = await squaredMmd(x, y, options);
      expect([value, nullDeviation]).toBeAllClose(expected.mmd[of], { rtol: 1e-11 });
      expect(rows).toBe(30);
    },
  );

  it.each(["imq", "rbf"] as const)(
    "%s: unbiased and as spread as it says where both are the same",
    async (kernel) => {
      const repeats = 200;
      const found = await Promise.all(
        Array.from({ length: repeats }, (_, i) =>
          squaredMmd(normal(40, 2, 2000 + i), normal(40, 2, 3000 + i), { kernel }),
        ),
      );
      const values = found.map(({ value }) => value);
      const spread = deviation(values);
      const said = Math.sqrt(mean(found.map(({ nullDeviation }) => nullDeviation ** 2)));
      expect(Math.abs(mean(values))).toBeLessThan((3 * spread) / Math.sqrt(repeats));
      // 200 repeats know a standard deviation to 5 %, more where its tail is long.
      expect(said / spread).toBeGreaterThan(0.8);
      expect(said / spread).toBeLessThan(1.25);
    },
  );

  it("is, in the mean over draws, what scipy's Gaussian densities give in closed form", async () => {
    const values: number[] = [];
    for (let seed = 0; seed < 20; seed++) {
      // As many draws of the mixture: rows by chance, one draw of each.
      const random = new Random(seed);
      const [rows, latent] = codes.mu.shape as [number, number];
      const taken = Array.from({ length: 400 * latent }, () => 0);
      for (let i = 0; i < 400; i++) {
        const row = random.below(rows);
        for (let d = 0; d < latent; d++) taken[i * latent + d] = row * latent + d;
      }
      const of = (data: Float32Array) =>
        rowsOf(
          Float32Array.from(taken, (at) => data[at]!),
          latent,
        );
      const sample = draw({ mu: of(codes.mu.data), logvar: of(codes.logvar.data) }, 100 + seed);
      values.push((await squaredMmd(sample, normal(400, latent, 200 + seed), { kernel: "rbf" })).value);
    }
    const error = deviation(values) / Math.sqrt(values.length);
    expect(Math.abs(mean(values) - oracle.squaredMmd)).toBeLessThan(3 * error);
    expect(error).toBeLessThan(0.1 * oracle.squaredMmd);
  });

  it("states kernel and samples, and refuses what is no sample", async () => {
    expect(await squaredMmd(x, y, { rows: 10 })).toMatchObject({
      rows: 10,
      protocol: "unbiased squared MMD, imq kernel, C = 8, 10 samples of each",
    });
    await expect(squaredMmd(x, z)).rejects.toThrow(ShapeError);
    await expect(squaredMmd(x, z)).rejects.toThrow("x is [30, 4], y is [40, 3]");
    await expect(squaredMmd(x, y, { scale: 0 })).rejects.toThrow(
      /scale must be a number of at least .*, got 0/,
    );
    await expect(squaredMmd(x, y, { kernel: "box" as "rbf" })).rejects.toThrow(UsageError);
    await expect(squaredMmd(normal(1, 4, 1), normal(1, 4, 2))).rejects.toThrow(DataError);
  });

  it("Wasserstein per dimension is SciPy's", () => {
    expect(wassersteinPerDimension(x, y)).toBeAllClose(expected.wasserstein, { rtol: 1e-12 });
    expect(wassersteinPerDimension(x, x)).toEqual([0, 0, 0, 0]);
    expect(() => wassersteinPerDimension(x, z)).toThrow(ShapeError);
  });
});
