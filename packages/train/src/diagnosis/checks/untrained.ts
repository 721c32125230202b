import { belowConstant, type Check, evidence, fewUpdates, ignoresZ, percent, say, setting } from "../case.js";
import { historyEvidence } from "../evidence.js";
import { klCost, stillFalling } from "../history.js";
import { otherThanLength } from "../suspects.js";
import { thresholds } from "../thresholds.js";
import { constants } from "./ignored.js";
import { longer } from "./training.js";

/** Weights that are an average over more updates than the run has: they lag behind those that were trained. */
export const averageLags: Check = (given) => {
  const { settings, updates, trend, measured, model } = given;
  const { ema } = settings;
  if (ema === null || updates === null || !trend) return null;
  const window = 1 / (1 - ema);
  const cost = measured.kind === "vae" ? klCost(settings) : () => 0;
  const averaged = trend.part === "validation" ? trend.last : cost(measured.kl ?? 0) - measured.logPx.value;
  const gap = averaged - trend.training.last;
  const { nats } = thresholds.leastProgress;
  if (window <= thresholds.averageLags * updates || trend.relapse > thresholds.relapse * trend.progress)
    return null;
  if (gap <= Math.max(nats, thresholds.averageGap * Math.abs(trend.training.last))) return null;
  const decay = Number(Math.max(0.5, 1 - 10 / updates).toPrecision(updates < 1000 ? 2 : 3));
  return {
    id: "average-lags",
    severity: ignoresZ(given) || belowConstant(given) ? "problem" : "warning",
    finding: `The averaged weights lag behind the trained ones: their loss is ${say(averaged)} nats, that of training ${say(trend.training.last)}.`,
    evidence: [
      setting("decay of the average", ema),
      setting("updates", updates),
      evidence(
        "loss of the averaged weights",
        averaged,
        "nats",
        trend.part === "validation" ? "validation examples, last epoch" : given.about,
      ),
      evidence(
        "loss of the trained weights",
        trend.training.last,
        "nats",
        "training batches of the last epoch",
      ),
    ],
    cause: "weight average",
    why: `the decay ${ema} averages over ${say(Math.round(window))} updates, and the run has ${updates}: the average still holds the first weights`,
    change: `train without --ema, with --ema ${decay}, or for longer: ${longer(given, model.path).replace("train for longer, ", "")}`,
  };
};

/** Not even the mean picture, or no z yet, with a loss that still falls or with hardly any updates. */
export const untrained: Check = (given, found) => {
  const { updates, trend, history, measured } = given;
  if (found.length > 0 || otherThanLength(given)) return null;
  const few = fewUpdates(given);
  const falling = trend !== null && stillFalling(trend);
  const short = belowConstant(given);
  const conditioned = given.model.condition !== null && measured.explained >= thresholds.explainedOtherwise;
  const empty = !conditioned && (ignoresZ(given) || measured.explained < thresholds.explained);
  const regressed = history !== null && history.relapse > thresholds.relapse * history.progress;
  if (regressed || !((short && (few || falling)) || (empty && (falling || (few && trend === null)))))
    return null;
  const done = updates === null ? "" : ` after ${updates} updates`;
  return {
    id: "unfinished",
    severity: "problem",
    finding: short
      ? `Not trained yet${done}: reconstructions have not even come to the mean picture, ln p(x|z) is ${say(measured.logPx.value)} nats and that of the best constant ${say(given.constant!)}.`
      : `Not trained yet${done}: the loss still falls, and reconstructions explain ${percent(Math.max(0, measured.explained))} % of the data's variance.`,
    evidence: [
      ...(updates === null ? [] : [setting("updates", updates)]),
      ...constants(given),
      ...(trend ? historyEvidence(trend) : []),
    ],
    cause: "training length",
    why: falling
      ? `the last third of the ${trend.epochs} epochs still made ${say(trend.lateNats)} nats; networks learn the mean picture first, and what z is for after that`
      : "networks learn the mean picture first, and what z is for after that",
    change: longer(given, given.model.path),
  };
};
