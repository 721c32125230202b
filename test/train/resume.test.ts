import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { FitEvent, FitOptions } from "@vaekit/train";
import { conditionOn, fit, loadRun, mlp, RunError, sliceRows } from "@vaekit/train";
import { describe, expect, it } from "vitest";
import { bars } from "../support/data.ts";
import { idxBytes, temporaryFile } from "./idx-files.ts";
import { flat } from "./jobs.ts";
import {
  data,
  goOn,
  metricsFile,
  newestCheckpoint,
  numbers,
  place,
  settings,
  stepsPerEpoch,
  stopAfter,
  train,
} from "./run-directories.ts";

/** Stop a run after some update, go on with it, and hold it against one that was never stopped. */
async function expectSame(stop: number, options: FitOptions = {}): Promise<void> {
  const [whole, broken] = [place(), place()];
  const expected = await train(whole, options);
  const stopped = await train(broken, { ...options, ...stopAfter(stop) });
  expect(stopped.stopped).toBe(true);
  expect(newestCheckpoint(broken).progress.step).toBe(stop);
  const validation = typeof options.validation === "object" ? options.validation : undefined;
  const resumed = await goOn(broken, { validation });
  expect(resumed.stopped).toBe(false);
  expect(flat(resumed.vae.readWeights())).toEqual(flat(expected.vae.readWeights()));
  expect(newestCheckpoint(broken)).toEqual(newestCheckpoint(whole));
  expect(numbers(resumed.metrics)).toEqual(numbers(expected.metrics));
  expect(numbers(metricsFile(broken))).toEqual(numbers(metricsFile(whole)));
  expect(resumed.statistics).toEqual(expected.statistics);
  expect(readFileSync(join(broken, "config.json"), "utf8")).toBe(
    readFileSync(join(whole, "config.json"), "utf8"),
  );
}

describe("a run that was stopped and resumed is bit for bit one that was not:", () => {
  it.each([2, 5, 8])("stopped after update %d of the first epoch", async (step) => {
    await expectSame(step);
  });

  it("stopped in a later epoch", async () => {
    await expectSame(2 * stepsPerEpoch + 4);
  });

  it.each([1, 2])("stopped on the last update of epoch %d", async (epoch) => {
    await expectSame(epoch * stepsPerEpoch);
  });

  it("stopped on the very last update", async () => {
    await expectSame(3 * stepsPerEpoch);
  });

  it("with dynamic binarisation", async () => {
    await expectSame(stepsPerEpoch + 5, { binarize: "dynamic" });
  });

  it.each(["rmsprop", "sgd"] as const)("with %s", async (optimizer) => {
    await expectSame(stepsPerEpoch + 5, { optimizer });
  });

  it("with validation data of their own", async () => {
    await expectSame(stepsPerEpoch + 5, { validation: bars(30, 9) });
  });

  it("with none kept back", async () => {
    await expectSame(stepsPerEpoch + 5, { validation: 0 });
  });

  it("with another weight of the KL, on one thread", async () => {
    await expectSame(stepsPerEpoch + 5, { beta: 4, threads: 1 });
  });

  it("stopped between two epochs", async () => {
    const [whole, broken] = [place(), place()];
    await train(whole);
    const controller = new AbortController();
    const events: FitEvent[] = [];
    const onEvent = (event: FitEvent) => {
      events.push(event);
      if (event.type === "epoch") controller.abort();
    };
    const stopped = await train(broken, { signal: controller.signal, onEvent });
    expect(stopped.metrics.length).toBe(1);
    expect(events.at(-1)).toEqual({
      type: "stopped",
      step: stepsPerEpoch,
      path: join(broken, "checkpoints", "step-000000009.safetensors"),
    });
    await goOn(broken);
    expect(newestCheckpoint(broken)).toEqual(newestCheckpoint(whole));
    expect(numbers(metricsFile(broken))).toEqual(numbers(metricsFile(whole)));
  });

  it("stopped again and again", async () => {
    const [whole, broken] = [place(), place()];
    await train(whole);
    await train(broken, stopAfter(3));
    for (const step of [7, 12, 20]) expect((await goOn(broken, stopAfter(step))).stopped).toBe(true);
    await goOn(broken);
    expect(newestCheckpoint(broken)).toEqual(newestCheckpoint(whole));
    expect(numbers(metricsFile(broken))).toEqual(numbers(metricsFile(whole)));
  });
});

