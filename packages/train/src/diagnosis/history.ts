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
  /** KL of each epoch, nats. */
  kl: number[];
}

/** The KL's part of the loss once its schedule is over: beta KL, or beta |KL - C|. */
export function klCost({ kl: control }: Settings): (kl: number) => number {
  if (!control) return (kl) => kl;
  const { beta, capacity } = control;
  return capacity ? (kl) => beta * Math.abs(kl - capacity.nats) : (kl) => beta * kl;
}

/** Null where there are too few epochs to say anything, or where they are not finite. */
export function readHistory(metrics: readonly EpochMetrics[], cost: (kl: number) => number): History | null {
  const epochs = metrics.length;
  if (epochs < thresholds.historyEpochs) return null;
  const validated = metrics.every(({ validation }) => validation !== null);
  const parts = metrics.map(({ validation, train }) => (validated ? validation! : train));
  const values = parts.map(({ reconstruction, kl }) => reconstruction + cost(kl));
  if (!values.every(Number.isFinite)) return null;
  const best = Math.min(...values);
  const [first, last] = [values[0]!, values.at(-1)!];
  const progress = Math.max(...values) - best;
  const before = Math.min(...values.slice(0, Math.ceil((2 / 3) * epochs)));
  const rises = values.map((value, i) => (i >= epochs / 2 ? value - values[i - 1]! : 0));
  return {
    epochs,
    part: validated ? "validation" : "training",
    first,
    best,
    bestEpoch: values.indexOf(best) + 1,
    last,
    progress,
    late: progress > 0 ? Math.max(0, before - last) / progress : 0,
    rise: Math.max(...rises),
    relapse: last - best,
    kl: parts.map(({ kl }) => kl),
  };
}
