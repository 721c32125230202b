import { existsSync } from "node:fs";
import { join } from "node:path";
import { manifestName, openBundle, readManifest } from "@vaekit/infer";
import type { EvaluatedOptions } from "../evaluation/of-run.js";
import { evaluatedRun } from "../evaluation/of-run.js";
import { openEvaluated } from "../evaluation/open.js";
import type { LoadRunOptions } from "../load-run.js";
import { RunDirectory } from "../run/directory.js";
import type { Run } from "../train-run.js";
import type { Patient } from "./diagnose.js";

/**
 * A run's or a bundle's directory, ready to be diagnosed. The caller disposes of the model.
 * @throws UsageError where there is neither; RunError or BundleError for a damaged one
 */
export async function openPatient(
  path: string,
  options: EvaluatedOptions & LoadRunOptions = {},
): Promise<Patient> {
  const model = await openEvaluated(path, options);
  if (existsSync(join(path, manifestName))) {
    const { training } = await readManifest(await openBundle(path));
    return { model, training, metrics: [] };
  }
  const { run, config } = await RunDirectory.open(path);
  return { model, training: config, metrics: await run.readMetrics() };
}

/** A run that has just been trained. `dispose` of the model leaves the run's Vae to its owner. */
export function patientOf(
  run: Pick<Run, "vae" | "config" | "metrics" | "directory">,
  options: EvaluatedOptions = {},
): Patient {
  return { model: evaluatedRun(run, options), training: run.config, metrics: run.metrics };
}
