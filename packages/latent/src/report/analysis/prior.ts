import { distanceToPrior } from "../../describe/distance-to-prior.js";
import { holes } from "../../describe/holes.js";
import { totalCorrelation } from "../../describe/total-correlation.js";
import type { CheckedInput, Pictures } from "../input.js";
import type { Step } from "../step.js";

type Given<F extends (...args: never[]) => Promise<unknown>> = Awaited<ReturnType<F>>;

export interface PriorAnalysis {
  distance: Given<typeof distanceToPrior>;
  totalCorrelation: Given<typeof totalCorrelation>;
  holes: Given<typeof holes>;
  /** The centres of the largest holes, decoded; null without a decoder. */
  inHoles: Pictures | null;
}

const mostHoles = 12;

/** How the codes, all together, lie against N(0, I); null where that is not the model's prior, or the codes have no variances. */
export async function analyzePrior(input: CheckedInput, step: Step): Promise<PriorAnalysis | null> {
  const { posteriors: codes, decode, standardNormal } = input;
  if (!standardNormal || !codes) return null;
  const { seed } = step;
  const distance = await step.run("distance to the prior", (run) => distanceToPrior(codes, { seed, ...run }));
  const { aggregated } = distance;
  const total = await step.run("total correlation", (run) => totalCorrelation(codes, { aggregated, ...run }));
  const found = await step.run("holes", (run) => holes(codes, { count: mostHoles, seed, ...run }));
  const inHoles = decode && found.points.shape[0]! > 0 ? await decode(found.points, "holes") : null;
  return { distance, totalCorrelation: total, holes: found, inHoles };
}
