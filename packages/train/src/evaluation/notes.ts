import { resolve } from "node:path";
import { isDensity } from "../likelihood/index.js";
import type { Examples } from "./examples.js";
import type { EvaluatedModel } from "./types.js";

/** Whether ln p(x|z) is a probability of what was seen, a density on the scale 0 to 1, or neither. */
export type Measure = "probability" | "density" | "expectation";

export function measureOf({ likelihood }: EvaluatedModel, { binary }: Pick<Examples, "binary">): Measure {
  if (isDensity(likelihood.name)) return "density";
  return likelihood.name === "bernoulli" && !binary ? "expectation" : "probability";
}

/** What a reader must know of the nats. */
export function likelihoodNotes(
  model: EvaluatedModel,
  examples: Pick<Examples, "binary">,
  name: string,
): string[] {
  const { likelihood, data } = model;
  const measure = measureOf(model, examples);
  const caveat = likelihood.caveat({ binary: examples.binary, name });
  const notes = caveat ? [caveat] : [];
  if (measure === "density") {
    const [low, high] = data.range;
    notes.push(
      `${likelihood.name} is a density on the scale 0 to 1: its nats may be of either sign, compare with those of densities on ` +
        `the same scale only, and are features * ln ${high - low} lower in units of ${low} to ${high}.`,
    );
  }
  return notes;
}

/** A warning where the examples are those that the model learned from. */
export function trainingNotes({ trained }: EvaluatedModel, name: string): string[] {
  const source = trained.data?.source;
  if (!source || ![name, resolve(name)].some((known) => known === source || known === `${source}:train`))
    return [];
  return [`the model was trained on ${name}: these numbers say little of examples that it has not seen`];
}
