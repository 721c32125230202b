import { exitCodes } from "@vaekit/infer";
import {
  conditionOn,
  type Dataset,
  DivergenceError,
  type FitOptions,
  fit,
  loadRun,
  mlp,
} from "@vaekit/train";
import { describe, expect, it } from "vitest";
import { bars } from "../support/data.ts";
import { flat } from "./jobs.ts";
import { checkpoints, data, metricsFile, place, settings, train } from "./run-directories.ts";

async function diverge(out: string | undefined, options: FitOptions): Promise<string> {
  const error = await train(out as string, options).catch((reason) => reason);
  expect(error).toBeInstanceOf(DivergenceError);
  expect((error as DivergenceError).exitCode).toBe(exitCodes.data);
  expect((error as DivergenceError).message).toContain("Training diverged: try a lower learning rate.");
  return (error as DivergenceError).message;
}

describe("a run that diverges", () => {
  it.each(["compiled", "cpu"] as const)(
    "on %s stops with the step, the loss and the tensor",
    async (engine) => {
      const message = await diverge(undefined, { engine, learningRate: 1e30 });
      expect(message).toMatch(
        /^step \d+: (loss (NaN|-?Infinity), .*; after it )?weights\/(en|de)coder\/\w+\/(kernel|bias) holds (NaN|-?Infinity) at element \d+\. /,
      );
      expect(Number(/^step (\d+)/.exec(message)![1])).toBeLessThanOrEqual(5);
      expect(message).not.toContain("checkpoint");
    },
  );

  it("leaves the last checkpoint whose numbers are finite, and names it", async () => {
    const out = place();
    const message = await diverge(out, { learningRate: 1e30, checkpointEvery: 1 });
    const kept = checkpoints(out);
    expect(kept.length).toBeGreaterThan(0);
    expect(message).toContain(`The last good checkpoint is ${kept.at(-1)}.`);
    const loaded = await loadRun(out);
    expect(flat(loaded.vae.readWeights()).every(Number.isFinite)).toBe(true);
    loaded.vae.dispose();
  });

  it("on its validation examples alone says so, and leaves metrics that can be read", async () => {
    const column = (of: Dataset, value: number): Dataset => ({
      ...of,
      columns: {
        names: ["height"],
        values: Float32Array.from({ length: of.count }, (_, i) => i % 2).fill(value, 0, 1),
      },
    });
    const told = column(data, 0);
    const model = mlp({
      shape: data.shape,
      latent: 3,
      hidden: [6],
      condition: conditionOn(told, ["height"]),
    });
    const out = place();
    const validation = { ...column(bars(9), 3e38), name: "others" };
    const error = await fit(model, told, { epochs: 2, batch: 12, validation, out }).catch((reason) => reason);
    expect(error).toBeInstanceOf(DivergenceError);
    expect(error.message).toMatch(
      /^epoch 1, on the validation examples of others: elbo (NaN|-?Infinity), reconstruction .*, kl .*\. Training diverged/,
    );
    expect(metricsFile(out)).toEqual([]);
  });

  it("before any checkpoint promises none", async () => {
    const out = place();
    expect(await diverge(out, { learningRate: 1e30 })).not.toContain("checkpoint");
    expect(checkpoints(out)).toEqual([]);
    expect(metricsFile(out)).toEqual([]);
  });

  it("in the update that ends an epoch writes no checkpoint of it", async () => {
    // One update an epoch, whose own loss is finite: only the weights after it tell.
    const out = place();
    const message = await diverge(out, { optimizer: "sgd", learningRate: 1e39, batch: 108, epochs: 2 });
    expect(message).toMatch(/^step 1: weights\/.+ holds -?(NaN|Infinity) at element \d+\./);
    expect(checkpoints(out)).toEqual([]);
  });

  it("is not what a high but bearable rate is taken for", async () => {
    const { metrics } = await train(place(), { learningRate: 0.05 });
    expect(metrics.length).toBe(settings.epochs);
    expect(metrics.every(({ loss }) => Number.isFinite(loss))).toBe(true);
  });
});
