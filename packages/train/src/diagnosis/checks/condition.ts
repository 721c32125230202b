import { type Check, evidence, percent, say } from "../case.js";
import { thresholds } from "../thresholds.js";

/** A condition that the decoder does without: another example's c makes no difference. */
export const conditionUnused: Check = ({ measured, about }, found) => {
  const { conditionSensitivity: lost } = measured;
  if (!lost || lost.high >= thresholds.ignoredNats) return null;
  if (found.some(({ severity }) => severity === "problem")) return null;
  return {
    id: "condition-unused",
    severity: "warning",
    finding: `The decoder does without the condition: ln p(x|z, c) loses nothing measurable (${say(lost.value)} nats) with another example's c.`,
    evidence: [
      evidence(
        "loss of ln p(x|z, c)",
        lost.value,
        "nats",
        `with another example's c at its own z, 95 % ${say(lost.low)} to ${say(lost.high)}; ${about}`,
      ),
      evidence("variance explained", percent(measured.explained), "%", `by E[x|z, c]; ${about}`),
    ],
    cause: "condition",
    why: "z says what c would, or c says nothing of x",
    change:
      "look whether the labels or columns belong to their examples; else train for longer, or with a smaller --latent, so that what c says need not be in z",
  };
};
