import type { GaussianMixture } from "../../cluster/mixture.js";
import type { CheckedInput } from "../input.js";
import type { Step } from "../step.js";
import type { DimensionsAnalysis } from "./dimensions.js";
import { type Arithmetic, arithmetic } from "./moves/arithmetic.js";
import { type Directions, directions } from "./moves/directions.js";
import { type Interpolation, interpolations } from "./moves/interpolations.js";
import { type Manifold, manifold } from "./moves/manifold.js";
import { type Samples, samples } from "./moves/samples.js";
import { type Traversal, traversals } from "./moves/traversals.js";

export interface MovesAnalysis {
  traversals: Traversal[];
  interpolations: Interpolation[];
  directions: Directions;
  arithmetic: Arithmetic[];
  samples: Samples[];
  /** Of the two most telling dimensions; null for one dimension. */
  manifold: Manifold | null;
}

/** What the decoder makes of ways through the latent space; null without a decoder. */
export async function analyzeMoves(
  input: CheckedInput,
  { order, active }: DimensionsAnalysis,
  mixture: GaussianMixture,
  mostTraversals: number,
  step: Step,
): Promise<MovesAnalysis | null> {
  const { decode } = input;
  if (!decode) return null;
  const used = order.filter((dimension) => active[dimension]);
  const telling = (used.length > 0 ? used : order).slice(0, mostTraversals);
  return {
    traversals: await traversals(input, telling, decode, step),
    samples: await samples(input, mixture, decode, step),
    interpolations: await interpolations(input, decode, step),
    directions: await directions(input, decode, step),
    arithmetic: await arithmetic(input, decode, step),
    manifold: await manifold(input, order, decode, step),
  };
}
