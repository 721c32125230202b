import { version } from "@vaekit/export";
import { UsageError } from "@vaekit/infer";
import { checkData } from "./data/dataset.js";
import { fingerprint } from "./data/fingerprint.js";
import type { Dataset } from "./data/types.js";
import { checkEngine, createEngine } from "./engine/index.js";
import type { EngineName } from "./engine/types.js";
import type { AnyModelConfig } from "./model/index.js";
import { prepareModel } from "./model/prepare.js";
import { Vae } from "./model/vae.js";
import { checkFitOptions, type FitOptions } from "./options.js";
import { learningConfig, planRun } from "./plan.js";
import { type RunConfig, runFormat, runVersion } from "./run/config.js";
import { RunDirectory } from "./run/directory.js";
import { splitIndices, wholeOf } from "./split.js";
import { type Run, type Start, trainRun } from "./train-run.js";

/**
 * Train a VAE.
 * model: from `mlp(...)`, `conv(...)`, ...; data: from `openData` or `images`.
 * @throws UsageError for options that do not fit, DataError for data that the likelihood gives no probability,
 *   DivergenceError when loss or weights stop being finite
 */
export async function fit(model: AnyModelConfig, data: Dataset, options: FitOptions = {}): Promise<Run> {
  checkFitOptions(options);
  checkData(data);
  const ready = await prepareModel(model);
  const { seed = 0, out, force, validation = 0.1 } = options;
  await checkEngine(options.engine ?? "compiled");
  const split = splitIndices(data.count, typeof validation === "number" ? validation : 0, seed);
  const kept =
    typeof validation === "number" ? { data, indices: split.validation } : wholeOf(validation, data);
  const batch = options.batch ?? Math.min(128, split.train.length);
  if (batch > split.train.length) {
    throw new UsageError(
      `batch is ${batch}, but there are ${split.train.length} examples to train on. Use a smaller batch.`,
    );
  }
  const config: RunConfig = {
    format: runFormat,
    version: runVersion,
    producer: `vaekit ${version}`,
    model,
    data: {
      source: options.source?.data ?? null,
      limit: options.source?.limit ?? null,
      kind: data.kind,
      name: data.name,
      shape: [...data.shape],
      dtype: data.dtype,
      range: [data.range[0], data.range[1]],
      count: data.count,
      sha256: fingerprint(data, model.condition),
    },
    validation: {
      count: kept.indices.length,
      separate: typeof validation !== "number",
      source: options.source?.validation ?? null,
      sha256: typeof validation === "number" ? null : fingerprint(validation, model.condition),
    },
    ...learningConfig(options),
    batch,
    epochs: options.epochs ?? 10,
    seed,
    engine: options.engine ?? "compiled",
    binarize: options.binarize ?? "none",
  };
  const vae = new Vae(ready, data, seed);
  try {
    const start: Start = { config, vae, data, train: split.train, kept, options };
    const plan = planRun(start);
    // Before anything is written: what an engine cannot do it says when it is made.
    const engine = await createEngine(config.engine as EngineName, plan.job);
    try {
      const directory = out === undefined ? null : await RunDirectory.create(out, config, { force });
      return await trainRun({ ...start, plan, directory, engine });
    } finally {
      await engine.dispose();
    }
  } catch (error) {
    vae.dispose();
    throw error;
  }
}
