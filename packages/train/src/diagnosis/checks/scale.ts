import { isDensity } from "../../likelihood/index.js";
import { type Case, type Check, evidence, say } from "../case.js";
import { scaleAdvice, scaleEvidence } from "../evidence.js";
import { fixedScaleOf } from "../settings.js";
import { rms } from "../spectrum.js";
import { thresholds } from "../thresholds.js";
import type { Finding } from "../types.js";

/** A fixed scale far from the errors that it is to describe, or a learned one that has fallen to nothing. */
export const scale: Check = (given, found) => {
  if (found.length > 0) return null;
  const fixed = fixedScaleOf(given.settings);
  return fixed === null ? fallen(given) : unfit(given, fixed);
};

function unfit(given: Case, fixed: number): Finding | null {
  const { x, mean } = given.measured;
  const laplace = given.settings.model?.likelihood?.kind === "laplace";
  const error = laplace
    ? x.reduce((sum, value, at) => sum + Math.abs(value - mean[at]!), 0) / x.length
    : rms(x.map((value, at) => value - mean[at]!));
  const ratio = fixed / Math.max(error, 1e-9);
  const wide = ratio > thresholds.sigmaRatio;
  if (!wide && ratio >= 1 / thresholds.sigmaRatio) return null;
  const weight = say(laplace ? ratio : ratio ** 2);
  const against = say(1 / (laplace ? ratio : ratio ** 2));
  return {
    id: "decoder-variance",
    severity: "warning",
    finding: wide
      ? `The decoder's fixed scale ${fixed} is ${say(ratio)} times the error that it leaves, ${say(error)}: the KL weighs ${weight} times what it should.`
      : `The decoder's fixed scale ${fixed} is ${say(1 / ratio)} times below the error that it leaves, ${say(error)}: errors weigh ${against} times what they should, and the KL hardly anything.`,
    evidence: scaleEvidence(given, fixed),
    cause: "decoder variance",
    why: `against a calibrated scale this is as if beta were ${say(laplace ? ratio : ratio ** 2)} times what it is`,
    change: scaleAdvice(given.settings),
  };
}

function fallen(given: Case): Finding | null {
  const { measured, settings, about } = given;
  const likelihood = settings.model?.likelihood;
  if (!likelihood || !isDensity(likelihood.kind)) return null;
  const perFeature = measured.logPx.value / measured.features;
  if (perFeature < thresholds.densityPerFeature) return null;
  return {
    id: "scale-collapsed",
    severity: "problem",
    finding: `The decoder's learned scale has fallen to nothing: ln p(x|z) is ${say(perFeature)} nats per feature, where data of 256 levels can give ${say(Math.log(255))} at most.`,
    evidence: [
      evidence(
        "ln p(x|z) per feature",
        perFeature,
        "nats",
        `density on the scale 0 to 1, one draw of z; ${about}`,
      ),
    ],
    cause: "decoder variance",
    why: "a density grows without bound where the data are exact, as black and white pictures are, and its nats say nothing then",
    change:
      "train with --likelihood bernoulli for black and white data, discretized-logistic or categorical for others",
  };
}
