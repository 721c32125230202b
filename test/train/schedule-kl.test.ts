import { UsageError } from "@vaekit/infer";
import { describe, expect, it } from "vitest";
import { type KlRun, klSchedule } from "../../packages/train/src/schedule/kl.ts";
import {
  checkKlControls,
  type KlOptions,
  klConfigOf,
  klSchema,
} from "../../packages/train/src/schedule/kl-config.ts";

const run: KlRun = { epochs: 4, batchesPerEpoch: 5, latent: 6, factorised: true };
const scheduleOf = (options: KlOptions, sizes: Partial<KlRun> = {}) =>
  klSchedule(klConfigOf(options), { ...run, ...sizes });

const atSteps = (steps: number, options: KlOptions, sizes: Partial<KlRun> = {}) => {
  const { at } = scheduleOf(options, sizes);
  return Array.from({ length: steps }, (_, i) => at(i + 1));
};
const betas = (...args: Parameters<typeof atSteps>) => atSteps(...args).map(({ beta }) => beta);

describe("the KL's weight", () => {
  it("is constant without a warm-up", () => {
    expect(atSteps(2, { beta: 4 })).toEqual([
      { beta: 4, capacity: 0 },
      { beta: 4, capacity: 0 },
    ]);
    expect(klConfigOf({})).toEqual({ beta: 1, warmup: null, capacity: null, freeBits: null, unit: "step" });
  });

  it("rises in equal steps, and has reached beta with the warm-up's last", () => {
    const rising = betas(20, { beta: 2, warmup: { kind: "linear", epochs: 2 } });
    expect(rising.slice(0, 10)).toBeAllClose(
      Array.from({ length: 10 }, (_, i) => (2 * (i + 1)) / 10),
      { rtol: 1e-15 },
    );
    expect(rising.slice(9)).toEqual(Array(11).fill(2));
  });

  // beta = min(epoch / warmup, 1), epochs counted from 1: utils/training.py of the Exemplar VAE, and of the VampPrior's.
  it("rises from epoch to epoch as in the Exemplar VAE's protocol", () => {
    const sizes = { epochs: 120, batchesPerEpoch: 3 };
    const rising = betas(360, { warmup: { kind: "linear", epochs: 100 }, unit: "epoch" }, sizes);
    const expected = Array.from({ length: 360 }, (_, i) => Math.min((1 + Math.floor(i / 3)) / 100, 1));
    expect(rising).toEqual(expected);
  });

  it("may begin above its target", () => {
    expect(betas(6, { beta: 1, warmup: { kind: "linear", epochs: 1, from: 11 } })).toEqual([
      9, 7, 5, 3, 1, 1,
    ]);
  });

  // Values of frange_cycle_linear(n_iter, stop=, n_cycle=, ratio=) in the README of github.com/haofuml/cyclical_annealing,
  // the paper's code: (16, n_cycle=2), (20, n_cycle=2, ratio=0.8) and (15, stop=4, n_cycle=3, ratio=0.4).
  it.each([
    [16, { cycles: 2 }, 1, [0, 0.25, 0.5, 0.75, 1, 1, 1, 1]],
    [20, { cycles: 2, ratio: 0.8 }, 1, [0, 0.125, 0.25, 0.375, 0.5, 0.625, 0.75, 0.875, 1, 1]],
    [15, { cycles: 3, ratio: 0.4 }, 4, [0, 2, 4, 4, 4]],
  ])("in cycles over %d increments with %j is that of Fu et al.", (total, settings, beta, cycle) => {
    const options: KlOptions = { beta, warmup: { kind: "cyclical", ...settings } };
    const expected = Array.from({ length: total }, (_, i) => cycle[i % cycle.length]!);
    expect(betas(total, options, { epochs: 1, batchesPerEpoch: total })).toBeAllClose(expected, {
      rtol: 1e-15,
    });
    const byEpoch = betas(2 * total, { ...options, unit: "epoch" }, { epochs: total, batchesPerEpoch: 2 });
    expect(byEpoch).toBeAllClose(
      expected.flatMap((value) => [value, value]),
      { rtol: 1e-15 },
    );
  });

  it("stays at beta after the last cycle, and reaches 0 and beta in each, at lengths that are no whole steps", () => {
    const warmup = { kind: "cyclical", epochs: 3, cycles: 4 } as const;
    const rising = betas(20, { warmup });
    expect(rising.slice(15)).toEqual(Array(5).fill(1));
    const length = 15 / 4;
    for (let cycle = 0; cycle < 4; cycle++) {
      const inside = rising.slice(Math.ceil(cycle * length), Math.ceil((cycle + 1) * length));
      expect(Math.max(...inside)).toBe(1);
      expect(Math.min(...inside)).toBeLessThan(0.5);
    }
  });
});

