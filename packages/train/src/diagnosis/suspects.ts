import { type Case, evidence, say } from "./case.js";
import { betaEvidence, historyEvidence, rateEvidence, scaleAdvice, scaleEvidence } from "./evidence.js";
import { betaOf, defaultRateOf, fixedScaleOf, rateFactorOf } from "./settings.js";
import { thresholds } from "./thresholds.js";
import type { Finding } from "./types.js";

export type Blame = Pick<Finding, "cause" | "why" | "change" | "evidence">;

/** Why it may be so; null where that is not it. */
type Suspect = (given: Case) => Blame | null;

/** A rate far below the default, with a reconstruction that has not even come to the mean picture. */
const lowRate: Suspect = (given) => {
  const { settings, history, measured, constant } = given;
  const factor = rateFactorOf(settings);
  if (factor > 1 / thresholds.rateFactor) return null;
  const slack = Math.max(
    thresholds.leastProgress.nats,
    thresholds.leastProgress.share * Math.abs(constant ?? 0),
  );
  const below = constant !== null && measured.logPx.value < constant - slack;
  const late = history !== null && history.late >= thresholds.lateProgress;
  if (!(below || late)) return null;
  return {
    cause: "learning rate",
    why:
      `the learning rate ${settings.learningRate} is ${say(1 / factor)} times below the optimizer's default, and ` +
      (late
        ? `the last third of the epochs still made ${say(100 * history.late)} % of all progress`
        : "the reconstruction has not come to the mean picture yet"),
    change: `train with --lr ${defaultRateOf(settings)}`,
    evidence: rateEvidence(given),
  };
};

/** Nothing was learned, and the loss still falls, or there were hardly any updates. */
const tooShort: Suspect = ({ history, settings, updates }) => {
  const change = `train for more than ${settings.epochs ?? "these"} --epochs`;
  if (history && history.late >= thresholds.lateProgress && history.relapse <= 0) {
    return {
      cause: "training length",
      why: `the last third of the ${history.epochs} epochs made ${say(100 * history.late)} % of all progress: training was not over`,
      change,
      evidence: historyEvidence(history),
    };
  }
  if (updates === null || updates * Math.min(1, rateFactorOf(settings)) >= thresholds.fewUpdates) return null;
  return {
    cause: "training length",
    why: `networks learn the mean picture first, and ${updates} updates are few to get further`,
    change: `${change}; if that does not help, with a --kl-warmup over the first third of them`,
    evidence: [evidence("updates", updates, "", "as it was trained")],
  };
};

/** A fixed scale so large that at it no dimension pays, where at the errors' own one would. */
const wideDecoder: Suspect = (given) => {
  const { settings, spectrum } = given;
  const scale = fixedScaleOf(settings);
  const beta = betaOf(settings);
  const { ofCritical } = thresholds;
  if (scale === null || beta < ofCritical * spectrum.criticalBeta) return null;
  if (beta >= ofCritical * spectrum.calibratedBeta) return null;
  return {
    cause: "decoder variance",
    why:
      `at the fixed scale ${scale} of errors a latent dimension pays up to beta ${say(spectrum.criticalBeta)} only, at the ` +
      `scale that the data have up to ${say(spectrum.calibratedBeta)}`,
    change: scaleAdvice(given),
    evidence: [...scaleEvidence(given, scale), ...betaEvidence(given)],
  };
};

const beta: Suspect = (given) => {
  const { settings, spectrum } = given;
  const weight = betaOf(settings);
  if (settings.kl?.capacity || weight <= 1 || weight < thresholds.ofCritical * spectrum.criticalBeta)
    return null;
  return {
    cause: "beta",
    why: `beta is ${weight}, and on these data a latent dimension hardly pays above ${say(thresholds.ofCritical * spectrum.criticalBeta)} and not at all above ${say(spectrum.criticalBeta)}`,
    change:
      "train with --beta 1; or with a --kl-warmup over the first third of the epochs, to a beta well below that",
    evidence: betaEvidence(given),
  };
};

