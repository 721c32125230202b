import { custom, diagnose, type EpochMetrics, type Network, patientOf, tf, Vae } from "@vaekit/train";
import { describe, expect, it, onTestFinished } from "vitest";
import { constantLogPx } from "../../packages/train/src/diagnosis/constant.ts";
import { readHistory } from "../../packages/train/src/diagnosis/history.ts";
import { heldOutVariances } from "../../packages/train/src/diagnosis/principal.ts";
import { settingsSchema } from "../../packages/train/src/diagnosis/settings.ts";
import { bars } from "../support/data.ts";
import { drawn, trainAndDiagnose } from "./diagnosis-support.ts";

/** oracles/diagnosis.py made these, with numpy 2 and torch 2. */
const oracle = {
  eigenvalues: [
    20.51951693938561, 13.26530677068607, 9.38384296331701, 6.458931384601067, 0.9423533539351134,
    0.4646346528011064,
  ],
  bernoulli: -3.321202677139869,
  gaussian: -1.7217387282580587,
  gaussianFixed: -3.8104764902875297,
  laplace: -2.8974665267712445,
};

describe("variances along principal directions", () => {
  const x = Float64Array.from({ length: 240 }, (_, at) => {
    const [i, j] = [Math.floor(at / 6), at % 6];
    return Math.sin(1 + 0.7 * i * (j + 1)) * (6 - j) + Math.cos(0.3 * i);
  });

  it("are numpy's eigenvalues where both halves are the same rows", () => {
    const twice = Float64Array.from({ length: 480 }, (_, at) => x[Math.floor(at / 12) * 6 + (at % 6)]!);
    for (const most of [6, 3]) {
      const found = heldOutVariances({ values: twice, rows: 80, columns: 6 }, most);
      expect(found).toHaveLength(most);
      for (const [i, value] of found.entries()) expect(value).toBeCloseTo(oracle.eigenvalues[i]!, 6);
    }
  });

  it("of noise are about its variance, where an eigenvalue of the same rows would be nearly 4", () => {
    const noise = Float64Array.from({ length: 200 * 100 }, (_, at) => {
      const value = Math.sin(at * 12.9898 + 4.1) * 43758.5453;
      return Math.sqrt(12) * (value - Math.floor(value) - 0.5);
    });
    const [largest] = heldOutVariances({ values: noise, rows: 200, columns: 100 }, 4);
    expect(largest).toBeGreaterThan(0.7);
    expect(largest).toBeLessThan(1.5);
  });
});

describe("the best constant prediction", () => {
  const x = Float64Array.from(
    { length: 60 },
    (_, at) => 0.5 + 0.5 * Math.sin(1 + 1.3 * Math.floor(at / 5) * ((at % 5) + 1)),
  );
  it.each([
    ["bernoulli", { kind: "bernoulli" }, oracle.bernoulli],
    ["gaussian", { kind: "gaussian" }, oracle.gaussian],
    ["gaussian", { kind: "gaussian", sigma: 0.2 }, oracle.gaussianFixed],
    ["laplace", { kind: "laplace" }, oracle.laplace],
  ])("has torch's density: %s %j", (name, likelihood, expected) => {
    const settings = settingsSchema.parse({ model: { kind: "mlp", likelihood } });
    expect(constantLogPx(name, settings, x, 12)).toBeCloseTo(expected, 10);
  });

  it("is not known for other likelihoods", () => {
    expect(constantLogPx("categorical", settingsSchema.parse({}), x, 12)).toBeNull();
  });
});

describe("a history", () => {
  const epochs = (losses: number[]): EpochMetrics[] =>
    losses.map((loss, i) => ({
      epoch: i + 1,
      step: i,
      loss,
      train: { elbo: 0, reconstruction: 0, kl: 0 },
      terms: {},
      validation: { elbo: -loss - 1, reconstruction: loss, kl: 1, examples: 10 },
      learningRate: 1e-3,
      beta: 1,
      capacity: null,
      examplesPerSecond: 1,
      seconds: 1,
    }));

  it("says how much of the progress came late, and how much was given back", () => {
    expect(readHistory(epochs([60, 50, 40, 30, 20, 10]), (kl) => 2 * kl)).toMatchObject({
      part: "validation",
      first: 62,
      best: 12,
      last: 12,
      progress: 50,
      late: 0.4,
      rise: 0,
      relapse: 0,
    });
    expect(readHistory(epochs([60, 20, 10, 15, 30, 40]), () => 0)).toMatchObject({
      bestEpoch: 3,
      progress: 50,
      late: 0,
      rise: 15,
      relapse: 30,
    });
  });

  it("says nothing of few epochs, or of numbers that are not finite", () => {
    expect(readHistory(epochs([3, 2, 1]), () => 0)).toBeNull();
    expect(readHistory(epochs([6, 5, 4, Number.NaN, 2, 1]), () => 0)).toBeNull();
  });
});

describe("sensitivity", () => {
  it("is that of the dimensions that the decoder uses, to the last bit", async () => {
    const model = custom({
      shape: drawn.train.shape,
      latent: 3,
      build: ({ features, latent, outputs, layers }) => {
        const x = layers.input({ shape: [features] });
        const codes = () => layers.layers.dense({ units: latent }).apply(x) as never;
        return {
          encoder: layers.model({ inputs: x, outputs: [codes(), codes()] }),
          decoder: oneEyed(outputs),
        };
      },
    });
    const { dimensions, measured } = await trainAndDiagnose(drawn, model, { epochs: 4, learningRate: 0.01 });
    expect(dimensions.map(({ sensitivity }) => sensitivity)).toEqual([0, expect.any(Number), 0]);
    expect(Math.abs(dimensions[1]!.sensitivity!)).toBeGreaterThan(1e-3);
    expect(Math.abs(measured!.sensitivity!.value)).toBeGreaterThan(1e-3);
  });
});

describe("a model whose weights have run away", () => {
  it("is found to give numbers that are not finite", async () => {
    const data = bars(40);
    const vae = new Vae(
      custom({
        shape: data.shape,
        latent: 2,
        build: ({ features, latent, outputs, layers }) => {
          const dense = (inputs: number, units: number, apart = false) => {
            const x = layers.input({ shape: [inputs] });
            const out = () => layers.layers.dense({ units }).apply(x) as never;
            return layers.model({ inputs: x, outputs: apart ? [out(), out()] : out() });
          };
          return { encoder: dense(features, latent, true), decoder: dense(latent, outputs) };
        },
      }),
      data,
    );
    onTestFinished(() => vae.dispose());
    vae.writeWeights(
      Object.fromEntries(
        Object.entries(vae.readWeights()).map(([name, values]) => [name, values.map(() => 1e38)]),
      ),
    );
    const config = { objective: { kind: "elbo" }, seed: 0, binarize: "none" } as never;
    const found = await diagnose(patientOf({ vae, config, metrics: [], directory: null }), data);
    expect(found).toMatchObject({ healthy: false, measured: null, dimensions: [] });
    expect(found.findings).toEqual([
      expect.objectContaining({ id: "not-finite", severity: "problem", cause: "learning rate" }),
    ]);
  });
});

/** Looks at the second dimension alone. */
function oneEyed(outputs: number): Network {
  const kernel = tf.variable(tf.ones([1, outputs]));
  return {
    parameters: [{ name: "decoder/kernel", variable: kernel }],
    buffers: [],
    noise: {},
    apply: ([z]) => [tf.matMul(tf.slice(z!, [0, 1], [-1, 1]), kernel as never)],
    dispose: () => kernel.dispose(),
  };
}
