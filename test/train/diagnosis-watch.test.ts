import {
  type EpochMetrics,
  type FitOptions,
  fit,
  type LatentStatistics,
  type RunConfig,
} from "@vaekit/train";
import { describe, expect, it } from "vitest";
import { thresholds } from "../../packages/train/src/diagnosis/thresholds.ts";
import { watchRun } from "../../packages/train/src/diagnosis/watch.ts";
import { small, striped } from "./diagnosis-support.ts";

interface Settings {
  beta?: number;
  warmup?: object | null;
  settled?: number;
  batchesPerEpoch?: number;
  objective?: string;
  learningRate?: number;
  patience?: number | null;
  epochs?: number;
  model?: object;
  directory?: string;
}

/** The epoch of each thing said, and the thing. */
function told(
  epochs: { kl: number; reconstruction?: number; std?: number[]; perplexity?: number }[],
  options: Settings = {},
) {
  const {
    beta = 1,
    warmup = null,
    settled = 1,
    batchesPerEpoch = 500,
    objective = "elbo",
    directory = null,
  } = options;
  const config = {
    model: { kind: "mlp", latent: 2, condition: null, likelihood: { kind: "bernoulli" }, ...options.model },
    objective: { kind: objective },
    optimizer: { kind: "adam" },
    learningRate: options.learningRate ?? 1e-3,
    kl: { beta, warmup },
    patience: options.patience ?? null,
    epochs: options.epochs ?? 1000,
  } as RunConfig;
  const watch = watchRun({ config, settled, batchesPerEpoch, directory });
  const metrics: EpochMetrics[] = [];
  return epochs.flatMap(({ kl, reconstruction = 50, std = [1, 1], perplexity }, i) => {
    const line = { elbo: -reconstruction - kl, reconstruction, kl };
    metrics.push({
      epoch: i + 1,
      step: (i + 1) * batchesPerEpoch,
      loss: reconstruction + beta * kl,
      train: line,
      terms: perplexity === undefined ? {} : { perplexity },
      validation: { ...line, examples: 10 },
      learningRate: 1e-3,
      beta,
      capacity: null,
      examplesPerSecond: 1,
      seconds: 1,
    });
    const statistics: LatentStatistics = { examples: 10, mean: [0, 0], std, kl: [kl / 2, kl / 2] };
    return watch(metrics, statistics).map((message) => [i + 1, message] as const);
  });
}

const collapsed = Array.from({ length: 12 }, () => ({ kl: 0.01, std: [0.01, 0.02] }));

