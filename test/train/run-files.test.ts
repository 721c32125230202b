import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { DataError, UsageError } from "@vaekit/infer";
import { fit, loadRun, RunError } from "@vaekit/train";
import { describe, expect, it } from "vitest";
import { temporaryDirectory } from "../support/data.ts";
import { flat } from "./jobs.ts";
import {
  checkpoints,
  data,
  metricsFile,
  model,
  numbers,
  place,
  settings,
  stepsPerEpoch,
  train,
} from "./run-directories.ts";

describe("a run's directory", () => {
  it("holds configuration, metrics, statistics and the two newest checkpoints, and nothing else", async () => {
    const out = place();
    const run = await train(out);
    expect(run.directory).toBe(out);
    expect(readdirSync(out).sort()).toEqual(["checkpoints", "config.json", "latents.json", "metrics.jsonl"]);
    expect(checkpoints(out).map((path) => basename(path))).toEqual([
      "step-000000018.safetensors",
      "step-000000027.safetensors",
    ]);
    expect(JSON.parse(readFileSync(join(out, "config.json"), "utf8"))).toEqual(run.config);
    expect(JSON.parse(readFileSync(join(out, "latents.json"), "utf8"))).toEqual(run.statistics);
    expect(metricsFile(out)).toEqual(run.metrics);
    expect(run.metrics.map(({ step }) => step)).toEqual([1, 2, 3].map((epoch) => epoch * stepsPerEpoch));
  });

  it("changes nothing of what is learnt", async () => {
    const run = await train(place());
    const inMemory = await fit(model, data, settings);
    expect(flat(inMemory.vae.readWeights())).toEqual(flat(run.vae.readWeights()));
    expect(numbers(inMemory.metrics)).toEqual(numbers(run.metrics));
    inMemory.vae.dispose();
  });

  it("is read back by loadRun", async () => {
    const out = place();
    const run = await train(out);
    const loaded = await loadRun(out);
    expect(flat(loaded.vae.readWeights())).toEqual(flat(run.vae.readWeights()));
    expect(loaded).toMatchObject({
      config: run.config,
      metrics: run.metrics,
      statistics: run.statistics,
      stopped: false,
    });
    loaded.vae.dispose();
  });

  it("keeps two checkpoints of many", async () => {
    const out = place();
    await train(out, { checkpointEvery: 2 });
    expect(checkpoints(out).length).toBe(2);
  });
});

describe("out", () => {
  it("that exists is refused without force, and left as it is", async () => {
    const out = place();
    await train(out, { epochs: 1 });
    const before = readFileSync(join(out, "config.json"), "utf8");
    await expect(train(out, { seed: 9 })).rejects.toThrow(UsageError);
    await expect(train(out, { seed: 9 })).rejects.toThrow(
      `${out} exists already. Use --force to replace it, or --resume ${out} to go on with it.`,
    );
    expect(readFileSync(join(out, "config.json"), "utf8")).toBe(before);
    expect(checkpoints(out).length).toBe(1);
  });

  it("that has no checkpoint is not offered to be resumed", async () => {
    const out = place();
    await train(out, { epochs: 1 });
    rmSync(join(out, "checkpoints"), { recursive: true });
    await expect(train(out)).rejects.toThrow(/exists already\. Use --force to replace it\.$/);
  });

  it("that exists is replaced with force", async () => {
    const out = place();
    await train(out);
    const { config } = await train(out, { seed: 9, epochs: 1, force: true });
    expect(config.seed).toBe(9);
    expect(metricsFile(out).length).toBe(1);
    expect(checkpoints(out).length).toBe(1);
  });

  it("that is no run is never replaced", async () => {
    const out = place();
    mkdirSync(out);
    writeFileSync(join(out, "thesis.txt"), "years of work");
    await expect(train(out, { force: true })).rejects.toThrow(UsageError);
    await expect(train(out, { force: true })).rejects.toThrow(
      "thesis.txt, which is no part of a run, so --force does not replace it",
    );
    expect(readdirSync(out)).toEqual(["thesis.txt"]);
  });

  it("with a file that is not vaekit's is never replaced", async () => {
    const out = place();
    await train(out, { epochs: 1 });
    writeFileSync(join(out, "notes.txt"), "what I saw");
    await expect(train(out, { force: true })).rejects.toThrow("notes.txt, which is no part of a run");
    expect(readFileSync(join(out, "notes.txt"), "utf8")).toBe("what I saw");
  });

  it("may be an empty directory", async () => {
    const out = place();
    mkdirSync(out);
    await train(out, { epochs: 1 });
    expect(existsSync(join(out, "config.json"))).toBe(true);
  });

  it.each(["", "/below", "/far/below"])("at a file%s is a DataError that says what to do", async (below) => {
    const file = join(temporaryDirectory(), "file");
    writeFileSync(file, "");
    const error = await train(`${file}${below}`).catch((reason) => reason);
    expect(error).toBeInstanceOf(DataError);
    expect(error.message).toContain(
      "cannot be written: a part of the path is a file, not a directory; choose another place.",
    );
    expect(readFileSync(file, "utf8")).toBe("");
  });
});

describe("loadRun", () => {
  it.each([
    ["a directory that is not there", () => join(temporaryDirectory(), "nowhere")],
    ["an empty directory", () => temporaryDirectory()],
  ])("refuses %s and says what to give", async (_, path) => {
    const error = await loadRun(path()).catch((reason) => reason);
    expect(error).toBeInstanceOf(RunError);
    expect(error.message).toContain(
      "no config.json there, so it is not a run. Give the directory that `vaekit train --out` wrote.",
    );
  });
});
