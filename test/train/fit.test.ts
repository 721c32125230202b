import { UsageError } from "@vaekit/infer";
import { type Dataset, type FitEvent, type FitOptions, fit, images, mlp, type Run } from "@vaekit/train";
import { describe, expect, it, onTestFinished } from "vitest";
import { bars } from "../support/data.ts";
import { flat } from "./jobs.ts";

const data = bars(240);
const model = mlp({ shape: data.shape, latent: 3, hidden: [24] });

/** Two quick epochs, unless told otherwise; the Vae goes when the test does. */
async function run(options: FitOptions = {}, on: Dataset = data): Promise<Run> {
  const result = await fit(model, on, { epochs: 2, batch: 24, seed: 3, ...options });
  onTestFinished(() => result.vae.dispose());
  return result;
}

const black = (count: number): Dataset =>
  images({ name: "black", shape: data.shape, values: new Uint8Array(count * 30) });

describe("fit", () => {
  it("learns: in 15 epochs the ELBO of bars gains several nats on examples kept back", async () => {
    const { metrics } = await run({ epochs: 15, learningRate: 0.01 });
    expect(metrics.map(({ epoch }) => epoch)).toEqual(Array.from({ length: 15 }, (_, i) => i + 1));
    const [first, last] = [metrics[0]!, metrics.at(-1)!];
    expect(last.validation!.elbo).toBeGreaterThan(first.validation!.elbo + 5);
    expect(last.train.elbo).toBeGreaterThan(first.train.elbo + 5);
    // Better than the best that pixels without a latent can do: a pixel is lit in one picture of six.
    const mean = (155 + 255) / 2 / 255;
    const p = mean / 6;
    expect(last.validation!.elbo).toBeGreaterThan(30 * (p * Math.log(p) + (1 - p) * Math.log(1 - p)));
  });

  it("gives bit-equal weights and losses for the same seed, and others for another", async () => {
    const [a, b, c] = [await run(), await run(), await run({ seed: 4 })];
    expect(flat(b.vae.readWeights())).toEqual(flat(a.vae.readWeights()));
    expect(b.metrics.map(({ loss }) => loss)).toEqual(a.metrics.map(({ loss }) => loss));
    expect(b.statistics).toEqual(a.statistics);
    expect(b.metrics.map(({ validation }) => validation)).toEqual(
      a.metrics.map(({ validation }) => validation),
    );
    expect(flat(c.vae.readWeights())).not.toEqual(flat(a.vae.readWeights()));
  });

  it("reports the ELBO with beta = 1 when it trains with another", async () => {
    const { metrics, config } = await run({ beta: 4 });
    expect(config.kl).toEqual({ beta: 4, warmup: null, capacity: null, freeBits: null, unit: "step" });
    for (const { loss, train, validation, beta } of metrics) {
      expect(beta).toBe(4);
      expect(train.elbo).toBeCloseTo(-train.reconstruction - train.kl, 6);
      expect(validation!.elbo).toBeCloseTo(-validation!.reconstruction - validation!.kl, 6);
      expect(loss).toBeCloseTo(train.reconstruction + 4 * train.kl, 3);
      expect(train.kl).toBeGreaterThan(0.01);
    }
  });

  it.each(["standard-normal", "mixture", "vamp"] as const)(
    "has the nats that are free in the loss, whether or not the KL of prior %s splits into dimensions",
    async (prior) => {
      const given = mlp({ shape: data.shape, latent: 3, hidden: [8], prior });
      const freeBits = { nats: 500, group: "all" } as const;
      const { metrics, vae } = await fit(given, data, { epochs: 1, batch: 24, beta: 0.5, freeBits });
      vae.dispose();
      const [{ loss, train }] = metrics as [(typeof metrics)[0]];
      expect(train.kl).toBeLessThan(50);
      expect(loss).toBeCloseTo(train.reconstruction + 0.5 * 500, 3);
    },
  );

  it("trains a plain autoencoder: no noise, no pull to the prior", async () => {
    const { metrics, vae } = await run({ objective: "ae", epochs: 10, learningRate: 0.01 });
    for (const { loss, train } of metrics) expect(loss).toBeCloseTo(train.reconstruction, 6);
    expect(metrics.at(-1)!.loss).toBeLessThan(metrics[0]!.loss - 5);
    const logvar = vae.readWeights()["encoder/logvar/bias"]!;
    expect(logvar.every((value) => value === 0)).toBe(true);
  });

  it("draws black and white pictures with dynamic binarisation, anew in each step", async () => {
    // Every pixel of an even grey is a fair coin: whatever is learnt, -ln p is 30 ln 2 at best.
    const grey = images({ name: "grey", shape: data.shape, values: new Uint8Array(240 * 30).fill(128) });
    const { metrics } = await run({ binarize: "dynamic", epochs: 8, learningRate: 0.01 }, grey);
    const chance = 30 * Math.log(2);
    expect(metrics.at(-1)!.train.reconstruction + metrics.at(-1)!.train.kl).toBeGreaterThan(chance - 0.5);
    expect(metrics.at(-1)!.validation!.elbo).toBeCloseTo(-chance, 0);
    const [once, again, without] = [
      await run({ binarize: "dynamic" }),
      await run({ binarize: "dynamic" }),
      await run({ binarize: "none" }),
    ];
    expect(flat(again.vae.readWeights())).toEqual(flat(once.vae.readWeights()));
    expect(flat(without.vae.readWeights())).not.toEqual(flat(once.vae.readWeights()));
  });

  it("warns of grey data under a Bernoulli likelihood, unless they are binarised or black and white", async () => {
    const warnings = async (options: FitOptions, on?: Dataset) => {
      const events: FitEvent[] = [];
      await run({ epochs: 1, ...options, onEvent: (event) => events.push(event) }, on);
      // Of so short a run there is more to say, of its KL.
      return events.filter((event) => event.type === "warning" && /Bernoulli/.test(event.message));
    };
    expect(await warnings({})).toMatchObject([
      { message: expect.stringContaining("bars has values between black and white") },
    ]);
    expect(await warnings({ binarize: "dynamic" })).toEqual([]);
    expect(await warnings({}, black(60))).toEqual([]);
  });

  it("tells what it does in events", async () => {
    const events: FitEvent[] = [];
    const { vae } = await run({ validation: 40, onEvent: (event) => events.push(event) });
    const parameters = flat(vae.readWeights()).length;
    expect(events.find(({ type }) => type === "start")).toEqual({
      type: "start",
      epochs: 2,
      batches: 8,
      examples: 200,
      validation: 40,
      engine: "compiled",
      parameters,
    });
    expect(events.filter(({ type }) => type === "epoch").length).toBe(2);
    const steps = events.filter((event) => event.type === "step");
    expect(steps.at(-1)).toMatchObject({ epoch: 2, batch: 8, batches: 8, step: 16, secondsLeft: 0 });
    expect(events.some(({ type }) => type === "checkpoint" || type === "stopped")).toBe(false);
  });
});

