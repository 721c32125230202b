import { describe, expect, it } from "vitest";
import { freeBitsAdvice, startAdvice, warmupAdvice } from "../../packages/train/src/diagnosis/advice.ts";
import { conditionUnused } from "../../packages/train/src/diagnosis/checks/condition.ts";
import { overfits, readHistory, stillFalling } from "../../packages/train/src/diagnosis/history.ts";
import { settingsSchema } from "../../packages/train/src/diagnosis/settings.ts";

const settings = (objective: object, { prior = "standard-normal", kl = {} } = {}) =>
  settingsSchema.parse({ objective, model: { kind: "mlp", latent: 8, prior: { kind: prior } }, kl });

const warmup = "with a --kl-warmup over the first third of the epochs";

describe("advice against a KL that won", () => {
  it.each<[string, object, Parameters<typeof settings>[1], string | null, string | null]>([
    ["elbo", { kind: "elbo" }, {}, warmup, "with --free-bits 0.5"],
    ["a mixture", { kind: "elbo" }, { prior: "mixture" }, warmup, "with --free-bits 4:group=all"],
    ["vamp", { kind: "elbo" }, { prior: "vamp" }, warmup, "with --free-bits 4:group=all"],
    ["iwae", { kind: "iwae" }, {}, warmup, null],
    ["beta-tc", { kind: "beta-tc" }, {}, warmup, null],
    ["vq", { kind: "vq" }, { prior: "codebook" }, null, null],
    ["ae", { kind: "ae" }, {}, null, null],
    ["a capacity", { kind: "elbo" }, { kl: { capacity: { nats: 5, epochs: 1 } } }, null, null],
    ["beta 0", { kind: "elbo" }, { kl: { beta: 0 } }, null, null],
  ])("is what the run's options admit: %s", (_, objective, more, byWarmup, byFreeBits) => {
    const given = settings(objective, more);
    expect(warmupAdvice(given)).toBe(byWarmup);
    expect(freeBitsAdvice(given)).toBe(byFreeBits);
    if (!byWarmup) expect(startAdvice(given)).toBe("train with another --seed, or with a lower --lr");
  });

  it("is a longer warm-up where there was one", () => {
    const kl = { warmup: { kind: "linear", epochs: 2, from: 0 } };
    expect(startAdvice(settings({ kind: "iwae" }, { kl }))).toBe("train with a longer --kl-warmup");
  });
});

describe("a history", () => {
  const of = (validation: number[], train = validation, constant: number | null = null) => {
    const lines = validation.map((loss, i) => ({
      train: { elbo: -train[i]!, reconstruction: train[i]!, kl: 0 },
      validation: { elbo: -loss, reconstruction: loss, kl: 0, examples: 9 },
    }));
    return readHistory(lines as never, () => 0, { least: 2, constant })!;
  };

  it("still falls where the last third is much of what was learned beyond the best constant", () => {
    const steep = [543, 300, 230, 212, 207, 205, 203, 201, 199, 197];
    expect(of(steep, steep, null)).toMatchObject({ lateNats: 6, lateBeyond: 6 / 346 });
    expect(of(steep, steep, -207)).toMatchObject({ lateNats: 6, lateBeyond: 0.6 });
    expect(stillFalling(of(steep))).toBe(false);
    expect(stillFalling(of(steep, steep, -207))).toBe(true);
    expect(stillFalling(of([543, 300, 230]))).toBe(true);
    expect(stillFalling(of([543, 300, 110, 100, 100, 100], undefined, -207))).toBe(false);
  });

  it("overfits where validation rises and training falls", () => {
    const validation = [500, 300, 250, 300, 400, 480];
    expect(overfits(of(validation, [500, 300, 250, 200, 150, 100]))).toBe(true);
    expect(overfits(of(validation))).toBe(false);
  });
});

describe("a condition", () => {
  it("is told to be of no use where another example's costs nothing", () => {
    const of = (conditionSensitivity: object | null) =>
      conditionUnused(
        { measured: { conditionSensitivity, explained: 0.5 }, about: "9 examples" } as never,
        [],
      );
    expect(of({ value: 0.01, low: -0.03, high: 0.05 })).toMatchObject({
      id: "condition-unused",
      severity: "warning",
      finding: expect.stringContaining("loses nothing measurable (0.01 nats)"),
    });
    expect(of({ value: 5, low: 4, high: 6 })).toBeNull();
    expect(of(null)).toBeNull();
  });
});
