import { existsSync } from "node:fs";
import { DataError, UsageError } from "@vaekit/infer";
import {
  conditionOn,
  conv,
  createEngine,
  createJob,
  type Dataset,
  type FitEvent,
  type FitOptions,
  fit,
  type MlpOptions,
  mlp,
  Vae,
} from "@vaekit/train";
import { describe, expect, it, onTestFinished } from "vitest";
import { checkBlackAndWhite } from "../../packages/train/src/data/support.ts";
import { bars } from "../support/data.ts";
import { place } from "./run-directories.ts";

const data = bars(60);
const labelled = (of: Dataset, classes: number): Dataset => ({
  ...of,
  labels: Uint8Array.from({ length: of.count }, (_, i) => i % classes),
});

/** What `fit` says; nothing may be written by then. */
async function errorOf(model: Partial<MlpOptions>, options: FitOptions = {}, on = data): Promise<Error> {
  const out = place();
  const config = mlp({ shape: data.shape, latent: 4, hidden: [6], ...model });
  const error: unknown = await fit(config, on, { epochs: 1, batch: 12, out, ...options }).then(
    ({ vae }) => vae.dispose(),
    (reason) => reason,
  );
  expect(error).toBeInstanceOf(Error);
  expect(existsSync(out), "nothing is written").toBe(false);
  return error as Error;
}

describe("a model that does not fit its objective", () => {
  it.each([
    [
      { prior: "codebook", latent: 8 },
      { objective: "elbo" },
      "prior codebook is learned by objective vq, got objective elbo.",
    ],
    [
      {},
      { objective: "vq" },
      "objective vq learns a codebook, got prior standard-normal. Use prior codebook.",
    ],
    [
      { prior: "mixture" },
      { objective: "ae" },
      "objective ae has no prior in its loss, so that nothing would train prior mixture. Use prior standard-normal, or another objective.",
    ],
    [
      {},
      { objective: { kind: "infovae", alpha: 1 }, beta: 4, warmup: 1, freeBits: 0.1 },
      "objective infovae with alpha 1: beta 4 and warmup and freeBits mean nothing to it. Leave that out.",
    ],
    [
      {},
      { objective: { kind: "infovae", alpha: 1 }, capacity: { nats: 2, epochs: 1 } },
      "objective infovae with alpha 1: capacity means nothing to it. Leave that out.",
    ],
    [
      { prior: "mixture" },
      { freeBits: 0.1 },
      'freeBits: this prior\'s KL does not split into dimensions, so there are no groups of 1. Use group "all".',
    ],
    [
      { latent: 4 },
      { freeBits: { nats: 0.1, group: 3 } },
      'freeBits: groups of 3 do not divide 4 latent dimensions. Use a divisor of 4, or "all".',
    ],
    [{}, { objective: { kind: "iwae", samples: 0 } }, /^objective iwae: samples: .*got 0$/],
  ] as [Partial<MlpOptions>, FitOptions, string | RegExp][])("%j, %j", async (model, options, message) => {
    const error = await errorOf(model, options);
    expect(error).toBeInstanceOf(UsageError);
    expect(error.message).toMatch(message);
  });
});

describe("a conditional model", () => {
  const condition = conditionOn(labelled(data, 3), "labels");

  it("of labels that the data have not", async () => {
    const error = await errorOf({ condition });
    expect(error).toBeInstanceOf(DataError);
    expect(error.message).toBe("bars has no labels, which this conditional model takes.");
  });

  it("of a column that the data have not", async () => {
    const columns = { names: ["height"], values: new Float32Array(data.count) };
    const error = await errorOf({ condition: conditionOn({ ...data, columns }, ["height"]) });
    expect(error.message).toBe("bars has no column height, which this conditional model takes.");
  });

  it("of labels and columns, or of a column with a slip", () => {
    const columns = { names: ["scale", "height"], values: new Float32Array(2 * data.count) };
    const given = { ...labelled(data, 3), columns };
    expect(() => conditionOn(given, ["labels", "scale"])).toThrow(
      new UsageError(
        'bars has no column "labels" to condition on; it has scale, height. ' +
          "Labels and columns cannot be combined: condition on labels alone, or on columns.",
      ),
    );
    expect(() => conditionOn(given, ["hieght"])).toThrow(
      'bars has no column "hieght" to condition on; it has scale, height. Did you mean height?',
    );
  });

  it("of a column with a number that is not finite, in training or validation data", async () => {
    const heights = (of: Dataset, at: number, value: number): Dataset => ({
      ...of,
      columns: { names: ["height"], values: new Float32Array(of.count).fill(2).fill(value, at, at + 1) },
    });
    const height = conditionOn(heights(data, 0, 1), ["height"]);
    const message = (name: string, example: number, value: number) =>
      `${name}: example ${example} has ${value} in column height, which is no finite number. Leave the example out, or mend it.`;
    // Of the 60, some are kept back: every one is looked at, wherever it is.
    for (const at of [0, 31, 59]) {
      const error = await errorOf({ condition: height }, {}, heights(data, at, Number.NaN));
      expect(error).toBeInstanceOf(DataError);
      expect(error.message).toBe(message("bars", at, Number.NaN));
    }
    const validation = { ...heights(bars(9), 7, Number.POSITIVE_INFINITY), name: "others" };
    const error = await errorOf({ condition: height }, { validation }, heights(data, 0, 1));
    expect(error.message).toBe(message("others", 7, Number.POSITIVE_INFINITY));
    expect(() => conditionOn(heights(data, 4, Number.NaN), ["height"])).toThrow(
      new DataError(message("bars", 4, Number.NaN)),
    );
  });

  it("whose validation data have a label of their own, or none", async () => {
    const validation = { ...labelled(bars(9), 3), name: "others" };
    validation.labels![7] = 3;
    const error = await errorOf({ condition }, { validation }, labelled(data, 3));
    expect(error).toBeInstanceOf(DataError);
    expect(error.message).toBe("others: example 7 has label 3, the model knows 0 to 2.");
    const none = await errorOf(
      { condition },
      { validation: { ...validation, labels: null } },
      labelled(data, 3),
    );
    expect(none.message).toBe("others has no labels, which this conditional model takes.");
  });
});

