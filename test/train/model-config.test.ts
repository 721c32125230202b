import { UsageError } from "@vaekit/infer";
import {
  type ConvOptions,
  conv,
  type GatedMlpOptions,
  gatedMlp,
  type MlpOptions,
  mlp,
  type PresetName,
  presets,
  type ResnetOptions,
  resnet,
} from "@vaekit/train";
import { describe, expect, it } from "vitest";
import { modelSchema } from "../../packages/train/src/model/index.ts";
import { checkFitOptions } from "../../packages/train/src/options.ts";
import { build, parameterCount } from "./model-support.ts";

const base = { shape: [4, 5, 1], latent: 2 };
const common = {
  ...base,
  likelihood: { kind: "bernoulli" },
  prior: { kind: "standard-normal" },
  condition: null,
  logvar: null,
};

describe("a model's configuration", () => {
  it("has every default in it", () => {
    const blocks = { activation: "relu", batchNorm: false, dropout: 0 };
    expect(mlp(base)).toEqual({ kind: "mlp", ...common, hidden: [512, 256], ...blocks });
    expect(gatedMlp(base)).toEqual({
      kind: "gated-mlp",
      ...common,
      hidden: [300, 300],
      logvar: { min: -6, max: 2 },
    });
    expect(conv(base)).toEqual({
      kind: "conv",
      ...common,
      filters: [32, 64],
      kernel: 3,
      dense: 16,
      ...blocks,
    });
    expect(resnet(base)).toEqual({
      kind: "resnet",
      ...common,
      channels: [64, 128, 256],
      blocks: 1,
      norm: "group",
      groups: 8,
      activation: "silu",
    });
  });

  it("is read from a file as it was written, and refused with a key too many", () => {
    for (const config of [mlp(base), gatedMlp(base), conv(base), resnet(base)]) {
      expect(modelSchema.parse(JSON.parse(JSON.stringify(config)))).toEqual(config);
      expect(modelSchema.safeParse({ ...config, hiden: 1 }).success).toBe(false);
    }
    expect(modelSchema.safeParse({ ...mlp(base), kind: "perceptron" }).success).toBe(false);
  });

  it("takes a likelihood and a prior by name or with settings", () => {
    const given = { likelihood: { kind: "bernoulli" }, prior: "standard-normal" } as const;
    expect(mlp({ ...base, ...given })).toEqual(mlp(base));
  });
});

describe("a mistake in a model's options is named", () => {
  const shape = "shape must be [height, width, channels], such as data.shape, got";
  it.each<[Partial<MlpOptions>, string]>([
    [{ shape: [4, 5] }, `mlp: ${shape} [4,5]`],
    [{ shape: [4, 0, 1] }, `mlp: ${shape} [4,0,1]`],
    [{ shape: undefined }, `mlp: ${shape} undefined`],
    [{ latent: 1.5 }, "mlp: latent must be a positive integer, got 1.5"],
    [{ dropout: 1 }, "mlp: dropout must be a share from 0, below 1, got 1"],
    [{ batchNorm: 1 as never }, "mlp: batchNorm must be true or false, got 1"],
    [{ activation: "rellu" as never }, 'unknown activation "rellu"; one of relu, leakyRelu'],
    [{ activation: 3 as never }, "mlp: activation must be one of relu, leakyRelu, elu, selu, gelu, silu,"],
    [
      { logvar: { min: 2, max: -6 } },
      'mlp: logvar must be { min, max } with min below max, or null, got {"min":2,',
    ],
    [
      { condition: "labels" as never },
      'mlp: condition must be what conditionOn gives, or null, got "labels"',
    ],
    [{ hiden: [3] } as never, 'mlp: there is no option "hiden". Did you mean hidden?'],
    [{ likelihood: "bernouli" as never }, 'unknown likelihood "bernouli"; one of '],
    [
      { prior: { kind: "standard-normal", mean: 0 } as never },
      'prior standard-normal: there is no option "mean".',
    ],
  ])("mlp with %o", (options, message) => {
    expect(() => mlp({ ...base, ...options })).toThrow(UsageError);
    expect(() => mlp({ ...base, ...options })).toThrow(message);
  });

  it.each<[() => unknown, string]>([
    [
      () => gatedMlp({ ...base, activation: "relu" } as GatedMlpOptions),
      'gated-mlp: there is no option "activation".',
    ],
    [() => conv({ ...base, filters: [] }), "conv: filters must be positive integers such as 32,64, got []"],
    [() => conv({ ...base, kernel: 0 }), "conv: kernel must be a positive integer, got 0"],
    [
      () => conv({ ...base, filter: [3] } as ConvOptions),
      'there is no option "filter". Did you mean filters?',
    ],
    [
      () => resnet({ ...base, channels: [64, 12] }),
      "resnet: groups must divide all channels, got 8 groups and 12 channels.",
    ],
    [() => resnet({ ...base, norm: "layer" as never }), 'unknown norm "layer"; one of group, batch, none'],
    [() => resnet({ ...base, blocks: -1 }), "resnet: blocks must be a positive integer, got -1"],
    [
      () => resnet({ ...base, blcks: 2 } as ResnetOptions),
      'there is no option "blcks". Did you mean blocks?',
    ],
  ])("%s", (make, message) => {
    expect(make).toThrow(UsageError);
    expect(make).toThrow(message);
  });

  it("channels that no group divides are fine where there are no groups", () => {
    expect(resnet({ ...base, channels: [5], norm: "batch" }).channels).toEqual([5]);
  });
});

describe("presets", () => {
  const shape = [28, 28, 1];

  it.each(Object.keys(presets) as PresetName[])("%s trains with options that fit knows", (name) => {
    expect(presets[name].about).toMatch(/^[A-Z].*\.$/);
    expect(() => checkFitOptions(presets[name].fit)).not.toThrow();
  });

  it("keras-dense is 784-256-512, z 32, 512-256-784", () => {
    const { parameters } = build(presets["keras-dense"].model(shape));
    const kernels = parameters.filter(({ name }) => name.endsWith("kernel"));
    expect(kernels.map(({ name, variable }) => [name, variable.shape])).toEqual([
      ["encoder/hidden_1/kernel", [784, 256]],
      ["encoder/hidden_2/kernel", [256, 512]],
      ["encoder/mu/kernel", [512, 32]],
      ["encoder/logvar/kernel", [512, 32]],
      ["decoder/hidden_1/kernel", [32, 512]],
      ["decoder/hidden_2/kernel", [512, 256]],
      ["decoder/x/kernel", [256, 784]],
    ]);
    expect(presets["keras-dense"].fit).toMatchObject({ optimizer: "rmsprop", batch: 256, epochs: 100 });
  });

  it("keras-conv has the parameters of Keras's example", () => {
    const { parameters } = build(presets["keras-conv"].model(shape));
    expect(parameterCount(parameters, "encoder") + parameterCount(parameters, "decoder")).toBe(134_165);
  });

  it("exemplar has 40 latents and logvar within Hardtanh's bounds", () => {
    const config = presets.exemplar.model(shape);
    expect(config).toMatchObject({ kind: "gated-mlp", latent: 40, logvar: { min: -6, max: 2 } });
  });
});