describe("resume", () => {
  it("with more epochs goes on with a finished run, as if that many had been asked for", async () => {
    const [long, short] = [place(), place()];
    await train(long, { epochs: 4 });
    await train(short, { epochs: 2 });
    const resumed = await goOn(short, { epochs: 4 });
    expect(resumed.config.epochs).toBe(4);
    expect(newestCheckpoint(short)).toEqual(newestCheckpoint(long));
    expect(numbers(metricsFile(short))).toEqual(numbers(metricsFile(long)));
  });

  it("of a finished run changes nothing", async () => {
    const out = place();
    const run = await train(out);
    const before = newestCheckpoint(out);
    const resumed = await goOn(out);
    expect(resumed).toMatchObject({ metrics: run.metrics, statistics: run.statistics, stopped: false });
    expect(flat(resumed.vae.readWeights())).toEqual(flat(run.vae.readWeights()));
    expect(newestCheckpoint(out)).toEqual(before);
  });

  it("on compiled of a run begun on cpu comes close to one that stayed on cpu", async () => {
    const [whole, broken] = [place(), place()];
    await train(whole, { engine: "cpu" });
    await train(broken, { engine: "cpu", ...stopAfter(stepsPerEpoch + 2) });
    const resumed = await goOn(broken, { engine: "compiled" });
    expect(resumed.config.engine).toBe("compiled");
    const [a, b] = [newestCheckpoint(broken), newestCheckpoint(whole)];
    expect(a.names).toEqual(b.names);
    expect(a.progress).toEqual(b.progress);
    expect(a.values).toBeAllClose(b.values, { scaleTol: 1e-5 });
    const losses = (out: string) => metricsFile(out).map(({ loss }) => loss);
    expect(losses(broken)).toBeAllClose(losses(whole), { rtol: 1e-5 });
  });

  it("loads a stopped run with loadRun", async () => {
    const out = place();
    const stopped = await train(out, stopAfter(stepsPerEpoch + 2));
    const loaded = await loadRun(out);
    expect(loaded.stopped).toBe(true);
    expect(loaded.metrics.length).toBe(1);
    expect(flat(loaded.vae.readWeights())).toEqual(flat(stopped.vae.readWeights()));
    loaded.vae.dispose();
  });

  it("of a conditional model refuses other labels beside the same pictures", async () => {
    const out = place();
    const labelled = { ...data, labels: Uint8Array.from({ length: data.count }, (_, i) => i % 3) };
    const options = { ...settings, epochs: 1, out };
    const told = mlp({
      shape: data.shape,
      latent: 2,
      hidden: [8],
      condition: conditionOn(labelled, "labels"),
    });
    (await fit(told, labelled, options)).vae.dispose();
    const others = { ...labelled, labels: labelled.labels.toReversed() };
    await expect(goOn(out, { data: others, epochs: 2 })).rejects.toThrow(
      "is not the data that the run began with",
    );
    expect((await goOn(out, { data: labelled, epochs: 2 })).metrics.length).toBe(2);
  });

  it("refuses data other than those it began with", async () => {
    const out = place();
    await train(out, stopAfter(4));
    for (const other of [
      bars(120, 2),
      sliceRows(data, 0, 119),
      { ...data, values: data.values.toReversed() },
    ]) {
      await expect(goOn(out, { data: other })).rejects.toThrow(RunError);
      await expect(goOn(out, { data: other })).rejects.toThrow(
        "is not the data that the run began with (its sha256 differs).",
      );
    }
  });

  it("refuses validation data other than those it began with, or any where it keeps some back", async () => {
    const [out, back] = [place(), place()];
    await train(out, { validation: bars(30, 9), ...stopAfter(4) });
    const other = goOn(out, { validation: bars(30, 8) });
    await expect(other).rejects.toThrow(RunError);
    await expect(other).rejects.toThrow(
      `${out}: bars is not the validation data that the run began with (its sha256 differs).`,
    );
    await goOn(out, { validation: bars(30, 9) });
    await train(back, stopAfter(4));
    await expect(goOn(back, { validation: bars(30, 9) })).rejects.toThrow(
      `${back}: the run keeps its validation examples back from its data, got bars to validate on. Leave that out.`,
    );
  });

  it.each([
    [{ rate: "cosine" }, /^the rate cosine is now .* begins with --rate cosine:epochs=3\.$/],
    [{ rate: "step", epochs: 3 }, /^the rate step is now .* begins with --rate step:every=1\.$/],
    [
      { warmup: { kind: "cyclical", cycles: 1 } },
      /^the warmup cyclical is now laid out over 6 epochs instead of 3, so that its value jumps\. A run whose warmup keeps its length begins with --kl-warmup cyclical:epochs=3\.$/,
    ],
    [{ rate: { kind: "cosine", epochs: 3 }, warmup: 2 }, null],
    [{ rate: { kind: "step", every: 1 } }, null],
  ] as [FitOptions, RegExp | null][])(
    "with more epochs says which schedule is laid out anew: %j",
    async (options, message) => {
      const out = place();
      await train(out, { ...options, ...stopAfter(2) });
      const warningsOf = async (epochs: number) => {
        const warnings: string[] = [];
        const { onEvent, ...stop } = stopAfter(4);
        await goOn(out, {
          ...stop,
          epochs,
          onEvent(event) {
            if (event.type === "warning") warnings.push(event.message);
            onEvent!(event);
          },
        });
        return warnings.filter((warning) => warning.includes("laid out"));
      };
      expect(await warningsOf(3)).toEqual([]);
      expect(await warningsOf(6)).toEqual(message ? [expect.stringMatching(message)] : []);
    },
  );

  it("opens the run's data again by their path, and refuses them when the file has changed", async () => {
    const path = temporaryFile(idxBytes([120, 6, 5], data.values));
    const out = place();
    const whole = place();
    await train(whole);
    await train(out, { source: { data: path }, ...stopAfter(4) });
    await goOn(out, { data: undefined });
    expect(newestCheckpoint(out)).toEqual(newestCheckpoint(whole));
    writeFileSync(path, idxBytes([120, 6, 5], bars(120, 2).values));
    await expect(goOn(out, { data: undefined })).rejects.toThrow("is not the data that the run began with");
    rmSync(path);
    await expect(goOn(out, { data: undefined })).rejects.toThrow(
      `${path}: neither a file nor a named data set`,
    );
  });

  it("asks for data that came from memory", async () => {
    const out = place();
    await train(out, { validation: bars(30, 9), ...stopAfter(4) });
    await expect(goOn(out, { data: undefined })).rejects.toThrow(
      "the run's data came from memory; give them again: resume(path, { data })",
    );
    await expect(goOn(out)).rejects.toThrow(
      "the run's validation data came from memory; give them again: resume(path, { validation })",
    );
  });

  it("refuses an engine that does not exist and leaves the run as it was", async () => {
    const out = place();
    await train(out, { epochs: 1 });
    const before = readFileSync(join(out, "config.json"), "utf8");
    await expect(goOn(out, { engine: "compield" as never, epochs: settings.epochs })).rejects.toThrow(
      "Did you mean compiled?",
    );
    await expect(goOn(out, { epochs: 0 })).rejects.toThrow("epochs must be a positive integer, got 0");
    expect(readFileSync(join(out, "config.json"), "utf8")).toBe(before);
  });
});