describe("the capacity", () => {
  it("rises in equal steps to its nats, while beta stays", () => {
    const values = atSteps(20, { beta: 100, capacity: { nats: 25, epochs: 2 } });
    const expected = Array.from({ length: 20 }, (_, i) => Math.min((25 * (i + 1)) / 10, 25));
    expect(values.map(({ capacity }) => capacity)).toEqual(expected);
    expect(values.every(({ beta }) => beta === 100)).toBe(true);
    expect(scheduleOf({ beta: 100, capacity: { nats: 25, epochs: 2 } }).control).toEqual({
      capacity: true,
      freeBits: null,
    });
  });

  it("is there from the start with 0 epochs", () => {
    expect(atSteps(1, { capacity: { nats: 5, epochs: 0 } })).toEqual([{ beta: 1, capacity: 5 }]);
  });
});

describe("free bits", () => {
  const controlOf = (freeBits: KlOptions["freeBits"], sizes: Partial<KlRun> = {}) =>
    scheduleOf({ freeBits }, sizes).control.freeBits;

  it("are for each dimension, for groups, or for all together", () => {
    expect(controlOf({ nats: 0.5 })).toEqual({ nats: 0.5, group: 1 });
    expect(controlOf({ nats: 0.5, group: 3 })).toEqual({ nats: 0.5, group: 3 });
    expect(controlOf({ nats: 0.5, group: "all" })).toEqual({ nats: 0.5, group: 6 });
  });

  it("are for all together where the KL has one column", () => {
    expect(controlOf({ nats: 2, group: "all" }, { factorised: false })).toEqual({ nats: 2, group: 1 });
    expect(controlOf({ nats: 2, group: 6 }, { factorised: false })).toEqual({ nats: 2, group: 1 });
  });

  it("go with a warm-up", () => {
    expect(betas(1, { freeBits: { nats: 2 }, warmup: { kind: "linear", epochs: 1 } })).toEqual([0.2]);
  });
});

describe("the epoch from which all stays", () => {
  it.each([
    [{}, 1],
    [{ warmup: { kind: "linear", epochs: 2 } }, 3],
    [{ warmup: { kind: "linear", epochs: 2 }, unit: "epoch" }, 2],
    [{ warmup: { kind: "linear", epochs: 0.4 } }, 2],
    [{ capacity: { nats: 3, epochs: 2 } }, 3],
    [{ capacity: { nats: 3, epochs: 0 } }, 1],
    [{ warmup: { kind: "cyclical", cycles: 2 } }, 4],
    [{ warmup: { kind: "cyclical", cycles: 1, epochs: 2 }, unit: "epoch" }, 2],
  ] as [KlOptions, number][])("with %j is %d", (options, epoch) => {
    expect(scheduleOf(options).settled).toBe(epoch);
    const values = atSteps(20, options).map((value) => JSON.stringify(value));
    expect(new Set(values.slice((epoch - 1) * 5)).size).toBe(1);
    if (epoch > 1) expect(new Set(values.slice((epoch - 2) * 5)).size).toBeGreaterThan(1);
  });
});

