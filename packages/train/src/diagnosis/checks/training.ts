import { type Check, say } from "../case.js";
import { historyEvidence, rateEvidence } from "../evidence.js";
import { defaultRateOf, rateFactorOf } from "../settings.js";
import { thresholds } from "../thresholds.js";

/** The loss got worse again, and stayed so. */
export const unstable: Check = (given, found) => {
  const { history, settings } = given;
  if (found.length > 0 || !history) return null;
  const { relapse, progress, bestEpoch, epochs, best } = history;
  const counts =
    relapse > Math.max(thresholds.leastProgress.nats, thresholds.leastProgress.share * Math.abs(best));
  if (!counts || relapse <= thresholds.relapse * progress) return null;
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
  if (found.length > 0 || !history || history.late < thresholds.lateProgress || history.relapse > 0)
    return null;
  const { leastProgress } = thresholds;
  const late = history.late * history.progress;
  if (late < Math.max(leastProgress.nats, leastProgress.share * Math.abs(history.best))) return null;
  const slow = rateFactorOf(settings) <= 1 / thresholds.rateFactor;
  return {
    id: "unfinished",
    severity: slow ? "warning" : "information",
    finding: `Training was not over: the last third of its ${history.epochs} epochs made ${say(100 * history.late)} % of all progress, ${say(late)} nats.`,
    evidence: [...historyEvidence(history), ...rateEvidence(given)],
    cause: slow ? "learning rate" : "training length",
    why: slow
      ? `the learning rate ${settings.learningRate} is ${say(1 / rateFactorOf(settings))} times below the optimizer's default`
      : "the loss still falls",
    change: slow
      ? `train with --lr ${defaultRateOf(settings)}`
      : `go on: train --resume <run> --epochs ${2 * history.epochs}`,
  };
};
