import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { decodeTensors } from "@vaekit/export";
import {
  type EpochMetrics,
  type FitEvent,
  type FitOptions,
  fit,
  mlp,
  type ResumeOptions,
  type Run,
  resume,
} from "@vaekit/train";
import { onTestFinished } from "vitest";
import { bars, temporaryDirectory } from "../support/data.ts";
import { flat } from "./jobs.ts";

export const data = bars(120);
export const model = mlp({ shape: data.shape, latent: 3, hidden: [12] });
/** 108 examples to train on: nine updates an epoch. */
export const settings = { epochs: 3, batch: 12, seed: 3 } as const satisfies FitOptions;
export const stepsPerEpoch = 9;

export function place(): string {
  return join(temporaryDirectory(), "run");
}

/** Three quick epochs; the Vae goes when the test does. */
export async function train(out: string, options: FitOptions = {}): Promise<Run> {
  const run = await fit(model, data, { ...settings, out, ...options });
  onTestFinished(() => run.vae.dispose());
  return run;
}

export async function goOn(out: string, options: ResumeOptions = {}): Promise<Run> {
  const run = await resume(out, { data, ...options });
  onTestFinished(() => run.vae.dispose());
  return run;
}

/** Options that stop a run after an update: a checkpoint is written after each, and one event later the signal fires. */
export function stopAfter(step: number): Pick<FitOptions, "checkpointEvery" | "signal" | "onEvent"> {
  const controller = new AbortController();
  const onEvent = (event: FitEvent) => {
    // The signal is looked at after an update, so it fires in the checkpoint before it.
    if (event.type === "checkpoint" && event.path.includes(`step-${String(step - 1).padStart(9, "0")}`))
      controller.abort();
  };
  return { checkpointEvery: 1, signal: controller.signal, onEvent };
}

export function checkpoints(out: string): string[] {
  return readdirSync(join(out, "checkpoints"))
    .sort()
    .map((name) => join(out, "checkpoints", name));
}

/** Weights and slots of the newest checkpoint, and the place in the run without its clock. */
export function newestCheckpoint(out: string) {
  const path = checkpoints(out).at(-1)!;
  const { tensors, metadata } = decodeTensors(new Uint8Array(readFileSync(path)), path);
  const { sums, ...progress } = JSON.parse(metadata.progress!);
  const state = Object.fromEntries(
    Object.entries(tensors).map(([name, { data: values }]) => [name, values as Float32Array]),
  );
  return { progress, names: Object.keys(state), values: flat(state) };
}

/** What of the metrics does not depend on the clock. */
export function numbers(metrics: readonly EpochMetrics[]) {
  return metrics.map(({ examplesPerSecond, seconds, ...line }) => line);
}

export function metricsFile(out: string): EpochMetrics[] {
  const lines = readFileSync(join(out, "metrics.jsonl"), "utf8").trimEnd().split("\n");
  return lines.filter(Boolean).map((line) => JSON.parse(line));
}
