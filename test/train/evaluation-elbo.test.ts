import { RandomStream } from "@vaekit/infer";
import { createEngine, type ElboOptions, evaluateElbo } from "@vaekit/train";
import { describe, expect, it, onTestFinished } from "vitest";
import { bars } from "../support/data.ts";
import { smallJob, takeSteps } from "./jobs.ts";

const data = bars(60, 4);
const all = Uint32Array.from({ length: 60 }, (_, i) => i);
const options: ElboOptions = { seed: 8, binarize: false };

async function trained(binarize = false) {
  const job = smallJob({ binarize });
  const engine = await createEngine("compiled", job);
  onTestFinished(() => engine.dispose());
  await takeSteps(engine, 20, { learningRate: 0.01, binarize });
  return { engine, vae: job.vae };
}

describe("evaluateElbo", () => {
  it("is the mean of ln p(x|z) - KL at one seeded z per example", async () => {
    const { engine, vae } = await trained();
    const { metrics, statistics } = await evaluateElbo(engine, vae, data, all, options);
    const eps = new RandomStream(8, "validation").normal(new Float32Array(60 * 3));
    const { logPx, kl, mu } = await engine.evaluate({ rows: 60, x: data.values }, { eps });
    const mean = (values: ArrayLike<number>) =>
      Array.from(values).reduce((sum, value) => sum + value, 0) / 60;
    expect(metrics.examples).toBe(60);
    expect(metrics.reconstruction).toBeCloseTo(-mean(logPx), 8);
    expect(metrics.kl).toBeCloseTo(mean(kl), 8);
    expect(metrics.elbo).toBeCloseTo(-metrics.reconstruction - metrics.kl, 8);
    for (let dimension = 0; dimension < 3; dimension++) {
      const column = (values: Float32Array) => values.filter((_, i) => i % 3 === dimension);
      const average = mean(column(mu));
      const variance = mean(column(mu).map((value) => (value - average) ** 2));
      expect(statistics.kl![dimension]).toBeCloseTo(mean(column(kl)), 8);
      expect(statistics.mean[dimension]).toBeCloseTo(average, 8);
      expect(statistics.std[dimension]).toBeCloseTo(Math.sqrt(variance), 6);
    }
    expect(statistics.kl!.reduce((sum, value) => sum + value, 0)).toBeCloseTo(metrics.kl, 8);
  });

  it.each([false, true])("takes the same noise each time (binarize: %s)", async (binarize) => {
    const { engine, vae } = await trained(binarize);
    const first = await evaluateElbo(engine, vae, data, all, { ...options, binarize });
    expect(await evaluateElbo(engine, vae, data, all, { ...options, binarize })).toEqual(first);
    const other = await evaluateElbo(engine, vae, data, all, { ...options, binarize, seed: 9 });
    expect(other.metrics.reconstruction).not.toBe(first.metrics.reconstruction);
  });

  it("does not depend on how many rows go at once", async () => {
    const { engine, vae } = await trained();
    const whole = await evaluateElbo(engine, vae, data, all, { ...options, rows: 60 });
    // Two rows have six numbers of noise; odd ones would end in the middle of a block.
    for (const rows of [2, 20, 22, 500]) {
      const { metrics } = await evaluateElbo(engine, vae, data, all, { ...options, rows });
      expect(metrics.elbo, `${rows} rows`).toBeCloseTo(whole.metrics.elbo, 4);
    }
  });

  it("looks at the chosen examples only", async () => {
    const { engine, vae } = await trained();
    const some = Uint32Array.of(3, 50, 7);
    const blank = { ...data, values: data.values.slice() };
    for (let n = 0; n < 60; n++) if (!some.includes(n)) blank.values.fill(0, n * 30, (n + 1) * 30);
    const chosen = await evaluateElbo(engine, vae, data, some, options);
    expect(chosen.metrics.examples).toBe(3);
    expect(await evaluateElbo(engine, vae, blank, some, options)).toEqual(chosen);
    expect((await evaluateElbo(engine, vae, blank, all, options)).metrics.elbo).not.toBe(chosen.metrics.elbo);
  });
});
