import { createEngine, createJob, evaluate, mlp, Vae } from "@vaekit/train";
import { describe, expect, it, onTestFinished } from "vitest";
import { ExampleNoise } from "../../packages/train/src/evaluation/noise.ts";
import { drawPlans } from "../../packages/train/src/evaluation/options.ts";
import { bars } from "../support/data.ts";
import { asRun, linearData, linearVae, mean, oracle, traceOnce } from "./evaluation-support.ts";

describe("a linear Gaussian VAE, whose p(x) is known", () => {
  it("has all bounds at ln p(x) where the posterior is exact", async () => {
    const report = await evaluate(asRun(linearVae("exact")), linearData, { importance: [1, 7, 50] });
    const expected = mean(oracle.cases.exact.log_px);
    expect(report.bounds.map(({ samples }) => samples)).toEqual([1, 7, 50]);
    for (const bound of report.bounds) expect(bound.value, `K = ${bound.samples}`).toBeCloseTo(expected, 4);
  });

  it("has bounds that rise with K to ln p(x), which is within the last one's interval", async () => {
    const { bounds } = await evaluate(asRun(linearVae("loose")), linearData, {
      importance: [1, 5, 100, 5000],
    });
    const values = bounds.map(({ value }) => value);
    const expected = mean(oracle.cases.loose.log_px);
    expect(values).toEqual([...values].sort((a, b) => a - b));
    expect(expected - values[0]!).toBeGreaterThan(0.2);
    const [low, high] = bounds.at(-1)!.interval.noise!;
    expect(low).toBeLessThan(expected);
    expect(high).toBeGreaterThan(expected);
    expect(high - low).toBeLessThan((expected - values[0]!) / 4);
  });

  it("has the ELBO, its parts and its KL where torch has them", async () => {
    const { loose } = oracle.cases;
    const { elbo, reconstruction, kl } = await evaluate(asRun(linearVae("loose")), linearData, {
      importance: [],
      repeats: 2000,
    });
    const expected = mean(loose.expected_log_px_given_z);
    expect(kl!.total.value).toBeCloseTo(mean(loose.kl), 5);
    expect(kl!.perDimension!.reduce((sum, value) => sum + value)).toBeCloseTo(mean(loose.kl), 5);
    const within = ([low, high]: readonly [number, number], value: number) => low < value && value < high;
    expect(within(elbo!.interval.noise!, expected - mean(loose.kl))).toBe(true);
    expect(within(reconstruction.negativeLogLikelihood.interval.noise!, -expected)).toBe(true);
  });

  it("has a 95 % interval over noise that holds the ELBO in about 95 % of seeds", async () => {
    const { loose } = oracle.cases;
    const expected = mean(loose.expected_log_px_given_z) - mean(loose.kl);
    const model = traceOnce(asRun(linearVae("loose")));
    let held = 0;
    for (let seed = 0; seed < 50; seed++) {
      const { elbo } = await evaluate(model, linearData, { importance: [], repeats: 20, seed });
      const [low, high] = elbo!.interval.noise!;
      if (low < expected && expected < high) held += 1;
    }
    // Where each holds with probability 0.95, fewer do once in a thousand times.
    expect(held).toBeGreaterThanOrEqual(43);
  });
});

describe("the ELBO", () => {
  it("is that of the engine, at the same draws", async () => {
    const data = bars(20);
    const vae = new Vae(mlp({ shape: data.shape, latent: 3, hidden: [12] }), data, 5);
    onTestFinished(() => vae.dispose());
    const { elbo, kl, reconstruction } = await evaluate(asRun(vae), data, {
      importance: [],
      repeats: 1,
      seed: 9,
    });
    const eps = new Float32Array(20 * 3);
    for (let i = 0; i < 20; i++) new ExampleNoise(9, i, 3).draw(0, eps, i);
    const engine = await createEngine("cpu", createJob(vae, { rows: 20 }));
    onTestFinished(() => engine.dispose());
    const expected = await engine.evaluate({ rows: 20, x: data.values }, { eps });
    const total = expected.kl.reduce((sum, value) => sum + value, 0) / 20;
    expect(reconstruction.negativeLogLikelihood.value).toBeCloseTo(-mean(expected.logPx), 5);
    expect(kl!.total.value).toBeCloseTo(total, 5);
    expect(elbo!.value).toBeCloseTo(mean(expected.logPx) - total, 5);
    expect(elbo!.interval.noise).toBeNull();
    expect(elbo!.interval.examples).not.toBeNull();
  });
});

describe("the examples of the larger bounds", () => {
  it("are drawn by the seed, and do not fall in step with data in a cycle", () => {
    const taken = (seed: number) =>
      Array.from(drawPlans(1000, { importance: [5, 200], importanceExamples: 100, seed })[1]!.positions);
    const positions = taken(3);
    expect(positions).toEqual([...new Set(positions)].sort((a, b) => a - b));
    expect(positions).toHaveLength(100);
    expect(taken(3)).toEqual(positions);
    expect(taken(4)).not.toEqual(positions);
    // Every tenth of a thousand would all be of one class where ten classes take turns.
    expect(new Set(positions.map((position) => position % 10)).size).toBe(10);
  });
});