describe("validation", () => {
  it.each([
    [0.25, 60],
    [0.1, 24],
    [7, 7],
    [1, 1],
  ])("of %d keeps back %d of 240 examples", async (validation, count) => {
    const { metrics, config, statistics } = await run({ validation, epochs: 1 });
    expect(metrics[0]!.validation!.examples).toBe(count);
    expect(config.validation).toEqual({ count, separate: false, source: null, sha256: null });
    expect(statistics!.examples).toBe(count);
    expect(statistics!.mean.length).toBe(3);
  });

  it("of 0 measures nothing and trains on everything", async () => {
    const events: FitEvent[] = [];
    const { metrics, statistics } = await run({
      validation: 0,
      epochs: 1,
      onEvent: (event) => events.push(event),
    });
    expect(metrics[0]!.validation).toBeNull();
    expect(statistics).toBeNull();
    expect(events.find(({ type }) => type === "start")).toMatchObject({ examples: 240, batches: 10 });
  });

  it("on data of its own leaves all examples to train on, and does not change what is learnt", async () => {
    const [own, none] = [await run({ validation: bars(50, 9) }), await run({ validation: 0 })];
    expect(own.metrics[0]!.validation!.examples).toBe(50);
    const sha256 = expect.stringMatching(/^[0-9a-f]{64}$/);
    expect(own.config.validation).toEqual({ count: 50, separate: true, source: null, sha256 });
    expect(flat(own.vae.readWeights())).toEqual(flat(none.vae.readWeights()));
  });

  it("refuses data of another shape", async () => {
    const other = images({ name: "other", shape: [3, 10, 1], values: new Uint8Array(60) });
    await expect(run({ validation: other })).rejects.toThrow(UsageError);
    await expect(run({ validation: other })).rejects.toThrow(
      "validation data have [3,10,1], the training data [6,5,1]",
    );
  });
});
