import { UsageError } from "@vaekit/infer";
import { patienceOf } from "./loop.js";
import type { AnyModelConfig } from "./model/index.js";
import { prepareModel } from "./model/prepare.js";
import { Vae } from "./model/vae.js";
import { klOf } from "./plan.js";
import { type Best, bestName } from "./run/best.js";
import { checkedState } from "./run/checked-state.js";
import { readNewestCheckpoint } from "./run/checkpoint.js";
import type { RunConfig } from "./run/config.js";
import { RunDirectory } from "./run/directory.js";
import { weightsOf } from "./run/weights.js";
import type { Run } from "./train-run.js";

export interface LoadRunOptions {
  onWarning?: (message: string) => void;
  /** The run's model, where it is a custom one that no module builds. */
  model?: AnyModelConfig;
}

/**
 * A finished or stopped run's model: with the weights of its best epoch where the run has a patience, else of its newest
 * whole checkpoint. The caller disposes of `vae`.
 */
export async function loadRun(path: string, options: LoadRunOptions = {}): Promise<Run> {
  const { onWarning = () => {} } = options;
  const { run, config } = await RunDirectory.open(path);
  const { progress, state } = await readNewestCheckpoint(run.checkpoints, onWarning);
  const metrics = (await run.readMetrics()).filter(({ epoch }) => epoch <= progress.epoch);
  const vae = new Vae(await modelOf(config, options.model), config.data, config.seed);
  const { count } = config.data;
  const train = { length: config.validation.separate ? count : count - config.validation.count };
  try {
    const patience = patienceOf({ config, metrics, schedules: { kl: klOf({ config, vae, train }) } });
    const best = await bestOf(run, patience, onWarning);
    const sizes = vae.variables().map(({ name, variable }) => [name, { length: variable.size }] as const);
    vae.writeWeights(checkedState(best?.weights ?? weightsOf(vae, state), Object.fromEntries(sizes)));
    return {
      vae,
      config,
      metrics,
      statistics: best ? best.statistics : await run.readStatistics(),
      bestEpoch: best?.epoch ?? null,
      directory: path,
      stopped: progress.epoch < config.epochs && !patience?.stop,
    };
  } catch (error) {
    vae.dispose();
    throw error;
  }
}

/** The best epoch's weights, where the run has a patience; with a word to `warn` where they should be there and are not. */
export async function bestOf(
  run: RunDirectory,
  patience: ReturnType<typeof patienceOf>,
  warn: (message: string) => void,
): Promise<Best | null> {
  if (!patience) return null;
  const best = await run.readBest();
  if (!best && patience.best > 0) {
    warn(
      `${run.path}: ${bestName} is missing, which holds the weights of epoch ${patience.best}, the best; ` +
        "those of the newest checkpoint are used",
    );
  }
  return best;
}

/** A run's model, ready to be built. @throws UsageError for a custom one that neither is given nor has a module */
export async function modelOf({ model }: RunConfig, given?: AnyModelConfig): Promise<AnyModelConfig> {
  const chosen = given ?? model;
  if (given && JSON.stringify(given) !== JSON.stringify(model)) {
    throw new UsageError(
      "the model given is not the one that the run began with: their configurations differ.",
    );
  }
  return prepareModel(chosen);
}
