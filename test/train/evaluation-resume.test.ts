import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DataError } from "@vaekit/infer";
import { type EvaluatedModel, type EvaluateOptions, evaluate } from "@vaekit/train";
import { describe, expect, it } from "vitest";
import { temporaryDirectory } from "../support/data.ts";
import { asRun, figures, knownBars, smallVae } from "./evaluation-support.ts";

const data = knownBars(24);
const options: EvaluateOptions = { importance: [1, 6, 120], importanceExamples: 6, seed: 3, rows: 30 };
const modelOf = (seed = 2) => asRun(smallVae({}, seed));

/** Evaluate, stopped after so many of the model's calls. */
async function stopped(model: EvaluatedModel, calls: number, more: EvaluateOptions): Promise<void> {
  const controller = new AbortController();
  const reason = new Error("enough");
  let done = 0;
  const run = evaluate(model, data, {
    ...options,
    ...more,
    signal: controller.signal,
    onProgress() {
      done += 1;
      if (done === calls) controller.abort(reason);
    },
  });
  await expect(run).rejects.toBe(reason);
  expect(done).toBe(calls);
}

describe("an evaluation that was stopped", () => {
  // All examples take eight calls with three of them each, the larger K 24 more with one each.
  it.each([1, 2, 8, 13, 30])("goes on to the same numbers, after %i calls", async (calls) => {
    const resumeFile = join(temporaryDirectory(), "evaluation.json");
    const model = modelOf();
    const whole = await evaluate(model, data, options);
    await stopped(model, calls, { resumeFile, saveEvery: 0 });
    let first: number | undefined;
    const rest = await evaluate(model, data, {
      ...options,
      resumeFile,
      onProgress: ({ done }) => {
        first ??= done;
      },
    });
    expect(figures(rest)).toEqual(figures(whole));
    if (calls > 2) expect(first).toBeGreaterThan(30);
  });

  it("keeps a file even where nothing was drawn yet, and counts the time before the stop", async () => {
    const resumeFile = join(temporaryDirectory(), "evaluation.json");
    const reason = new Error("enough");
    const quick = { importance: [], repeats: 1, resumeFile };
    const stop = evaluate(modelOf(), data, { ...quick, signal: AbortSignal.abort(reason) });
    await expect(stop).rejects.toBe(reason);
    const kept = JSON.parse(readFileSync(resumeFile, "utf8"));
    expect(kept.results).toEqual([[]]);
    expect(kept.seconds).toBeGreaterThan(0);
    writeFileSync(resumeFile, JSON.stringify({ ...kept, seconds: 1000 }));
    const { seconds } = await evaluate(modelOf(), data, quick);
    expect(seconds).toBeGreaterThan(1000);
    expect(JSON.parse(readFileSync(resumeFile, "utf8")).seconds).toBeGreaterThan(1000);
  });

  it("leaves no file where it failed before anything was done", async () => {
    const resumeFile = join(temporaryDirectory(), "evaluation.json");
    const vae = smallVae();
    const weights = vae.readWeights();
    Object.values(weights).at(-1)!.fill(Number.NaN);
    vae.writeWeights(weights);
    const failed = evaluate(asRun(vae), data, { importance: [], repeats: 1, resumeFile });
    await expect(failed).rejects.toThrow(DataError);
    expect(existsSync(resumeFile)).toBe(false);
  });

  it("is finished at once where nothing is left", async () => {
    const resumeFile = join(temporaryDirectory(), "evaluation.json");
    const model = modelOf();
    const whole = await evaluate(model, data, { ...options, resumeFile });
    const onProgress = () => expect.unreachable("nothing is left to draw");
    const again = await evaluate(model, data, { ...options, resumeFile, onProgress });
    expect(figures(again)).toEqual(figures(whole));
  });

  it("does not go on as another one", async () => {
    const resumeFile = join(temporaryDirectory(), "evaluation.json");
    await evaluate(modelOf(), data, { ...options, resumeFile });
    const other = /evaluation\.json: of another evaluation/;
    for (const more of [
      { seed: 4 },
      { limit: 20 },
      { rows: 31 },
      { repeats: 20 },
      { importanceExamples: 5 },
      { binarize: "dynamic" as const },
    ]) {
      await expect(evaluate(modelOf(), data, { ...options, ...more, resumeFile })).rejects.toThrow(other);
    }
    await expect(evaluate(modelOf(9), data, { ...options, resumeFile })).rejects.toThrow(other);
    writeFileSync(resumeFile, readFileSync(resumeFile).subarray(0, 300));
    const damaged = evaluate(modelOf(), data, { ...options, resumeFile });
    await expect(damaged).rejects.toThrow(/not what a stopped evaluation leaves\. Remove it/);
    await expect(damaged).rejects.toBeInstanceOf(DataError);
  });
});
