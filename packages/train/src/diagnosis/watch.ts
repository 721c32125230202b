import { startDeviation } from "../likelihood/location-scale.js";
import type { RunConfig } from "../run/config.js";
import type { EpochMetrics, LatentStatistics } from "../run/metrics.js";
import { startAdvice, warmupAdvice } from "./advice.js";
import { say } from "./case.js";
import { scaleAdvice } from "./evidence.js";
import { klCost, overfits, readHistory } from "./history.js";
import {
  betaOf,
  defaultRateOf,
  fixedScaleOf,
  rateFactorOf,
  type Settings,
  settingsSchema,
} from "./settings.js";
import { thresholds } from "./thresholds.js";

export interface WatchedRun {
  config: RunConfig;
  /** The first epoch, counted from 1, in which the KL's weight is what it stays. */
  settled: number;
  batchesPerEpoch: number;
  /** Where the run is written, for the advice. */
  directory: string | null;
}

/** What is to be said after an epoch. metrics: of all epochs; statistics: of the newest, null without validation */
export type Watch = (metrics: readonly EpochMetrics[], statistics: LatentStatistics | null) => string[];

type Sign = (epochs: readonly EpochMetrics[], statistics: readonly LatentStatistics[]) => string | null;

/**
 * Signs of a collapse while training goes on, each told once, with the likely cause and what to change. It costs nothing: it
 * reads what validation computed. Nothing is said before the KL's warm-up is over, nor in the first updates after it, when
 * healthy networks still give the mean picture (thresholds.watchUpdates); but at the end of the run, of a KL of nothing.
 */
export function watchRun({ config, settled, batchesPerEpoch, directory }: WatchedRun): Watch {
  const settings = settingsSchema.parse(config);
  const updates = thresholds.watchUpdates * Math.max(1, 1 / rateFactorOf(settings));
  const patient = Math.max(thresholds.watchEpochs, Math.ceil(updates / batchesPerEpoch));
  const signs = signsOf(config, settings);
  const said = new Set<Sign>();
  const recent: LatentStatistics[] = [];
  return (metrics, statistics) => {
    recent.push(...(statistics ? [statistics] : []));
    if (recent.length > thresholds.watchEpochs) recent.shift();
    const epochs = metrics.slice(settled - 1);
    if (epochs.length === 0) return [];
    const over = metrics.length === config.epochs && said.size === 0;
    const due = epochs.length < patient ? [] : signs;
    const told = due.flatMap((sign) => {
      const told = said.has(sign) ? null : sign(epochs, recent);
      if (told === null) return [];
      said.add(sign);
      return [directory === null ? told : `${told} \`vaekit diagnose ${directory}\` looks closer.`];
    });
    const last = over && told.length === 0 ? atTheEnd(config, settings, epochs.at(-1)!) : null;
    return last === null ? told : [`${last} \`vaekit diagnose ${directory ?? "<run>"}\` looks closer.`];
  };
}

function signsOf(config: RunConfig, settings: Settings): Sign[] {
  const { kind } = config.objective;
  if (kind === "ae") return [];
  if (kind === "vq") return [oneCode];
  const signs = config.kl.beta > 0 ? [collapse(config, settings)] : [];
  return config.patience === null ? [...signs, rising(settings)] : signs;
}

/** A run that is over, and too short for the signs above, with a z that holds nothing. */
function atTheEnd(config: RunConfig, settings: Settings, line: EpochMetrics): string | null {
  const { kind } = config.objective;
  const { kl } = line.validation ?? line.train;
  if (kind === "ae" || kind === "vq" || config.kl.beta === 0 || kl >= thresholds.vanishedKl) return null;
  const updates = line.step * Math.min(1, rateFactorOf(settings));
  const few = updates < thresholds.fewUpdates && betaOf(settings) <= 1;
  const advice = few
    ? `${line.step} updates are few: train with more --epochs.`
    : adviceOf(settings, { conditional: config.model.condition !== null });
  return `At the end of training the KL is ${say(kl)} nats: z holds nothing, and the decoder does without it. ${advice}`;
}

/** The posterior says nothing of x, or is the same for every x. */
function collapse({ model }: RunConfig, settings: Settings): Sign {
  return (epochs, statistics) => {
    const last = epochs.slice(-thresholds.watchEpochs).flatMap(({ validation }) => validation ?? []);
    if (last.length < thresholds.watchEpochs) return null;
    const vanished = last.every((line) => line.kl < thresholds.vanishedKl);
    const inactive =
      statistics.length === thresholds.watchEpochs &&
      statistics.every(({ std }) => std.every((value) => value ** 2 <= thresholds.activeVariance));
    if (!(vanished || inactive)) return null;
    return (
      `Posterior collapse: in epoch ${epochs.at(-1)!.epoch} the KL is ${say(last.at(-1)!.kl)} nats and ` +
      `${inactive ? `all ${model.latent}` : "hardly any"} latent dimensions are inactive, so that the decoder ignores z. ` +
      `${adviceOf(settings, { conditional: model.condition !== null })}`
    );
  };
}

function adviceOf(settings: Settings, { conditional }: { conditional: boolean }): string {
  const beta = betaOf(settings);
  const scale = fixedScaleOf(settings);
  const rate = rateFactorOf(settings);
  const warmup = warmupAdvice(settings);
  if (beta > 1)
    return `beta ${beta} is the likely cause: train with --beta 1${warmup ? ` or ${warmup}` : ""}.`;
  if (scale !== null && scale > startDeviation) {
    return `The decoder's fixed scale ${scale}, on the scale 0 to 1, is the likely cause: ${scaleAdvice(settings)}.`;
  }
  if (rate >= thresholds.rateFactor) {
    return `The learning rate ${settings.learningRate} is the likely cause: train with --lr ${defaultRateOf(settings)}.`;
  }
  if (conditional) {
    return `Where c says all of x there is nothing left for z; else ${startAdvice(settings)}.`;
  }
  return `The KL may have won before the decoder learned anything: ${startAdvice(settings)}.`;
}

/** The loss has left its best far behind. */
function rising(settings: Settings): Sign {
  const cost = klCost(settings);
  return (epochs) => {
    const history = readHistory(epochs, cost);
    if (history?.part !== "validation") return null;
    const { relapse, progress, best, bestEpoch, last } = history;
    const { leastProgress } = thresholds;
    const counts = relapse > Math.max(leastProgress.nats, leastProgress.share * Math.abs(best));
    const behind = history.epochs - bestEpoch >= thresholds.watchEpochs;
    if (!counts || !behind || relapse <= thresholds.relapse * progress) return null;
    return (
      `The validation loss, ${say(last)} nats, is ${say(relapse)} above its best, of epoch ${epochs[bestEpoch - 1]!.epoch}: ` +
      (overfits(history) && rateFactorOf(settings) < thresholds.rateFactor
        ? "that of training still falls, so the examples are learned by heart. Train with a --patience, on more data, or with a smaller network."
        : "the learning rate is too high. Train with a lower --lr, or with a --patience.")
    );
  };
}

/** Every example has the same code. */
const oneCode: Sign = (epochs) => {
  const last = epochs.slice(-thresholds.watchEpochs);
  const perplexity = last.map(({ terms }) => terms.perplexity ?? Number.POSITIVE_INFINITY);
  if (!perplexity.every((value) => value < thresholds.codes.perplexity)) return null;
  return (
    `Codebook collapse: in epoch ${last.at(-1)!.epoch} its perplexity is ${say(perplexity.at(-1)!)}, so that nearly all examples have one code. ` +
    "Train with fewer codes, or with a lower --lr."
  );
};
