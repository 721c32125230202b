import { UsageError } from "@vaekit/infer";
import { createJob, type Engine, images, mlp, Vae } from "@vaekit/train";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { runTraining, startProgress, type Training } from "../../packages/train/src/loop.ts";
import { klSchedule } from "../../packages/train/src/schedule/kl.ts";
import { klConfigOf } from "../../packages/train/src/schedule/kl-config.ts";
import { splitIndices } from "../../packages/train/src/split.ts";

describe("splitIndices", () => {
  const counts = fc.integer({ min: 1, max: 500 });
  const shares = fc.oneof(fc.double({ min: 0, max: 0.99, noNaN: true }), fc.nat({ max: 400 }));

  it("gives each index to training or to validation, and to one of them only", () => {
    fc.assert(
      fc.property(counts, shares, fc.maxSafeNat(), (count, validation, seed) => {
        fc.pre(validation < count);
        const split = splitIndices(count, validation, seed);
        const back = validation < 1 ? Math.floor(validation * count) : validation;
        expect(split.validation.length).toBe(back);
        const all = [...split.train, ...split.validation].sort((a, b) => a - b);
        expect(all).toEqual(Array.from({ length: count }, (_, i) => i));
      }),
      { seed: 1 },
    );
  });

  it("is decided by the seed", () => {
    expect(splitIndices(100, 0.3, 5)).toEqual(splitIndices(100, 0.3, 5));
    expect(splitIndices(100, 0.3, 6).validation).not.toEqual(splitIndices(100, 0.3, 5).validation);
  });

  it("refuses to keep back everything", () => {
    expect(() => splitIndices(10, 10, 0)).toThrow(UsageError);
    expect(() => splitIndices(10, 11, 0)).toThrow(
      "validation keeps back 11 of 10 examples; none is left to train on",
    );
  });
});

describe("training", () => {
  it("feeds each training example once an epoch, in another order, and never one that is kept back", async () => {
    // The first pixel of picture n is n, so that a batch tells which pictures are in it.
    const [count, rows, epochs] = [60, 8, 3];
    const values = Uint8Array.from({ length: count * 2 }, (_, i) => (i % 2 === 0 ? i / 2 : 0));
    const data = images({ name: "numbered", shape: [1, 2, 1], values });
    const { train, validation } = splitIndices(count, 0.2, 3);
    const seen: number[][] = [];
    const evaluated: number[] = [];
    const idle: Engine = {
      name: "cpu",
      step: async ({ x }) => {
        seen.push(Array.from({ length: rows }, (_, i) => x[2 * i]!));
        return { loss: 0, reconstruction: 0, kl: 0 };
      },
      evaluate: async ({ rows: size, x }) => {
        for (let i = 0; i < size; i++) evaluated.push(x[2 * i]!);
        const zeros = () => new Float32Array(size);
        return { logPx: zeros(), kl: zeros(), mu: zeros(), logvar: zeros() };
      },
      readState: async () => ({}),
      writeState: async () => {},
      dispose: async () => {},
    };
    const vae = new Vae(mlp({ shape: data.shape, latent: 1, hidden: [2] }), data);
    const config = {
      model: vae.config,
      objective: { kind: "elbo" },
      optimizer: { kind: "sgd", momentum: 0, nesterov: false },
      learningRate: 1,
      ema: null,
      batch: rows,
      epochs,
      seed: 3,
      kl: klConfigOf({}),
      patience: null,
      binarize: "none",
    } as Training["config"];
    const sizes = { epochs, batchesPerEpoch: 1, latent: 1, factorised: true };
    const kl = klSchedule(config.kl, sizes);
    await runTraining({
      config,
      vae,
      job: createJob(vae, { rows }),
      schedules: { rate: { at: () => 1 }, kl },
      engine: idle,
      data,
      train,
      validation: { data, indices: validation },
      directory: null,
      progress: startProgress(),
      metrics: [],
      best: null,
      emit: () => {},
    });
    vae.dispose();
    const perEpoch = Math.floor(train.length / rows);
    expect(seen.length).toBe(perEpoch * epochs);
    const orders = Array.from({ length: epochs }, (_, i) =>
      seen.slice(i * perEpoch, (i + 1) * perEpoch).flat(),
    );
    for (const order of orders) {
      expect(new Set(order).size).toBe(perEpoch * rows);
      for (const index of order) expect([...train]).toContain(index);
    }
    expect(orders[1]).not.toEqual(orders[0]);
    expect(evaluated).toEqual(Array.from({ length: epochs }, () => [...validation]).flat());
    expect(seen.flat().filter((index) => validation.includes(index))).toEqual([]);
  });
});
