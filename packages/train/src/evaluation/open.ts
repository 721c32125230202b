import { existsSync } from "node:fs";
import { join } from "node:path";
import { manifestName, UsageError } from "@vaekit/infer";
import { type LoadRunOptions, loadRun } from "../load-run.js";
import { evaluatedBundle } from "./of-bundle.js";
import { type EvaluatedOptions, evaluatedRun } from "./of-run.js";
import type { EvaluatedModel } from "./types.js";

/**
 * The model of a run's or a bundle's directory, ready to be evaluated. The caller disposes of it.
 * @throws UsageError where there is neither; RunError or BundleError for a damaged one
 */
export async function openEvaluated(
  path: string,
  options: EvaluatedOptions & LoadRunOptions = {},
): Promise<EvaluatedModel> {
  if (existsSync(join(path, manifestName))) return evaluatedBundle(path, options);
  if (!existsSync(join(path, "config.json"))) {
    throw new UsageError(
      `${path}: neither a bundle (${manifestName}) nor a run (config.json) is there. ` +
        "Give a directory that `vaekit train` or `vaekit export` wrote.",
    );
  }
  const run = await loadRun(path, options);
  if (run.stopped) {
    options.onWarning?.(`${path} stopped before its last epoch; its newest checkpoint is evaluated`);
  }
  const model = evaluatedRun(run, options);
  return {
    ...model,
    async dispose() {
      await model.dispose();
      run.vae.dispose();
    },
  };
}
