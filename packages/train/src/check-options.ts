import { checkEngine } from "./engine/index.js";
import { checkFit } from "./engine/job.js";
import type { AnyModelConfig } from "./model/index.js";
import { type ObjectiveConfig, objectives } from "./objective/index.js";
import type { ObjectiveKind } from "./objective/types.js";
import { checkFitOptions, type FitOptions } from "./options.js";
import { learningConfig } from "./plan.js";
import { type PriorConfig, priors } from "./prior/index.js";
import type { PriorKind } from "./prior/types.js";
import { checkEarlyStopping } from "./schedule/early-stopping.js";
import { klSchedule } from "./schedule/kl.js";
import { checkKlControls } from "./schedule/kl-config.js";
import { createRate } from "./schedule/rate/index.js";
import { kindOf } from "./schema.js";

/** As many as no schedule is too short for: what is refused with them, no data could mend. */
const manyBatches = 1e6;

/**
 * Find what is wrong with the options whatever the data are: unknown names and settings, contradictions, schedules that
 * are longer than the run. `fit` finds the same and more, but has data by then, which may take long to read.
 * model: of which the shape is not looked at
 * @throws UsageError
 */
export async function checkOptions(model: AnyModelConfig, options: FitOptions): Promise<void> {
  checkFitOptions(options);
  await checkEngine(options.engine ?? "compiled");
  const { objective, rate, learningRate, kl, patience } = learningConfig(options);
  const { prior, latent } = model;
  checkFit(objective.kind, prior.kind);
  const kind = kindOf<ObjectiveKind<ObjectiveConfig>>(objectives, objective, "objective");
  checkKlControls(kl, objective.kind, kind.controls(objective));
  kindOf<PriorKind<PriorConfig>>(priors, prior, "prior").check(prior, {
    latent,
    conditional: model.condition !== null,
  });
  const rows = options.batch ?? 128;
  kind.create(objective, {
    examples: rows * manyBatches,
    rows,
    latent,
    uniforms: 0,
  });
  const { epochs = 10 } = options;
  const validation = options.validation !== 0;
  const run = { epochs, batchesPerEpoch: manyBatches };
  // Whether a learned prior's KL splits into dimensions is known when it is built.
  const { settled } = klSchedule(kl, { ...run, latent, factorised: true });
  createRate(rate, { ...run, learningRate, validation, settled });
  if (patience !== null) checkEarlyStopping({ patience, from: settled }, { epochs, validation });
}
