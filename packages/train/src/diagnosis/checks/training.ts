import { type Case, type Check, evidence, percent, say } from "../case.js";
import { historyEvidence, rateEvidence } from "../evidence.js";
import { countsAsProgress, overfits, stillFalling } from "../history.js";
import { defaultRateOf, rateFactorOf } from "../settings.js";
import { thresholds } from "../thresholds.js";

/** What it was trained on is learned by heart: the validation loss rises while that of training falls. */
export const overfitting: Check = (given, found) => {
  const { history, settings } = given;
  if (found.some(({ severity }) => severity !== "information") || !history || !overfits(history)) return null;
  if (rateFactorOf(settings) >= thresholds.rateFactor) return null;
  const { relapse, bestEpoch, epochs, training } = history;
  const likelihood = settings.model?.likelihood;
  const perElement = likelihood?.kind === "gaussian" && likelihood.sigma === "per-element";
  return {
    id: "overfitting",
    severity: "warning",
    finding: `Overfitting: the validation loss was best in epoch ${bestEpoch} of ${epochs} and is ${say(relapse)} nats above that now, while that of training fell by ${say(training.atBest - training.last)} nats more.`,
    evidence: [
      ...historyEvidence(history),
      evidence("training loss of that epoch", training.atBest, "nats", "of the training batches"),
      evidence("training loss of the last epoch", training.last, "nats", "of the training batches"),
    ],
    cause: "overfitting",
    why: "the model learns its training examples by heart",
    change: `train with a --patience, which keeps the best epoch's weights; on more data; with a smaller network or a --dropout${perElement ? "; with --likelihood gaussian:sigma=shared, whose one sigma is harder to fit to single pictures" : ""}`,
  };
};

/** The loss got worse again, and stayed so. */
export const unstable: Check = (given, found) => {
  const { history, settings } = given;
  if (found.length > 0 || !history) return null;
  const { relapse, progress, bestEpoch, epochs, best } = history;
  if (!countsAsProgress(relapse, best) || relapse <= thresholds.relapse * progress) return null;
  const high = rateFactorOf(settings) >= thresholds.rateFactor || history.rise > relapse / 2;
  return {
    id: "unstable",
    severity: "warning",
    finding: `The loss was best in epoch ${bestEpoch} of ${epochs}, and is ${say(relapse)} nats above that now.`,
    evidence: [...historyEvidence(history), ...rateEvidence(given)],
    cause: high ? "learning rate" : "training length",
    why: high
      ? `it rises by up to ${say(history.rise)} nats from one epoch to the next, at the learning rate ${settings.learningRate}`
      : "it rises steadily: the model learns its training examples by heart",
    change: high
      ? `train with a lower --lr (the optimizer's default is ${defaultRateOf(settings)}), or with --clip 1`
      : `train for about ${bestEpoch} --epochs, with a --patience, on more data, or with a smaller network`,
  };
};

/** It still got better when it ended. */
export const unfinished: Check = (given, found) => {
  const { history, settings } = given;
  if (found.some(({ severity }) => severity !== "information") || !history || !stillFalling(history))
    return null;
  const { lateNats, lateBeyond } = history;
  const slow = rateFactorOf(settings) <= 1 / thresholds.rateFactor;
  return {
    id: "unfinished",
    severity: slow || given.measured.explained < thresholds.hardlyBegun ? "warning" : "information",
    finding: `Training was not over: the last third of its ${history.epochs} epochs made ${say(lateNats)} nats, ${percent(lateBeyond)} % of what was learned${given.constant === null ? "" : " beyond the best constant prediction"}.`,
    evidence: [...historyEvidence(history), ...rateEvidence(given)],
    cause: slow ? "learning rate" : "training length",
    why: slow
      ? `the learning rate ${settings.learningRate} is ${say(1 / rateFactorOf(settings))} times below the optimizer's default`
      : "the loss still falls",
    change: slow ? `train with --lr ${defaultRateOf(settings)}` : longer(given, given.model.path),
  };
};

/** How to train for longer: as often as fits, and at least so many updates as a network takes. */
export function longer({ settings, updates, trend, model }: Case, path: string): string {
  const epochs = settings.epochs ?? trend?.epochs ?? null;
  if (epochs === null) return "train for longer, with more --epochs";
  const enough = updates ? Math.ceil((epochs * thresholds.fewUpdates) / updates) : 0;
  const many = Math.max(2 * epochs, enough);
  const go =
    model.kind === "run" && path !== "a run in memory" ? `: train --resume ${path} --epochs ${many}` : "";
  return `train for longer, for about ${many} --epochs${go}`;
}