describe("data outside a likelihood's support", () => {
  it("are named by their first example and value", async () => {
    const values = data.values.map((value) => (value > 0 ? 255 : 0));
    values[5 * 30 + 17] = 84;
    values[9 * 30] = 1;
    const error = await errorOf({ likelihood: { kind: "categorical", levels: 4 } }, {}, { ...data, values });
    expect(error).toBeInstanceOf(DataError);
    expect(error.message).toBe(
      "bars: example 5 has 84 at element 17, to which the likelihood categorical gives no probability: on the scale " +
        "0 to 1 it knows the 4 levels 0, 1/3, 2/3, ..., 1. Use another likelihood, or other data.",
    );
  });

  it("are looked for in validation data of their own, too", async () => {
    const black = { ...data, values: new Uint8Array(data.values.length) };
    const validation = { ...bars(5), name: "others", values: new Uint8Array(150).fill(170, 60) };
    const likelihood = { kind: "categorical", levels: 2 } as const;
    const error = await errorOf({ likelihood }, { validation }, black);
    expect(error.message).toMatch(
      /^others: example 2 has 170 at element 0, to which the likelihood categorical/,
    );
  });

  it("are no matter where pictures are drawn black and white", async () => {
    const model = mlp({
      shape: data.shape,
      latent: 2,
      hidden: [6],
      likelihood: { kind: "categorical", levels: 2 },
    });
    const { metrics, vae } = await fit(model, data, { epochs: 1, batch: 12, binarize: "dynamic" });
    vae.dispose();
    // Two levels are a coin: before it has learnt, each pixel costs about ln 2.
    expect(metrics[0]!.train.reconstruction).toBeGreaterThan(10);
    expect(metrics[0]!.train.reconstruction).toBeLessThan(30);
  });

  it("is what black and white are to a likelihood that has neither", () => {
    const within = { name: "beta", support: { includes: (x: number) => x > 0 && x < 1, values: "(0, 1)" } };
    expect(() => checkBlackAndWhite(within)).toThrow(UsageError);
    expect(() => checkBlackAndWhite(within)).toThrow(
      "binarize dynamic makes black and white pictures, 0 and 1, but likelihood beta knows (0, 1)",
    );
  });
});

describe("a caveat", () => {
  it.each(["gaussian", "continuous-bernoulli", "bernoulli"] as const)(
    "of %s is what it is for black and white data where dynamic binarisation makes them",
    async (likelihood) => {
      const messages = async (options: FitOptions, on: Dataset) => {
        const events: FitEvent[] = [];
        const model = mlp({ shape: data.shape, latent: 2, hidden: [6], likelihood });
        const { vae } = await fit(model, on, {
          epochs: 1,
          batch: 12,
          onEvent: (event) => events.push(event),
          ...options,
        });
        const spec = { binary: true, name: on.name };
        const caveat = vae.likelihood.caveat(spec);
        vae.dispose();
        return { said: events.flatMap((event) => (event.type === "warning" ? [event.message] : [])), caveat };
      };
      const { said, caveat } = await messages({ binarize: "dynamic" }, data);
      expect(said).toEqual(caveat ? [caveat] : []);
    },
  );
});

describe("an engine that lacks what a step needs", () => {
  const model = conv({ shape: data.shape, latent: 2, filters: [2], dense: 4 });
  const message =
    /^engine wasm cannot train this model: tfjs's wasm backend has no Conv2DBackpropFilter \(.+\)\. Use engine compiled\.$/;

  it("says so before anything is written", async () => {
    const out = place();
    await expect(fit(model, data, { epochs: 1, batch: 12, engine: "wasm", out })).rejects.toThrow(message);
    expect(existsSync(out)).toBe(false);
  });

  it("says so when it is made", async () => {
    const vae = new Vae(model, data);
    onTestFinished(() => vae.dispose());
    const job = createJob(vae, { rows: 12 });
    await expect(createEngine("wasm", job)).rejects.toThrow(UsageError);
    await expect(createEngine("wasm", job)).rejects.toThrow(message);
  });
});
