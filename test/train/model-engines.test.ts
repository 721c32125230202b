import {
  type ActivationName,
  type AnyModelConfig,
  activations,
  conv,
  gatedMlp,
  mlp,
  resnet,
} from "@vaekit/train";
import { describe, expect, it } from "vitest";
import { bothWays, build, scatter, type Values } from "./model-support.ts";

const small = { shape: [7, 6, 2], latent: 3 };
const labels = { kind: "labels", classes: 4 } as const;
const filters = [4, 6];
const channels = [4, 8];

const models: Record<string, AnyModelConfig> = {
  mlp: mlp({ ...small, hidden: [12, 8] }),
  "mlp with batch normalisation and dropout": mlp({
    ...small,
    hidden: [12, 8],
    batchNorm: true,
    dropout: 0.3,
  }),
  "mlp with a condition": mlp({ ...small, hidden: [12], condition: labels }),
  "gated-mlp": gatedMlp({ ...small, hidden: [12, 8] }),
  "gated-mlp whose logvar leaves its range": gatedMlp({
    ...small,
    hidden: [12],
    logvar: { min: -4, max: 2 },
  }),
  "gated-mlp with a condition": gatedMlp({ ...small, hidden: [12], condition: labels }),
  conv: conv({ ...small, filters, dense: 5 }),
  "conv with batch normalisation and dropout": conv({
    ...small,
    filters,
    dense: 5,
    batchNorm: true,
    dropout: 0.3,
  }),
  "conv with a condition": conv({ ...small, filters, dense: 5, condition: labels }),
  resnet: resnet({ ...small, channels, groups: 2 }),
  "resnet with batch normalisation": resnet({ ...small, channels, norm: "batch" }),
  "resnet without normalisation, two blocks": resnet({ ...small, channels, norm: "none", blocks: 2 }),
  "resnet with a condition": resnet({ ...small, channels, groups: 2, condition: labels }),
};

/** Rounding errors are of the size of what was summed up: of a network's largest gradient, not of each weight's. */
async function compare(config: AnyModelConfig): Promise<void> {
  const vae = build(config);
  scatter(vae);
  const { traced, expected } = await bothWays(vae, 8);
  expect(Object.keys(traced)).toEqual(Object.keys(expected));
  for (const group of ["mu", "logvar", "raw", "next/", "gradient/encoder/", "gradient/decoder/"]) {
    const names = Object.keys(expected).filter((name) => name.startsWith(group));
    for (const name of names)
      expect(
        expected[name]!.some((value) => value !== 0),
        name,
      ).toBe(true);
    const joined = (values: Values) => Float32Array.from(names.flatMap((name) => [...values[name]!]));
    expect(joined(traced), group).toBeAllClose(joined(expected), { scaleTol: 1e-6 });
  }
}

describe("outputs and gradients of the traced networks equal those of tfjs's cpu backend", () => {
  it.each(Object.entries(models))("%s", async (_, config) => {
    await compare(config);
  });

  it.each(Object.keys(activations) as ActivationName[])("conv with %s", async (activation) => {
    await compare(conv({ shape: [4, 5, 1], latent: 2, filters: [3], dense: 4, activation }));
  });
});
