import { existsSync } from "node:fs";
import type { FitOptions } from "@vaekit/train";
import { describe, expect, it } from "vitest";
import { flat } from "./jobs.ts";
import {
  goOn,
  newestCheckpoint,
  numbers,
  place,
  stepsPerEpoch,
  stopAfter,
  train,
} from "./run-directories.ts";

describe("a run with schedules", () => {
  it("reports the learning rate and the KL's weight that each epoch ended with", async () => {
    const { metrics } = await train(place(), {
      learningRate: 0.01,
      rate: { kind: "step", every: 1, factor: 0.5 },
      warmup: 2,
      clip: 0.1,
    });
    expect(metrics.map(({ learningRate }) => learningRate)).toEqual([0.01, 0.005, 0.0025]);
    expect(metrics.map(({ beta }) => beta)).toEqual([0.5, 1, 1]);
    for (const { terms } of metrics) expect(terms.gradient_norm).toBeGreaterThan(0.1);
  });

  it("does not move a weight further than clipped gradients let it", async () => {
    const options = { epochs: 1, optimizer: "sgd", learningRate: 1, beta: 1 } as const satisfies FitOptions;
    const [still, clipped] = [
      await train(place(), { ...options, learningRate: 1e-30 }),
      await train(place(), { ...options, clip: 1e-3 }),
    ];
    const [from, to] = [flat(still.vae.readWeights()), flat(clipped.vae.readWeights())];
    const moved = Math.hypot(...to.map((value, i) => value - from[i]!));
    expect(moved).toBeGreaterThan(0);
    expect(moved).toBeLessThan(1e-3 * stepsPerEpoch * 1.001);
  });

  it.each([
    [stepsPerEpoch + 2, { rate: { kind: "plateau", patience: 1, threshold: 1e3 }, ema: 0.9 }],
    [2 * stepsPerEpoch, { rate: { kind: "cosine", warmupEpochs: 0.5 }, optimizer: "adamw", clip: 0.5 }],
    [
      4,
      {
        beta: 30,
        capacity: { nats: 3, epochs: 2 },
        optimizer: { kind: "sgd", momentum: 0.9, nesterov: true },
      },
    ],
    [
      12,
      {
        warmup: { kind: "cyclical", cycles: 2 },
        freeBits: 0.2,
        optimizer: { kind: "rmsprop", momentum: 0.5 },
      },
    ],
  ] as [number, FitOptions][])(
    "stopped after update %d and resumed is bit for bit one that was not: %j",
    async (stop, options) => {
      const [whole, broken] = [place(), place()];
      const expected = await train(whole, { learningRate: 1e-3, ...options });
      await train(broken, { learningRate: 1e-3, ...options, ...stopAfter(stop) });
      const resumed = await goOn(broken);
      expect(flat(resumed.vae.readWeights())).toEqual(flat(expected.vae.readWeights()));
      expect(newestCheckpoint(broken)).toEqual(newestCheckpoint(whole));
      expect(numbers(resumed.metrics)).toEqual(numbers(expected.metrics));
    },
  );

  it.each([
    [{ warmup: 100 }, /^warmup: it takes 100 epochs, but the run has 3/],
    [
      { rate: { kind: "plateau", patience: 1 }, validation: 0 },
      /^learning rate plateau: .* no examples are kept back/,
    ],
    [{ capacity: { nats: 2, epochs: 1 }, objective: "ae" }, /^objective ae: capacity means nothing to it/],
    [{ patience: 3 }, /^early stopping: with patience 3/],
  ] as [FitOptions, RegExp][])("is refused before it writes anything: %j", async (options, message) => {
    const out = place();
    await expect(train(out, options)).rejects.toThrow(message);
    expect(existsSync(out)).toBe(false);
  });
});