describe("the watch in training", () => {
  it("tells of a collapse once, with the epoch", () => {
    const said = told(collapsed, { directory: "runs/a" });
    expect(said).toHaveLength(1);
    expect(said[0]![0]).toBe(2);
    expect(said[0]![1]).toMatch(/^Posterior collapse: in epoch 2 the KL is 0\.01 nats and all 2 latent/);
    expect(said[0]![1]).toMatch(/--kl-warmup.*`vaekit diagnose runs\/a` looks closer\.$/);
  });

  it.each<[string, Settings, RegExp]>([
    ["beta", { beta: 20 }, /beta 20 is the likely cause: train with --beta 1 or with a --kl-warmup/],
    [
      "a learning rate",
      { learningRate: 0.1 },
      /learning rate 0\.1 is the likely cause: train with --lr 0\.001/,
    ],
    [
      "a fixed sigma",
      { model: { likelihood: { kind: "gaussian", sigma: 1, floor: 0.002 } } },
      /fixed scale 1, .* is the likely cause/,
    ],
    ["a condition", { model: { condition: { kind: "labels", classes: 3 } } }, /Where c says all of x/],
    ["nothing else", { warmup: { kind: "linear", epochs: 1, from: 0 } }, /train with a longer --kl-warmup/],
  ])("blames %s", (_, options, cause) => {
    expect(told(collapsed, options)[0]![1]).toMatch(cause);
  });

  it("waits for the KL's warm-up, and for as many updates as healthy networks take", () => {
    const first = (options: Settings) => told(collapsed, options)[0]?.[0] ?? null;
    expect(first({ settled: 6 })).toBe(7);
    expect(first({ batchesPerEpoch: 100 })).toBe(5);
    expect(first({ batchesPerEpoch: 100, settled: 4 })).toBe(8);
    expect(first({ batchesPerEpoch: 500, learningRate: 1e-4 })).toBe(10);
    expect(first({ batchesPerEpoch: 10 })).toBeNull();
    expect(thresholds.watchUpdates).toBe(500);
  });

  it("tells of a KL of nothing at the end of a run that is too short for the other signs", () => {
    const short = { batchesPerEpoch: 5, epochs: 4, directory: "runs/a" };
    const end = (options: Settings) => told(collapsed.slice(0, 4), { ...short, ...options });
    expect(end({ beta: 200 })).toEqual([
      [4, expect.stringMatching(/^At the end of training the KL is 0\.01 nats: .* beta 200 .*runs\/a/)],
    ]);
    expect(end({})).toEqual([[4, expect.stringMatching(/20 updates are few: train with more --epochs/)]]);
    expect(end({ settled: 5 })).toEqual([]);
    expect(end({ objective: "ae" })).toEqual([]);
    expect(told(collapsed, { epochs: 12 })).toHaveLength(1);
    expect(told(Array(4).fill({ kl: 3 }), short)).toEqual([]);
  });

  it("says nothing of a KL that was small for one epoch, or of a dimension that stays active", () => {
    const kls = [5, 4, 0.01, 4, 4, 0.05, 4];
    expect(told(kls.map((kl) => ({ kl, reconstruction: 60 - kl })))).toEqual([]);
    expect(told(collapsed.map(() => ({ kl: 0.3, std: [0.01, 0.5] })))).toEqual([]);
    expect(told(collapsed.map(() => ({ kl: 0.3, std: [0.01, 0.02] })))).toHaveLength(1);
  });

  it("tells of a loss that leaves its best behind, unless the run has a patience", () => {
    const losses = [90, 60, 50, 45, 46, 58, 70, 80, 90].map((reconstruction) => ({ kl: 5, reconstruction }));
    const said = told(losses);
    expect(said).toHaveLength(1);
    expect(said[0]).toEqual([
      6,
      expect.stringMatching(/^The validation loss, 63 nats, is 13 above its best, of epoch 4/),
    ]);
    expect(told(losses, { patience: 3 })).toEqual([]);
    expect(
      told([90, 60, 50, 45, 47, 46, 44, 46, 45].map((reconstruction) => ({ kl: 5, reconstruction }))),
    ).toEqual([]);
  });

  it("knows what other objectives have", () => {
    const constant = collapsed.map((line) => ({ ...line, perplexity: 1.01 }));
    expect(told(constant, { objective: "vq" })).toEqual([[2, expect.stringMatching(/^Codebook collapse/)]]);
    expect(
      told(
        collapsed.map((line) => ({ ...line, perplexity: 9 })),
        { objective: "vq" },
      ),
    ).toEqual([]);
    expect(told(constant, { objective: "ae" })).toEqual([]);
    expect(told(collapsed, { beta: 0 })).toEqual([]);
  });

  it("speaks through fit's events, after the epoch's own", async () => {
    const run = async (options: FitOptions) => {
      const said: string[] = [];
      const model = small(striped, { latent: 4 });
      const { vae } = await fit(model, striped.train, {
        epochs: 20,
        batch: 16,
        ...options,
        onEvent(event) {
          if (event.type === "epoch") said.push(`epoch ${event.metrics.epoch}`);
          if (event.type === "warning" && event.message.startsWith("Posterior collapse"))
            said.push(event.message);
        },
      });
      vae.dispose();
      return said.flatMap((line, i) => (line.startsWith("Posterior") ? [[said[i - 1], line]] : []));
    };
    // 28 updates an epoch: 18 epochs are the first with 500.
    expect(await run({ beta: 50 })).toEqual([
      ["epoch 18", expect.stringContaining("beta 50 is the likely cause")],
    ]);
    expect(await run({ beta: 50, warmup: 15 })).toEqual([]);
    expect(await run({})).toEqual([]);
  });
});
