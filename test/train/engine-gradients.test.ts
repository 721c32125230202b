import {
  type ActivationName,
  activations,
  type EngineState,
  type ObjectiveName,
  type Optimizer,
  tf,
} from "@vaekit/train";
import { describe, expect, it } from "vitest";
import { batchAt, engineOf } from "./jobs.ts";

/** Keeps the gradient as its state, where every engine lets it be read; a step of size 0 leaves the weights. */
const probe: Optimizer = {
  name: "probe",
  slots: ["gradient"],
  scalars: (learningRate) => ({ rate: learningRate }),
  update: (weight, gradient, _, { rate }) => ({
    weight: tf.sub(weight, tf.mul(rate!, gradient)),
    slots: { gradient },
  }),
};

interface Options {
  activation?: ActivationName;
  objective?: ObjectiveName;
  binarize?: boolean;
}

async function gradients(name: "compiled" | "cpu", options: Options, beta: number): Promise<EngineState> {
  const engine = await engineOf(name, { ...options, optimizer: probe });
  await engine.step(...batchAt(1, options), { step: 1, learningRate: 0.1, beta });
  const state = await engine.readState();
  return Object.fromEntries(Object.entries(state).filter(([key]) => key.startsWith("gradient/")));
}

async function compare(options: Options, beta = 1): Promise<EngineState> {
  const [traced, expected] = [
    await gradients("compiled", options, beta),
    await gradients("cpu", options, beta),
  ];
  expect(Object.keys(traced)).toEqual(Object.keys(expected));
  for (const [name, values] of Object.entries(expected)) {
    expect(values.some((value) => value !== 0) || name.includes("logvar"), name).toBe(true);
    expect(traced[name]!, name).toBeAllClose(values, { scaleTol: 1e-6 });
  }
  return expected;
}

describe("gradients of the traced step equal those of tfjs's cpu backend", () => {
  it.each(Object.keys(activations) as ActivationName[])("with %s", async (activation) => {
    await compare({ activation });
  });

  it("with another weight of the KL", async () => {
    const [four, one] = [await compare({}, 4), await compare({}, 1)];
    expect(four["gradient/encoder/mu/kernel"]).not.toEqual(one["gradient/encoder/mu/kernel"]);
  });

  it("without noise, in a plain autoencoder", async () => {
    const { "gradient/encoder/logvar/kernel": logvar } = await compare({ objective: "ae" });
    expect(logvar!.every((value) => value === 0)).toBe(true);
  });

  it("with dynamic binarisation", async () => {
    await compare({ binarize: true });
  });
});
