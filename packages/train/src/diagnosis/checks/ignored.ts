import { activeCount, type Case, type Check, evidence, ignoresZ, percent, say } from "../case.js";
import { blame } from "../suspects.js";
import { thresholds } from "../thresholds.js";
import type { Evidence } from "../types.js";

/** Decoded pictures do not depend on z, or z says nothing of x. */
export const ignored: Check = (given, found) => {
  const { measured, about, model } = given;
  const { sensitivity, kl } = measured;
  if (found.length > 0 || !ignoresZ(given)) return null;
  const { evidence: more, ...blamed } = blame(given);
  const inactive = model.latent - activeCount(given);
  const codes = measured.kind === "codebook";
  const { codebook } = given;
  const used = codebook ? `, and ${codebook.used.value} of ${codebook.codes} codes are used` : "";
  const words = codes
    ? `another example's codes reconstruct a picture as well as its own${used}`
    : [
        sensitivity && `ln p(x|z) loses ${lost(sensitivity)} with another example's z`,
        kl !== null && `the KL is ${say(kl)} nats`,
        measured.kind === "vae" && inactive > 0 && `${inactive} of ${model.latent} dimensions are inactive`,
      ]
        .filter(Boolean)
        .join(", ");
  return {
    id: "decoder-ignores-z",
    severity: blamed.cause === "condition" ? "warning" : "problem",
    finding: `The decoder ignores z: ${words}.`,
    evidence: [...own(given), ...more, ...constants(given)],
    ...blamed,
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
      ...(measured.kind === "vae"
        ? [
            evidence(
              "inactive dimensions",
              dimensions.filter(({ active }) => !active).length,
              `of ${dimensions.length}`,
              of(`variance of the posterior mean at most ${thresholds.activeVariance} (Burda et al. 2016)`),
            ),
          ]
        : []),
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
    finding: `Reconstructions are no better than the mean picture: they explain ${percent(Math.max(0, measured.explained))} % of the data's variance.`,
    evidence: [...constants(given), ...more],
    ...why,
  };
};

/** What ln p(x|z) loses, in words: nothing where chance does as much. */
function lost({ value, low }: { value: number; low: number }): string {
  if (value === 0) return "nothing";
  return low <= 0 ? `nothing measurable (${say(value)} nats)` : `${say(value)} nats`;
}

export function constants({ measured, constant, about }: Case): Evidence[] {
  return [
    evidence(
      "variance explained",
      percent(measured.explained),
      "%",
      `1 - squared error over the mean picture's; ${about}`,
    ),
    evidence(
      "ln p(x|z)",
      measured.logPx.value,
      "nats",
      `${measured.kind === "vae" ? "one draw of z per example" : measured.kind === "codebook" ? "at each example's codes" : "at each example's z"}; ${about}`,
    ),
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
