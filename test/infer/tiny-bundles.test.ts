import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type BundleOptions, exportBundle } from "@vaekit/export";
import { conditionOn, conv, gatedMlp, mlp, Vae } from "@vaekit/train";
import { describe, it } from "vitest";
import { temporaryDirectory } from "../support/data.ts";
import { labelledBars } from "./export-small.ts";
import { expectAsOnnxruntime } from "./tiny-oracle.ts";

const data = labelledBars(40);
const base = { shape: data.shape, latent: 3 };

type Options = { [setting: string]: unknown };
const makers: {
  readonly [kind: string]: (options: Options) => Parameters<typeof mlp>[0] & { kind: string };
} = {
  mlp: (options) => mlp({ ...base, hidden: [16], ...options }),
  "gated-mlp": (options) => gatedMlp({ ...base, hidden: [16, 8], ...options }),
  conv: (options) => conv({ ...base, filters: [4, 8], dense: 8, ...options }),
};
const kinds = Object.keys(makers);

async function check(
  kind: string,
  options: Options,
  bundle: BundleOptions = {},
  graph = "decoder",
): Promise<void> {
  const vae = new Vae(makers[kind]!(options) as ReturnType<typeof mlp>, data, 7);
  const place = join(temporaryDirectory(), "bundle");
  await exportBundle(vae, place, bundle);
  vae.dispose();
  await expectAsOnnxruntime(new Uint8Array(readFileSync(join(place, `${graph}.onnx`))));
}

const likelihoods: Options[] = [
  { kind: "bernoulli" },
  { kind: "continuous-bernoulli" },
  { kind: "gaussian" },
  { kind: "gaussian", sigma: "per-element" },
  { kind: "laplace" },
  { kind: "laplace", scale: "per-element" },
  { kind: "discretized-logistic" },
  { kind: "discretized-logistic", scale: "shared" },
  { kind: "categorical", levels: 4 },
];
const activations = ["leakyRelu", "elu", "selu", "gelu", "silu", "tanh", "sigmoid", "softplus", "linear"];

describe("the tiny runtime gives what onnxruntime-node does, for the graphs of bundles", () => {
  describe.each(kinds)("%s", (kind) => {
    it.each(likelihoods)("%o", (likelihood) => check(kind, { likelihood }));
    it("told labels", () => check(kind, { condition: conditionOn(data, "labels") }));
    it("told columns", () => check(kind, { condition: conditionOn(data, ["brightness"]) }));
  });

  it.each(activations)("activation %s", async (activation) => {
    await check("mlp", { activation });
    await check("conv", { activation });
  });

  it.each(["mlp", "conv"])("batch normalisation in %s", (kind) => check(kind, { batchNorm: true }));

  it.each(["fp16", "int8"] as const)("weights stored as %s", async (weights) => {
    await check("mlp", { latent: 16, hidden: [128, 64] }, { weights });
    await check("conv", { latent: 16, filters: [32, 64] }, { weights });
  });

  it.each(kinds)("the encoder of %s, whose pictures are bytes", async (kind) => {
    await check(kind, {}, {}, "encoder");
    await check(kind, { condition: conditionOn(data, "labels") }, {}, "encoder");
  });

  it("the prior that draws from a mixture", () =>
    check("mlp", { prior: { kind: "mixture", components: 5 } }, {}, "prior"));
});
