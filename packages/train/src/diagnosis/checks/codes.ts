import { type Check, evidence, say } from "../case.js";
import { thresholds } from "../thresholds.js";

/** Codes of a codebook that no example uses. */
export const codes: Check = ({ codebook, measured, settings }, found) => {
  if (!codebook || found.some(({ cause }) => cause === "codebook")) return null;
  const { perplexity, used, codes: all, groups } = codebook;
  const one = perplexity.value < thresholds.codes.perplexity;
  const vectors = measured.examples * groups;
  const expected = all * (1 - Math.exp(-vectors / all));
  if (!one && used.value >= thresholds.codes.used * expected) return null;
  const unready = !one && found.some(({ id }) => id === "unfinished");
  const fewer = 2 ** Math.ceil(Math.log2(Math.max(2, used.value)));
  const prior = settings.model?.prior;
  const dimension = prior?.kind === "codebook" ? `,dimension=${prior.dimension}` : "";
  return {
    id: "codes-unused",
    severity: unready ? "information" : one ? "problem" : "warning",
    finding: `${used.value} of ${all} codes are used, as evenly as ${say(perplexity.value)} codes would be.`,
    evidence: [
      evidence("codes used", used.value, used.unit, used.protocol),
      evidence("perplexity", perplexity.value, perplexity.unit, perplexity.protocol),
    ],
    cause: "codebook",
    why: one
      ? "the codebook has collapsed: the encoder's outputs all lie nearest to one code"
      : "codes that no output of the encoder came near to stay where they began",
    change: unready
      ? "nothing before training is over: more codes may come into use"
      : `train with --prior codebook:codes=${fewer}${dimension}${one ? " and a lower --lr" : ", which does the same with fewer"}`,
  };
};