describe("refused before training", () => {
  it.each([
    [
      { warmup: { kind: "linear", epochs: 100 } },
      {},
      /^warmup: it takes 100 epochs, but the run has 4 and would get through 4 % of it\. Make it 4 epochs or fewer, or train for 100 or more\.$/,
    ],
    [
      { warmup: { kind: "cyclical", epochs: 8 } },
      {},
      /^warmup: it takes 8 epochs, but the run has 4 .* 50 %/,
    ],
    [{ warmup: { kind: "linear", epochs: 5 } }, {}, /^warmup: it takes 5 epochs, but the run has 4/],
    [
      { warmup: { kind: "cyclical", ratio: 0.9 } },
      {},
      /^warmup: 4 cycles in 20 steps are 5 steps each; with ratio 0.9/,
    ],
    [{ capacity: { nats: 25, epochs: 10 } }, {}, /^capacity: it takes 10 epochs, but the run has 4 .* 40 %/],
    [{ warmup: { kind: "cyclical", cycles: 50 } }, {}, /^warmup: 50 cycles in 20 steps are 0.4 steps each/],
    [
      { warmup: { kind: "cyclical", cycles: 4 }, unit: "epoch" },
      {},
      /^warmup: 4 cycles in 4 epochs are 1 epochs/,
    ],
    [{ warmup: { kind: "linear", epochs: 0.1 } }, {}, /^warmup: 0.1 epochs are 0.5 steps, so it is over/],
    [
      { warmup: { kind: "linear", epochs: 1 }, unit: "epoch" },
      {},
      /^warmup: 1 epochs are 1 epochs, .* unit "step"\.$/,
    ],
    [{ freeBits: { nats: 1, group: 4 } }, {}, /^freeBits: groups of 4 do not divide 6 latent dimensions/],
    [
      { freeBits: { nats: 1, group: 2 } },
      { factorised: false },
      /^freeBits: this prior's KL .* groups of 2\. Use group "all"\.$/,
    ],
    [{ freeBits: { nats: 1 } }, { factorised: false }, /there are no groups of 1\. Use group "all"\.$/],
    [
      { capacity: { nats: 25, epochs: 1 }, freeBits: { nats: 0.5 } },
      {},
      /^capacity 25 draws .* freeBits 0.5 leaves/,
    ],
    [
      { capacity: { nats: 25, epochs: 1 }, warmup: { kind: "linear", epochs: 1 } },
      {},
      /^capacity 25 is itself a schedule .* a linear warmup would/,
    ],
    [
      { beta: 0, warmup: { kind: "cyclical" } },
      {},
      /^a cyclical warmup needs a beta above 0 to lead to, got beta 0\.$/,
    ],
    [
      { beta: 0, freeBits: { nats: 1 } },
      {},
      /^with beta 0 the KL is not in the loss: freeBits means nothing then\.$/,
    ],
    [
      { warmup: { kind: "linear", epochs: 1, from: 1 } },
      {},
      /^the linear warmup begins at 1, which beta is already/,
    ],
    [{ beta: -1 }, {}, /^beta: must be at least 0, got -1$/],
    [
      { warmup: { kind: "sigmoid", epochs: 1 } as never },
      {},
      /^warmup\.kind: no known warmup, got "sigmoid"$/,
    ],
    [{ warmup: { kind: "linear" } as never }, {}, /^warmup\.epochs: .*got undefined$/],
    [
      { freeBits: { nats: 1, group: "some" as never } },
      {},
      /^freeBits\.group: a positive integer or "all", got "some"$/,
    ],
    [{ capacity: { nats: 1, epochs: 1, gamma: 2 } as never }, {}, /^capacity: .*gamma/],
  ] as [KlOptions, Partial<KlRun>, RegExp][])("%j with %j", (options, sizes, message) => {
    expect(() => scheduleOf(options, sizes)).toThrow(UsageError);
    expect(() => scheduleOf(options, sizes)).toThrow(message);
  });

  it("what means nothing to the objective, all of it in one message", () => {
    const none = { beta: false, capacity: false, freeBits: false };
    const warm = klConfigOf({ beta: 2, warmup: { kind: "linear", epochs: 1 }, freeBits: { nats: 1 } });
    expect(() => checkKlControls(warm, "ae", none)).toThrow(
      "objective ae: beta 2 and warmup and freeBits mean nothing to it. Leave that out.",
    );
    expect(() => checkKlControls(klConfigOf({}), "ae", none)).not.toThrow();
    expect(() => checkKlControls(warm, "iwae", { ...none, beta: true })).toThrow(
      "iwae: freeBits means nothing",
    );
  });
});

it("the configuration in a file is its own schema's", () => {
  const config = klConfigOf({ warmup: { kind: "cyclical" }, freeBits: { nats: 1 } });
  expect(klSchema.parse(JSON.parse(JSON.stringify(config)))).toEqual(config);
});
