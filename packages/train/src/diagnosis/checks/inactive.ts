import { activeCount, type Check, evidence, say } from "../case.js";
import { thresholds } from "../thresholds.js";

/** Dimensions that are not needed. */
export const inactive: Check = (given, found) => {
  const { model, measured, about } = given;
  const idle = measured.dimensions.flatMap(({ active }, j) => (active ? [] : [j]));
  if (idle.length === 0 || measured.kind !== "vae") return null;
  if (found.some(({ severity }) => severity !== "information")) return null;
  return {
    id: "inactive-dimensions",
    severity: "information",
    finding: `${idle.length} of ${model.latent} dimensions are inactive (${idle.join(", ")}): the model does not need them.`,
    evidence: [
      evidence(
        "active dimensions",
        activeCount(given),
        `of ${model.latent}`,
        `variance of the posterior mean above ${thresholds.activeVariance} (Burda et al. 2016); ${about}`,
      ),
      evidence(
        "largest variance of an inactive one",
        Math.max(...idle.map((j) => measured.dimensions[j]!.variance)),
        "",
        about,
      ),
    ],
    cause: "none",
    why: `the others hold ${say(measured.kl ?? 0)} nats, and nothing keeps these from holding more`,
    change: null,
  };
};
