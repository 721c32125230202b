import type { EpochMetrics } from "../run/metrics.js";
import type { Settings } from "./settings.js";
import { thresholds } from "./thresholds.js";

/** How the loss went, with the KL's weight that training ended with: -E ln p(x|z) and what the KL costs, nats per example. */
export interface History {
  epochs: number;
  /** Of validation examples, else of training batches. */
  part: "validation" | "training";
  first: number;
  best: number;
  bestEpoch: number;
  last: number;
  /** worst - best */
  progress: number;
  /** Share of the progress that the last third of the epochs made; 0 where they made none. */
  late: number;
  /** Largest rise from an epoch to the next in the second half of the run; 0 where there is none. */
  rise: number;
  /** From the best epoch to the last. */
  relapse: number;
  /** Nats that the last third of the epochs made, and their share of what was learned beyond the best constant prediction. */
  lateNats: number;
  lateBeyond: number;
  /** Loss of the training batches, in the best epoch and in the last. */
  training: { atBest: number; last: number };
  /** KL of each epoch, nats. */
  kl: number[];
}

/** The KL's part of the loss once its schedule is over: beta KL, or beta |KL - C|. */
export function klCost({ kl: control }: Settings): (kl: number) => number {
  if (!control) return (kl) => kl;
  const { beta, capacity } = control;
  return capacity ? (kl) => beta * Math.abs(kl - capacity.nats) : (kl) => beta * kl;
}

export interface HistoryOptions {
  /** Fewest epochs. Default `thresholds.historyEpochs`. */
  least?: number;
  /** ln p(x) of the best constant prediction, nats; null where it is not known. Default null. */
  constant?: number | null;
}

/** Null where there are too few epochs to say anything, or where they are not finite. */
export function readHistory(
  metrics: readonly EpochMetrics[],
  cost: (kl: number) => number,
  { least = thresholds.historyEpochs, constant = null }: HistoryOptions = {},
): History | null {
  const epochs = metrics.length;
  if (epochs < least) return null;
  const validated = metrics.every(({ validation }) => validation !== null);
  const parts = metrics.map(({ validation, train }) => (validated ? validation! : train));
  const lossOf = ({ reconstruction, kl }: { reconstruction: number; kl: number }) =>
    reconstruction + cost(kl);
  const values = parts.map(lossOf);
  if (!values.every(Number.isFinite)) return null;
  const best = Math.min(...values);
  const [first, last] = [values[0]!, values.at(-1)!];
  const progress = Math.max(...values) - best;
  const before = Math.min(...values.slice(0, Math.min(epochs - 1, Math.ceil((2 / 3) * epochs))));
  const lateNats = Math.max(0, before - last);
  const start = Math.min(
    Math.max(...values),
    constant === null ? Number.POSITIVE_INFINITY : cost(0) - constant,
  );
  const bestAt = values.indexOf(best);
  const rises = values.map((value, i) => (i >= epochs / 2 ? value - values[i - 1]! : 0));
  return {
    epochs,
    part: validated ? "validation" : "training",
    first,
    best,
    bestEpoch: bestAt + 1,
    last,
    progress,
    late: progress > 0 ? lateNats / progress : 0,
    rise: Math.max(...rises),
    relapse: last - best,
    lateNats,
    lateBeyond: lateNats === 0 ? 0 : Math.min(1, lateNats / Math.max(lateNats, start - best)),
    training: { atBest: lossOf(metrics[bestAt]!.train), last: lossOf(metrics.at(-1)!.train) },
    kl: parts.map(({ kl }) => kl),
  };
}

/** Nats of a loss that count as progress, or as a step back. */
export function countsAsProgress(nats: number, loss: number): boolean {
  const { nats: least, share } = thresholds.leastProgress;
  return nats > Math.max(least, share * Math.abs(loss));
}

/** Whether the loss was still falling when training ended, measured against what was learned beyond the best constant. */
export function stillFalling(history: History): boolean {
  const { lateNats, lateBeyond, relapse, best } = history;
  return (
    countsAsProgress(lateNats, best) &&
    lateBeyond >= thresholds.lateProgress &&
    relapse <= thresholds.relapse * lateNats
  );
}

/** The validation loss has left its best while that of the training batches went on falling. */
export function overfits({ part, relapse, progress, best, training }: History): boolean {
  return (
    part === "validation" &&
    countsAsProgress(relapse, best) &&
    relapse > thresholds.relapse * progress &&
    training.last < training.atBest
  );
}
