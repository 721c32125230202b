import { activeCount, type Case, type Check, evidence, say } from "../case.js";
import { blame } from "../suspects.js";
import { thresholds } from "../thresholds.js";
import type { Evidence } from "../types.js";

/** Decoded pictures do not depend on z, or z says nothing of x. */
export const ignored: Check = (given) => {
  const { measured, about, model } = given;
  const { sensitivity, kl } = measured;
  const deaf = sensitivity
    ? sensitivity.low < thresholds.ignoredNats
    : measured.explained - measured.explainedByOthers < thresholds.explained;
  const vanished = kl !== null && kl < thresholds.vanishedKl;
  if (!(deaf || vanished)) return null;
  const { evidence: more, ...found } = blame(given);
  const inactive = model.latent - activeCount(given);
  const codes = measured.kind === "codebook";
  const words = codes
    ? "another example's codes reconstruct a picture as well as its own"
    : [
        sensitivity && `ln p(x|z) loses ${say(sensitivity.value)} nats with another example's z`,
        kl !== null && `the KL is ${say(kl)} nats`,
        inactive > 0 && `${inactive} of ${model.latent} dimensions are inactive`,
      ]
        .filter(Boolean)
        .join(", ");
  return {
    id: "decoder-ignores-z",
    severity: found.cause === "condition" ? "warning" : "problem",
    finding: `The decoder ignores z: ${words}.`,
    evidence: [...own(given), ...more, ...constants(given)],
    ...found,
  };

  function own({ measured: { dimensions } }: Case): Evidence[] {
    const of = (protocol: string) => `${protocol}; ${about}`;
    return [
      ...(sensitivity
        ? [
            evidence(
              "loss of ln p(x|z)",
              sensitivity.value,
              "nats",
              of(`with another example's z, 95 % ${say(sensitivity.low)} to ${say(sensitivity.high)}`),
            ),
          ]
        : []),
      ...(kl !== null ? [evidence("KL", kl, "nats", of("KL(q(z|x) || p(z))"))] : []),
      evidence(
        "inactive dimensions",
        dimensions.filter(({ active }) => !active).length,
        `of ${dimensions.length}`,
        of(`variance of the posterior mean at most ${thresholds.activeVariance} (Burda et al. 2016)`),
      ),
    ];
  }
};

/** z matters, and the reconstruction is no better than the mean picture for it. */
export const nothingLearned: Check = (given, found) => {
  const { measured, constant } = given;
  if (found.length > 0 || measured.explained >= thresholds.explained) return null;
  // A mean may be far from x though its distribution fits: then only a much worse one than the mean picture says anything.
  if (constant === null && measured.explained > -thresholds.worseThanMean) return null;
  if (constant !== null && measured.logPx.value > constant + thresholds.leastProgress.nats) return null;
  const { evidence: more, ...why } = blame(given);
  return {
    id: "nothing-learned",
    severity: "problem",
    finding: `Reconstructions are no better than the mean picture: they explain ${say(100 * Math.max(0, measured.explained))} % of the data's variance.`,
    evidence: [...constants(given), ...more],
    ...why,
  };
};

function constants({ measured, constant, about }: Case): Evidence[] {
  return [
    evidence(
      "variance explained",
      measured.explained,
      "share",
      `1 - squared error over the mean picture's; ${about}`,
    ),
    evidence("ln p(x|z)", measured.logPx.value, "nats", `one draw of z per example; ${about}`),
    ...(constant === null
      ? []
      : [
          evidence(
            "ln p(x) of the best constant",
            constant,
            "nats",
            `each half of the examples under what is best on the other; ${about}`,
          ),
        ]),
  ];
}
