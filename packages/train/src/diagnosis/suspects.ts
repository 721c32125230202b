import { freeBitsAdvice, startAdvice, warmupAdvice } from "./advice.js";
import { belowConstant, type Case, evidence, fewUpdates, percent, say } from "./case.js";
import { betaEvidence, historyEvidence, rateEvidence, scaleAdvice, scaleEvidence } from "./evidence.js";
import { overfits, stillFalling } from "./history.js";
import { betaOf, defaultRateOf, fixedScaleOf, rateFactorOf } from "./settings.js";
import { thresholds } from "./thresholds.js";
import type { Finding } from "./types.js";

export type Blame = Pick<Finding, "cause" | "why" | "change" | "evidence">;

/** Why it may be so; null where that is not it. */
type Suspect = (given: Case) => Blame | null;

/** A rate far below the default, with a reconstruction that has not even come to the mean picture. */
const lowRate: Suspect = (given) => {
  const { settings, history } = given;
  const factor = rateFactorOf(settings);
  if (factor > 1 / thresholds.rateFactor) return null;
  const late = history !== null && history.late >= thresholds.lateProgress;
  if (!(belowConstant(given) || late)) return null;
  return {
    cause: "learning rate",
    why:
      `the learning rate ${settings.learningRate} is ${say(1 / factor)} times below the optimizer's default, and ` +
      (late
        ? `the last third of the epochs still made ${percent(history.late)} % of all progress`
        : "the reconstruction has not come to the mean picture yet"),
    change: `train with --lr ${defaultRateOf(settings)}`,
    evidence: rateEvidence(given),
  };
};

/** Nothing was learned, and the loss still falls, or there were hardly any updates. */
const tooShort: Suspect = (given) => {
  const { history, settings, updates } = given;
  const change = `train for more than ${settings.epochs ?? "these"} --epochs`;
  if (history && stillFalling(history)) {
    return {
      cause: "training length",
      why: `the last third of the ${history.epochs} epochs made ${say(history.lateNats)} nats: training was not over`,
      change,
      evidence: historyEvidence(history),
    };
  }
  if (!fewUpdates(given)) return null;
  const warmup = warmupAdvice(settings);
  return {
    cause: "training length",
    why: `networks learn the mean picture first, and ${updates} updates are few to get further`,
    change: warmup ? `${change}; if that does not help, ${warmup}` : change,
    evidence: [evidence("updates", updates!, "", "as it was trained")],
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
    change: scaleAdvice(settings),
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
    change: [
      "train with --beta 1",
      ...(warmupAdvice(settings) ? [`or ${warmupAdvice(settings)}, to a beta well below that`] : []),
    ].join("; "),
    evidence: betaEvidence(given),
  };
};

const highRate: Suspect = (given) => {
  const { settings, history } = given;
  const factor = rateFactorOf(settings);
  const unstable =
    history !== null &&
    history.progress > 0 &&
    history.relapse > thresholds.relapse * history.progress &&
    !overfits(history);
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
const condition: Suspect = ({ model, measured, about, settings }) => {
  if (!model.condition || measured.explained < thresholds.explainedOtherwise) return null;
  const freeBits = freeBitsAdvice(settings);
  return {
    cause: "condition",
    why: `the condition explains ${percent(measured.explained)} % of the data's variance without z`,
    change: `nothing, if c is meant to say it all; else condition on less${freeBits ? `, or train ${freeBits} so that z is used` : ""}`,
    evidence: [evidence("variance explained", percent(measured.explained), "%", `by E[x|z, c], ${about}`)],
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

/** The validation loss rose while that of training fell. */
const byHeart: Suspect = ({ history }) => {
  if (!history || !overfits(history)) return null;
  return {
    cause: "overfitting",
    why: `the validation loss rose by ${say(history.relapse)} nats from epoch ${history.bestEpoch} on, while that of training went on falling`,
    change: "train with a --patience, on more data, or with a smaller network",
    evidence: historyEvidence(history),
  };
};

/** Vectors of the codebook that nothing comes near to. */
const codebook: Suspect = ({ codebook: codes }) => {
  if (!codes) return null;
  const { used, perplexity, codes: all } = codes;
  return {
    cause: "codebook",
    why: `${used.value} of ${all} codes are used, as evenly as ${say(perplexity.value)} codes would be: so few say hardly anything of x`,
    change:
      "train for longer, with a lower --lr, or with fewer codes, each of fewer dimensions: --prior codebook:codes=64,dimension=4",
    evidence: [
      evidence("codes used", used.value, used.unit, used.protocol),
      evidence("perplexity", perplexity.value, perplexity.unit, perplexity.protocol),
    ],
  };
};

const start: Suspect = ({ history, settings }) => ({
  cause: "start of training",
  why:
    history && Math.max(...history.kl) < 1
      ? `the KL never rose above ${say(Math.max(...history.kl))} nats: it won before the decoder had learned anything`
      : "neither beta, nor the decoder's variance, nor the learning rate stands out",
  change: startAdvice(settings),
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
  byHeart,
  disconnected,
  slow,
  tooShort,
  codebook,
  start,
];

/** Whether something that more epochs would not mend is at fault. */
export function otherThanLength(given: Case): boolean {
  return [lowRate, slow, wideDecoder, beta, highRate, noStructure, byHeart, disconnected].some(
    (suspect) => suspect(given) !== null,
  );
}

/** The likely cause of a latent that holds nothing, or of a model that learned nothing. */
export function blame(given: Case): Blame {
  for (const suspect of suspects) {
    const found = suspect(given);
    if (found) return found;
  }
  return start(given)!;
}
