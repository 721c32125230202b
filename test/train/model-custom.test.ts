import { join, relative } from "node:path";
import { pathToFileURL } from "node:url";
import { UsageError } from "@vaekit/infer";
import { type CustomConfig, custom, tf } from "@vaekit/train";
import { describe, expect, it } from "vitest";
import { type CustomBuild, type CustomSizes, loadCustom } from "../../packages/train/src/model/custom.ts";
import { modelSchema } from "../../packages/train/src/model/index.ts";
import { bothWays, build } from "./model-support.ts";

const at = (name: string) => join(import.meta.dirname, "custom-models", name);
const base = { shape: [3, 4, 1], latent: 2 };

/** The same one-layer model as tfjs layers. */
const layered: CustomBuild = ({ features, outputs, latent, conditions, layers }) => {
  const dense = (name: string, units: number, from: ReturnType<typeof layers.input>) =>
    layers.layers.dense({ name, units }).apply(from) as typeof from;
  const open = (size: number) => {
    const input = layers.input({ shape: [size] });
    if (conditions === 0) return { inputs: [input], all: input };
    const c = layers.input({ shape: [conditions] });
    return { inputs: [input, c], all: layers.layers.concatenate().apply([input, c]) as typeof input };
  };
  const [x, z] = [open(features), open(latent)];
  return {
    encoder: layers.model({
      inputs: x.inputs,
      outputs: [dense("mu", latent, x.all), dense("logvar", latent, x.all)],
    }),
    decoder: layers.model({ inputs: z.inputs, outputs: dense("x", outputs, z.all) }),
  };
};

/** A network of functions over its own variables. */
function linear({ tf }: CustomSizes, part: string, inputs: number, outputs: number[]) {
  const kernels = outputs.map((units, i) => ({
    name: `${part}/map_${i}/kernel`,
    variable: tf.tidy(() => tf.variable(tf.zeros([inputs, units]))),
  }));
  return {
    parameters: kernels,
    buffers: [],
    noise: {},
    apply: ([x]: readonly tf.Tensor[]) =>
      kernels.map(({ variable }) => tf.matMul(x as tf.Tensor2D, variable as tf.Tensor2D)),
    dispose: () => {
      for (const { variable } of kernels) variable.dispose();
    },
  };
}

const functions: CustomBuild = (sizes) => ({
  encoder: linear(sizes, "encoder", sizes.features, [sizes.latent, sizes.latent]),
  decoder: linear(sizes, "decoder", sizes.latent, [sizes.outputs]),
});

describe("a custom model", () => {
  it.each([
    ["layers", layered],
    ["functions", functions],
  ])("of %s is traced, with its gradients, like any other", async (_, make) => {
    const { traced, expected } = await bothWays(build(custom({ ...base, build: make })));
    for (const [name, values] of Object.entries(expected)) {
      expect(
        values.some((value) => value !== 0),
        name,
      ).toBe(true);
      expect(traced[name]!, name).toBeAllClose(values, { scaleTol: 1e-6 });
    }
  });

  it("takes its condition as second input", () => {
    const condition = { kind: "labels", classes: 5 } as const;
    const vae = build(custom({ ...base, build: layered, condition }));
    const shapes = Object.fromEntries(vae.parameters.map(({ name, variable }) => [name, variable.shape]));
    expect(shapes["encoder/mu/kernel"]).toEqual([12 + 5, 2]);
    expect(shapes["decoder/x/kernel"]).toEqual([2 + 5, 12]);
  });

  it("is told its sizes, its options and vaekit's own tfjs", () => {
    let told: CustomSizes | undefined;
    const options = { width: 3, names: ["a"] };
    build(
      custom({
        ...base,
        options,
        build(sizes) {
          told = sizes;
          return layered(sizes);
        },
      }),
    );
    const { tf: core, layers, ...rest } = told!;
    const sizes = { features: 12, parametersPerFeature: 1, outputs: 12, conditions: 0 };
    expect(rest).toEqual({ ...sizes, ...base, options });
    expect(core).toBe(tf);
    expect(layers.LayersModel).toBeDefined();
  });

  it("frees what it made", () => {
    const before = tf.memory().numTensors;
    const vae = build(custom({ ...base, build: functions }));
    vae.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe("a custom model's file", () => {
  const stored = (config: CustomConfig) =>
    modelSchema.parse(JSON.parse(JSON.stringify(config))) as CustomConfig;

  it.each([
    ["relative to the working directory", relative(process.cwd(), at("one-layer.mjs"))],
    ["absolute", at("one-layer.mjs")],
    ["a file: address", pathToFileURL(at("one-layer.mjs")).href],
  ])("names the module, %s, from which loadCustom takes the function again", async (_, module) => {
    const original = custom({ ...base, build: layered, module, options: { activation: "tanh" } });
    const config = stored(original);
    expect(config).toEqual(original);
    expect(config.build).toBeUndefined();
    expect(() => build(config)).toThrow(
      `custom: the build function of ${module} is not loaded: await loadCustom(config) first.`,
    );
    const vae = build(await loadCustom(config));
    expect(vae.parameters.map(({ name }) => name)).toContain("encoder/hidden/kernel");
  });

  it("without a module is not loaded, and says what to do", async () => {
    const config = stored(custom({ ...base, build: layered }));
    const says = /names no module.*Give the model again: custom\(\{ \.\.\., build \}\)/;
    await expect(loadCustom(config)).rejects.toThrow(UsageError);
    await expect(loadCustom(config)).rejects.toThrow(says);
    expect(() => build(config)).toThrow(says);
  });

  it("may name a module that is not there or has no build function", async () => {
    const missing = custom({ ...base, build: layered, module: at("none.mjs") });
    await expect(loadCustom(stored(missing))).rejects.toThrow(
      `the module ${at("none.mjs")} cannot be loaded: `,
    );
    const wrong = custom({ ...base, build: layered, module: at("no-default.mjs") });
    await expect(loadCustom(stored(wrong))).rejects.toThrow(
      `${at("no-default.mjs")} must export its build function as the default, but it exports build, other.`,
    );
  });
});

describe("a custom model that does not fit is refused", () => {
  const cases: [string, CustomBuild, string][] = [
    [
      "an encoder with one output",
      (sizes) => ({ ...functions(sizes), encoder: linear(sizes, "encoder", 12, [2]) }),
      "custom: the encoder must give mu [batch, 2] and logvar [batch, 2]; on 2 examples it gave [2, 2].",
    ],
    [
      "a decoder of another size",
      (sizes) => ({ ...functions(sizes), decoder: linear(sizes, "decoder", 2, [13]) }),
      "custom: the decoder must give x [batch, 12]; on 2 examples it gave [2, 13].",
    ],
    [
      "an encoder that takes something else",
      (sizes) => ({ ...functions(sizes), encoder: linear(sizes, "encoder", 11, [2, 2]) }),
      "custom: the encoder failed on [batch, 12]: ",
    ],
    [
      "no decoder",
      (sizes) => ({ encoder: functions(sizes).encoder }) as ReturnType<CustomBuild>,
      "its decoder is neither.",
    ],
    ["nothing", () => undefined as never, "custom: build must give { encoder, decoder }"],
  ];
  it.each(cases)("%s", (_, make, message) => {
    expect(() => build(custom({ ...base, build: make }))).toThrow(message);
  });

  it("a build that is no function", () => {
    expect(() => custom({ ...base, build: "mine" as never })).toThrow(
      'custom: build must be a function that gives { encoder, decoder }, got "mine"',
    );
  });
});