const highRate: Suspect = (given) => {
  const { settings, history } = given;
  const factor = rateFactorOf(settings);
  const unstable =
    history !== null && history.progress > 0 && history.relapse > thresholds.relapse * history.progress;
  if (factor < thresholds.rateFactor && !unstable) return null;
  const dead = given.measured.sensitivity?.high === 0;
  return {
    cause: "learning rate",
    why: [
      `the learning rate is ${settings.learningRate}`,
      factor >= thresholds.rateFactor && `, ${say(factor)} times the optimizer's default`,
      dead && "; no unit of the decoder answers to z any more",
      unstable && `; the loss is ${say(history.relapse)} nats above its best, of epoch ${history.bestEpoch}`,
    ]
      .filter(Boolean)
      .join(""),
    change: `train with --lr ${defaultRateOf(settings)}, or with --clip 1`,
    evidence: [...rateEvidence(given), ...(history ? historyEvidence(history) : [])],
  };
};

/** What is reconstructed comes from c. */
const condition: Suspect = ({ model, measured, about }) => {
  if (!model.condition || measured.explained < thresholds.explainedOtherwise) return null;
  return {
    cause: "condition",
    why: `the condition explains ${say(100 * measured.explained)} % of the data's variance without z`,
    change:
      "nothing, if c is meant to say it all; else condition on less, or train with --free-bits 0.5 so that z is used",
    evidence: [evidence("variance explained", measured.explained, "share", `by E[x|z, c], ${about}`)],
  };
};

const noStructure: Suspect = ({ spectrum, about }) => {
  if (spectrum.calibratedBeta > thresholds.structure) return null;
  return {
    cause: "data",
    why: `the data vary along no direction more than their noise (${say(spectrum.calibratedBeta)} times it at most)`,
    change: "train on more data, or on data with more in common",
    evidence: [
      evidence(
        "largest variance",
        spectrum.calibratedBeta,
        "of the noise's",
        `${spectrum.protocol}; ${about}`,
      ),
    ],
  };
};

/** z does not come into what the decoder gives, whatever it is. */
const disconnected: Suspect = ({ measured, settings, about }) => {
  const { sensitivity } = measured;
  if (sensitivity?.low !== 0 || sensitivity.high !== 0) return null;
  const custom = settings.model?.kind === "custom";
  return {
    cause: "decoder",
    why: "the decoder's output is the same, to the last bit, for every z",
    change: custom
      ? "look where the custom decoder uses z: no path leads from it to the output"
      : "train again with another --seed and a lower --lr: no unit of the decoder answers to z",
    evidence: [evidence("loss of ln p(x|z)", 0, "nats", `with another example's z; ${about}`)],
  };
};

/** At the mean picture, at a rate at which it takes long to leave it. */
const slow: Suspect = (given) => {
  const { settings } = given;
  const factor = rateFactorOf(settings);
  if (factor > 1 / thresholds.rateFactor) return null;
  return {
    cause: "learning rate",
    why: `networks learn the mean picture first, and the learning rate ${settings.learningRate} is ${say(1 / factor)} times below the optimizer's default`,
    change: `train with --lr ${defaultRateOf(settings)}`,
    evidence: rateEvidence(given),
  };
};

const start: Suspect = ({ history }) => ({
  cause: "start of training",
  why:
    history && Math.max(...history.kl) < 1
      ? `the KL never rose above ${say(Math.max(...history.kl))} nats: it won before the decoder had learned anything`
      : "neither beta, nor the decoder's variance, nor the learning rate stands out",
  change: "train with a --kl-warmup over the first third of the epochs, or with --free-bits 0.5",
  evidence: history
    ? [evidence("largest KL", Math.max(...history.kl), "nats", `of ${history.epochs} epochs`)]
    : [],
});

/** In the order in which one explains what the next would be blamed for. */
const suspects: readonly Suspect[] = [
  lowRate,
  wideDecoder,
  beta,
  condition,
  highRate,
  noStructure,
  disconnected,
  slow,
  tooShort,
  start,
];

/** The likely cause of a latent that holds nothing, or of a model that learned nothing. */
export function blame(given: Case): Blame {
  for (const suspect of suspects) {
    const found = suspect(given);
    if (found) return found;
  }
  return start(given)!;
}
