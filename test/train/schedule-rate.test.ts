import { UsageError } from "@vaekit/infer";
import { describe, expect, it } from "vitest";
import {
  createRate,
  type RateConfig,
  rateSchema,
  rates,
} from "../../packages/train/src/schedule/rate/index.ts";
import type { RateRun } from "../../packages/train/src/schedule/rate/types.ts";
import learning from "../oracles/learning.json" with { type: "json" };

const { losses, ...oracle } = learning.rates;
const run: RateRun = { learningRate: 0.4, epochs: 3, batchesPerEpoch: 4, validation: true, settled: 1 };

const rateOf = (config: Partial<RateConfig>, sizes: Partial<RateRun> = {}) =>
  createRate(rateSchema.parse(config), { ...run, ...sizes });

/** The rate of each of so many steps. */
const atSteps = (rate: ReturnType<typeof rateOf>, steps: number) =>
  Array.from({ length: steps }, (_, i) => rate.at(i + 1, []));

describe("learning rates are those of torch.optim.lr_scheduler", () => {
  it("cosine: CosineAnnealingLR, step by step over the run", () => {
    expect(atSteps(rateOf({ kind: "cosine", minimum: 0.05 }), 12)).toBeAllClose(oracle.cosine, {
      rtol: 1e-11,
    });
  });

  it("cosine with a warm-up: LinearLR before CosineAnnealingLR", () => {
    const rate = rateOf({ kind: "cosine", warmupEpochs: 1 });
    expect(atSteps(rate, 12)).toBeAllClose(oracle.warmup, { rtol: 1e-10 });
  });

  it("step: StepLR and MultiStepLR, epoch by epoch", () => {
    const sizes = { epochs: 7, batchesPerEpoch: 3 };
    const perEpoch = (rates: readonly number[]) => rates.flatMap((value) => [value, value, value]);
    const every = rateOf({ kind: "step", every: 2, factor: 0.3 }, sizes);
    expect(atSteps(every, 21)).toBeAllClose(perEpoch(oracle.step), { rtol: 1e-11 });
    const milestones = rateOf({ kind: "step", milestones: [1, 4, 5], factor: 0.5 }, sizes);
    expect(atSteps(milestones, 21)).toBeAllClose(perEpoch(oracle.milestones), { rtol: 1e-11 });
  });

  // PyTorch's patience 1 lets one epoch pass; ours is the number after which the rate falls.
  it.each([
    ["plateau", { factor: 0.5, patience: 2, threshold: 0.6 }],
    ["cooldown", { factor: 0.5, patience: 2, threshold: 0, cooldown: 2, minimum: 0.03 }],
  ] as const)("plateau: ReduceLROnPlateau (%s), from the losses alone", (name, settings) => {
    const rate = rateOf({ kind: "plateau", ...settings }, { epochs: losses.length });
    const perEpoch = losses.map((_, epoch) => rate.at(1, losses.slice(0, epoch)));
    expect(new Set(perEpoch).size).toBeGreaterThan(4);
    expect(perEpoch).toBeAllClose(oracle[name], { rtol: 1e-11 });
    // Epochs before the KL's schedule has settled, be they ever so good, are as if they had not been.
    const late = rateOf({ kind: "plateau", ...settings }, { epochs: losses.length + 3, settled: 4 });
    const all = [1, 3, 2, ...losses];
    const after = all.map((_, epoch) => late.at(1, all.slice(0, epoch)));
    expect(after.slice(0, 3)).toEqual([0.4, 0.4, 0.4]);
    expect(after.slice(3)).toBeAllClose(oracle[name], { rtol: 1e-11 });
  });
});

describe("a learning rate", () => {
  it("that is constant stays", () => {
    expect(atSteps(rateOf({ kind: "constant" }), 3)).toEqual([0.4, 0.4, 0.4]);
  });

  it("stays at the cosine's minimum where that comes before the run's end", () => {
    const rates = atSteps(rateOf({ kind: "cosine", epochs: 1.5, minimum: 0.1 }), 12);
    expect(rates[5]).toBeGreaterThan(0.1);
    expect(rates.slice(6)).toEqual(Array(6).fill(0.1));
  });

  it("has a default for every setting, each of which acts in a run of ten epochs", () => {
    for (const kind of Object.keys(rates) as RateConfig["kind"][]) {
      const rate = rateOf({ kind }, { epochs: 10 });
      const last = rate.at(40, Array(9).fill(80));
      expect(last, kind).toSatisfy((value) =>
        kind === "constant" ? value === 0.4 : value > 0 && value < 0.4,
      );
    }
  });

  it.each([
    [{ kind: "cosine", epochs: 5 }, {}, /^learning rate cosine: .* after 5 epochs, but the run has 3\. /],
    [{ kind: "cosine", minimum: 0.4 }, {}, /^learning rate cosine: its minimum 0.4 is not below .* 0.4\.$/],
    [{ kind: "cosine", warmupEpochs: 3 }, {}, /^learning rate cosine: the warm-up takes 3 of its 3 epochs/],
    [{ kind: "cosine", warmupEpochs: 0.1 }, {}, /0.1 epochs is less than one step; an epoch has 4\.$/],
    [
      { kind: "step", every: 3 },
      {},
      /^learning rate step: it would change after epoch 3, but the run has 3\. /,
    ],
    [{ kind: "step", milestones: [1, 3, 9] }, {}, /after epoch 3, 9, but the run has 3\. /],
    [{ kind: "step" }, { epochs: 1 }, /after epoch 1, but the run has 1\. /],
    [
      { kind: "plateau" },
      { epochs: 6 },
      /^learning rate plateau: with patience 5, .* after epoch 6 .* has 6\. /,
    ],
    [
      { kind: "plateau", patience: 1 },
      { epochs: 5, settled: 4 },
      /^learning rate plateau: with patience 1, counted from epoch 4 on, .* after epoch 5 .* has 5\. /,
    ],
    [{ kind: "plateau" }, { validation: false }, /^learning rate plateau: .* no examples are kept back/],
  ] as [Partial<RateConfig>, Partial<RateRun>, RegExp][])(
    "%j in a run with %j is refused before it begins",
    (config, sizes, message) => {
      expect(() => rateOf(config, sizes)).toThrow(UsageError);
      expect(() => rateOf(config, sizes)).toThrow(message);
    },
  );

  it("may change in the last epoch", () => {
    expect(rateOf({ kind: "step", every: 2 }).at(9, [])).toBeCloseTo(0.04, 12);
    expect(rateOf({ kind: "plateau", patience: 1 }).at(9, [80, 81])).toBeCloseTo(0.04, 12);
  });

  it.each([
    { kind: "step", milestones: [4, 2] },
    { kind: "step", milestones: [2], every: 2 },
    { kind: "step", factor: 1 },
    { kind: "plateau", patience: 0 },
    { kind: "cosine", epochs: 0 },
    { kind: "constant", factor: 1 },
    { kind: "linear" },
  ])("has no configuration %j", (config) => {
    expect(rateSchema.safeParse(config).success).toBe(false);
  });
});
