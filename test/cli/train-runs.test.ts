import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { vaekitHere } from "./in-process.js";

let folder: string;
const at = (...parts: string[]) => join(folder, ...parts);
const configOf = (run: string) => JSON.parse(readFileSync(at(run, "config.json"), "utf8"));

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "vaekit-cli-"));
  copyFileSync(join(import.meta.dirname, "../train/custom-models/one-layer.mjs"), at("one-layer.mjs"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Train on a little. Gives what went to standard error, and the result. */
async function train(typed: string, cwd = folder) {
  const ran = await vaekitHere(["train", ...typed.split(" "), "--json"], cwd);
  expect(ran.stderr).not.toContain("vaekit:");
  expect(ran.code).toBe(0);
  return { ...ran, result: JSON.parse(ran.stdout) };
}

describe("what is trained is what the options say", () => {
  it("without any, the defaults that --help names", async () => {
    await train("mnist --limit 60 --out plain");
    expect(configOf("plain")).toMatchObject({
      model: {
        kind: "mlp",
        latent: 16,
        hidden: [512, 256],
        likelihood: { kind: "bernoulli" },
        prior: { kind: "standard-normal" },
        condition: null,
      },
      validation: { count: 6, separate: false },
      objective: { kind: "elbo" },
      optimizer: { kind: "adam" },
      learningRate: 0.001,
      rate: { kind: "constant" },
      kl: { beta: 1, warmup: null, capacity: null, freeBits: null, unit: "step" },
      clip: null,
      ema: null,
      patience: null,
      epochs: 10,
      seed: 0,
      engine: "compiled",
      binarize: "none",
    });
  });

  it("every option reaches the run", async () => {
    await train(
      "shapes --limit 60 --out full --model conv --filters 2,3 --kernel 5 --dense 4 --batch-norm --dropout 0.1 " +
        "--activation elu --logvar -5,1 --latent 4 --likelihood gaussian:sigma=0.5 --prior mixture:components=2 " +
        "--condition scale,rotation --objective elbo --beta 2 --kl-warmup 1:from=0.5 --free-bits 0.5:group=all " +
        "--kl-unit step --optimizer sgd:momentum=0.9,nesterov=true --lr 0.0001 --rate step:milestones=1 --clip 3 " +
        "--ema 0.9 --patience 1 --epochs 4 --batch 20 --validation 20 --seed 4",
    );
    const { model, ...run } = configOf("full");
    expect(model).toMatchObject({
      kind: "conv",
      filters: [2, 3],
      kernel: 5,
      dense: 4,
      batchNorm: true,
      dropout: 0.1,
      activation: "elu",
      logvar: { min: -5, max: 1 },
      latent: 4,
      likelihood: { kind: "gaussian", sigma: 0.5 },
      prior: { kind: "mixture", components: 2 },
      condition: { kind: "columns", names: ["scale", "rotation"] },
    });
    expect(run).toMatchObject({
      kl: {
        beta: 2,
        warmup: { kind: "linear", epochs: 1, from: 0.5 },
        freeBits: { nats: 0.5, group: "all" },
        unit: "step",
      },
      optimizer: { kind: "sgd", momentum: 0.9, nesterov: true },
      learningRate: 0.0001,
      rate: { kind: "step", milestones: [1] },
      clip: 3,
      ema: 0.9,
      patience: 1,
      epochs: 4,
      batch: 20,
      validation: { count: 20 },
      seed: 4,
    });
  });

  it("options go over a preset, and none takes away what it says", async () => {
    await train(
      "mnist --limit 60 --out preset --preset exemplar --hidden 8 --prior mixture:components=3 --epochs 1 --batch 20 " +
        "--validation 10 --kl-warmup none --patience none --binarize none --logvar none",
    );
    expect(configOf("preset")).toMatchObject({
      model: {
        kind: "gated-mlp",
        latent: 40,
        hidden: [8],
        logvar: null,
        prior: { kind: "mixture", components: 3 },
      },
      learningRate: 0.0005,
      kl: { warmup: null, unit: "epoch" },
      patience: null,
      binarize: "none",
      epochs: 1,
      batch: 20,
    });
  });

  it("a --config file may hold all of it, nested or as on the command line, which wins", async () => {
    const options = {
      data: "mnist",
      limit: 60,
      hidden: [8],
      latent: 3,
      batchNorm: true,
      dropout: 0.5,
      condition: ["labels"],
      likelihood: "laplace:scale=0.4",
      objective: { kind: "iwae", samples: 2, gradient: "dreg" },
      klWarmup: { kind: "cyclical", cycles: 1 },
      patience: null,
      epochs: 2,
      batch: 10,
      logvar: { min: -4, max: 2 },
    };
    writeFileSync(at("options.json"), JSON.stringify(options));
    const { stderr } = await train("--config options.json --out nested --latent 2 --no-batch-norm");
    expect(configOf("nested")).toMatchObject({
      model: {
        latent: 2,
        hidden: [8],
        batchNorm: false,
        dropout: 0.5,
        condition: { kind: "labels" },
        likelihood: { kind: "laplace", scale: 0.4 },
        logvar: { min: -4, max: 2 },
      },
      objective: options.objective,
      kl: { warmup: { kind: "cyclical", epochs: null, cycles: 1, ratio: 0.5 } },
      patience: null,
    });
    expect(stderr).toMatch(
      /^epoch 1\/2 {2}ELBO -?[\d.]+ {2}loss -?[\d.]+ \(beta 0\.\d+\) {2}IWAE bound -?[\d.]+/m,
    );
  });

  it("objective vq comes with its codebook, and shows the perplexity", async () => {
    const { stderr } = await train(
      "mnist --limit 60 --hidden 8 --latent 8 --objective vq --epochs 1 --out codes",
    );
    expect(configOf("codes").model.prior).toEqual({ kind: "codebook", codes: 512, dimension: 8 });
    expect(stderr).toMatch(/^epoch 1\/1 .* {2}commitment [\d.]+ {2}perplexity [\d.]+ {2}validation ELBO/m);
  });
});

describe("a model from a module", () => {
  it("trains, and goes on from anywhere", async () => {
    await train(
      "mnist --limit 60 --module one-layer.mjs --module-options activation=tanh --epochs 1 --out own",
    );
    expect(configOf("own").model).toMatchObject({
      kind: "custom",
      module: at("one-layer.mjs"),
      options: { activation: "tanh" },
      latent: 16,
    });
    mkdirSync(at("elsewhere"));
    const { result } = await train("--resume ../own --epochs 2", at("elsewhere"));
    expect(result).toMatchObject({ run: "../own", epochs: 2, metrics: { epoch: 2 } });
  });
});

describe("patience", () => {
  it("ends the run, says so, and the result names the best epoch", async () => {
    const { stderr, result } = await train(
      "mnist --limit 60 --hidden 8 --latent 2 --lr 1 --epochs 30 --patience 2 --clip 1 --out early",
    );
    const { bestEpoch, metrics } = result;
    expect(metrics.epoch).toBe(bestEpoch + 2);
    expect(stderr).toContain(
      `stopped after epoch ${metrics.epoch}: no better validation loss since epoch ${bestEpoch}, whose weights are kept\n`,
    );
    expect(stderr).toMatch(/gradient norm [\d.]+/);
    const told = await vaekitHere(["train", "--resume", "early"], folder);
    expect(told.stderr).toContain(
      `note: nothing was trained: early stopped early after epoch ${metrics.epoch}, by its patience of 2 epochs, ` +
        "which a run keeps as it began. To train for longer, begin anew with a larger --patience and another --out.\n",
    );
    const lines = readFileSync(at("early/metrics.jsonl"), "utf8").trim().split("\n");
    const best = JSON.parse(lines[bestEpoch - 1]!).validation.elbo.toFixed(2);
    expect(told.stdout).toContain(`weights: of epoch ${bestEpoch}, the best: validation ELBO ${best}\n`);
  });
});
