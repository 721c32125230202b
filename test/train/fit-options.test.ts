import { existsSync } from "node:fs";
import { join } from "node:path";
import { exitCodes, UsageError } from "@vaekit/infer";
import { type FitOptions, fit, type MlpOptions, mlp } from "@vaekit/train";
import { describe, expect, it } from "vitest";
import { bars, temporaryDirectory } from "../support/data.ts";

const data = bars(40);

async function messageOf(options: object, model: object = {}): Promise<string> {
  const out = join(temporaryDirectory(), "run");
  const attempt = async () => {
    const config = mlp({ shape: data.shape, latent: 2, hidden: [4], ...model } as MlpOptions);
    const { vae } = await fit(config, data, { epochs: 1, batch: 8, out, ...options } as FitOptions);
    vae.dispose();
  };
  const error = await attempt().then(
    () => null,
    (reason) => reason,
  );
  expect(error).toBeInstanceOf(UsageError);
  expect((error as UsageError).exitCode).toBe(exitCodes.usage);
  expect(existsSync(out), "nothing is written").toBe(false);
  return (error as UsageError).message;
}

describe("options that cannot be are refused before anything is written:", () => {
  it.each([
    [{ epochs: 0 }, "epochs must be a positive integer, got 0"],
    [{ epochs: 1.5 }, "epochs must be a positive integer, got 1.5"],
    [{ epochs: -2 }, "epochs must be a positive integer, got -2"],
    [{ batch: 0 }, "batch must be a positive integer, got 0"],
    [{ batch: 37 }, "batch is 37, but there are 36 examples to train on. Use a smaller batch."],
    [{ checkpointEvery: 0 }, "checkpointEvery must be a positive integer, got 0"],
    [{ threads: -1 }, "threads must be a positive integer, got -1"],
    [{ learningRate: Number.NaN }, "learningRate must be a positive number, got NaN"],
    [{ learningRate: 0 }, "learningRate must be a positive number, got 0"],
    [{ learningRate: Number.POSITIVE_INFINITY }, "learningRate must be a positive number, got Infinity"],
    [{ beta: -1 }, "beta must be a number of at least 0, got -1"],
    [{ beta: Number.NaN }, "beta must be a number of at least 0, got NaN"],
    [{ seed: -1 }, "seed must be an integer from 0, got -1"],
    [{ seed: 0.5 }, "seed must be an integer from 0, got 0.5"],
    [{ seed: 2 ** 53 }, "seed must be an integer from 0, got 9007199254740992"],
    [{ validation: -0.1 }, "validation must be a share below 1 or a whole number of examples, got -0.1"],
    [{ validation: 1.5 }, "validation must be a share below 1 or a whole number of examples, got 1.5"],
    [{ validation: Number.NaN }, "validation must be a share below 1 or a whole number of examples, got NaN"],
    [{ validation: 40 }, "validation keeps back 40 of 40 examples; none is left to train on"],
  ])("%o", async (options, message) => {
    expect(await messageOf(options)).toBe(message);
  });

  it.each([
    [{ latent: 0 }, "mlp: latent must be a positive integer, got 0"],
    [{ latent: 2.5 }, "mlp: latent must be a positive integer, got 2.5"],
    [{ latent: Number.NaN }, "mlp: latent must be a positive integer, got NaN"],
    [{ hidden: [0, -3] }, "mlp: hidden must be positive integers such as 512,256, got [0,-3]"],
    [{ hidden: [1.5] }, "mlp: hidden must be positive integers such as 512,256, got [1.5]"],
    [{ hidden: "512" }, 'mlp: hidden must be positive integers such as 512,256, got "512"'],
    [{ shape: [5, 6, 1] }, "the model takes [5,6,1], but bars has [6,5,1]. Use the data's shape."],
  ])("a model with %o", async (model, message) => {
    expect(await messageOf({}, model)).toBe(message);
  });

  it.each([
    [
      { engine: "compield" },
      {},
      'unknown engine "compield"; one of compiled, tfjs-node, wasm, cpu. Did you mean compiled?',
    ],
    [
      { optimizer: "adma" },
      {},
      'unknown optimizer "adma"; one of adam, adamw, rmsprop, sgd. Did you mean adam?',
    ],
    [
      { objective: "ebo" },
      {},
      'unknown objective "ebo"; one of elbo, ae, iwae, beta-tc, infovae, vq. Did you mean elbo?',
    ],
    [{ binarize: "dinamic" }, {}, 'unknown binarize "dinamic"; one of none, dynamic. Did you mean dynamic?'],
    [
      {},
      { activation: "Relu" },
      'unknown activation "Relu"; one of relu, leakyRelu, elu, selu, gelu, silu, tanh',
    ],
    [{}, { activation: "Relu" }, "Did you mean relu?"],
    [
      {},
      { likelihood: "bernouli" },
      'unknown likelihood "bernouli"; one of bernoulli, continuous-bernoulli, gaussian, laplace, ' +
        "discretized-logistic, categorical. Did you mean bernoulli?",
    ],
    [
      {},
      { prior: "standard_normal" },
      'unknown prior "standard_normal"; one of standard-normal, mixture, vamp, codebook. Did you mean standard-normal?',
    ],
  ])("a misspelled name, %o %o", async (options, model, message) => {
    expect(await messageOf(options, model)).toContain(message);
  });

  it.each(["constructor", "__proto__", "hasOwnProperty"])(
    "the name %s, which every object has",
    async (name) => {
      expect(await messageOf({ optimizer: name })).toContain(`unknown optimizer "${name}"`);
      expect(await messageOf({}, { activation: name })).toContain(`unknown activation "${name}"`);
    },
  );

  it("a name that is nothing like any gets no suggestion", async () => {
    expect(await messageOf({ optimizer: "levenberg" })).toBe(
      'unknown optimizer "levenberg"; one of adam, adamw, rmsprop, sgd.',
    );
  });
});

describe("mlp", () => {
  it("refuses what can never be built", () => {
    for (const model of [
      { latent: 0 },
      { hidden: [0] },
      { activation: "Relu" },
      { likelihood: "x" },
      { prior: "x" },
    ]) {
      expect(
        () => mlp({ shape: data.shape, latent: 2, ...model } as MlpOptions),
        JSON.stringify(model),
      ).toThrow(UsageError);
    }
  });
});
