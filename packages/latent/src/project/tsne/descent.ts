import { UsageError } from "../../errors.js";
import type { Progress, Task } from "../../task.js";
import { divergence } from "./divergence.js";
import { computeForces, createForces, type Forces } from "./forces.js";
import type { Joint } from "./joint.js";

export interface DescentOptions {
  angle: number;
  iterations: number;
  earlyExaggeration: number;
  learningRate: number;
}

/** Iterations between two looks at the divergence, and for how many it may fail to fall. */
const checkEvery = 50;
const patience = 300;
/** Norm of the gradient, gains included, at which the layout rests. */
const restingNorm = 1e-7;
const leastGain = 0.01;

/**
 * Move positions (one array of `rows` numbers per dimension, changed in place) down the gradient of KL(P || Q): momentum and gains of
 * van der Maaten & Hinton (2008), in two stages: the first 250 iterations (a quarter, where there are fewer than 1,000) with P
 * times `earlyExaggeration` and momentum 0.5, then momentum 0.8. Ends early when the gradient vanishes or the divergence does not fall.
 */
export function* descend(
  joint: Joint,
  positions: readonly Float64Array[],
  options: DescentOptions,
): Task<{ klDivergence: number; iterations: number }> {
  const { iterations, earlyExaggeration } = options;
  const early = Math.min(250, Math.floor(iterations / 4));
  const forces = createForces(positions[0]!.length, positions.length);
  const first = yield* stage(joint, positions, forces, options, 0, early, earlyExaggeration, 0.5);
  const last = yield* stage(joint, positions, forces, options, first, iterations, 1, 0.8);
  const progress = { stage: "layout", done: last, total: iterations };
  yield* computeForces(forces, joint, positions, options.angle, progress);
  return { klDivergence: yield* divergence(joint, positions, forces.total, progress), iterations: last };
}

/** Returns the number of iterations done, those before the stage included. */
function* stage(
  joint: Joint,
  positions: readonly Float64Array[],
  forces: Forces,
  { angle, iterations, learningRate }: DescentOptions,
  from: number,
  to: number,
  exaggeration: number,
  momentum: number,
): Task<number> {
  const updates = positions.map((values) => new Float64Array(values.length));
  const gains = positions.map((values) => new Float64Array(values.length).fill(1));
  let best = Number.POSITIVE_INFINITY;
  let bestAt = from;
  for (let iteration = from; iteration < to; iteration++) {
    const progress: Progress = { stage: "layout", done: iteration, total: iterations };
    yield* computeForces(forces, joint, positions, angle, progress);
    const check = (iteration + 1) % checkEvery === 0;
    const klDivergence = check ? yield* divergence(joint, positions, forces.total, progress) : best;
    const norm = move(positions, forces, updates, gains, exaggeration, momentum, learningRate);
    if (!Number.isFinite(norm)) {
      throw new UsageError(
        `tsne: the layout left the range of numbers in iteration ${iteration + 1} at learningRate ${learningRate}; ask for a smaller one`,
      );
    }
    if (!check) continue;
    if (norm <= restingNorm || (klDivergence >= best && iteration - bestAt > patience)) return iteration + 1;
    if (klDivergence < best) {
      best = klDivergence;
      bestAt = iteration;
    }
  }
  return to;
}

/** One step of all points; returns the norm of the gradient, gains included, or NaN where a position is no longer finite. */
function move(
  positions: readonly Float64Array[],
  { attraction, repulsion, total }: Forces,
  updates: Float64Array[],
  gains: Float64Array[],
  exaggeration: number,
  momentum: number,
  learningRate: number,
): number {
  const freedom = positions.length - 1;
  const factor = (2 * (freedom + 1)) / freedom;
  let squares = 0;
  let bounded = 0;
  for (let d = 0; d < positions.length; d++) {
    const position = positions[d]!;
    const update = updates[d]!;
    const gain = gains[d]!;
    const pull = attraction[d]!;
    const push = repulsion[d]!;
    for (let i = 0; i < position.length; i++) {
      let gradient = factor * (exaggeration * pull[i]! - push[i]! / total);
      const grown = update[i]! * gradient < 0 ? gain[i]! + 0.2 : gain[i]! * 0.8;
      gain[i] = Math.max(grown, leastGain);
      gradient *= gain[i]!;
      squares += gradient * gradient;
      update[i] = momentum * update[i]! - learningRate * gradient;
      position[i]! += update[i]!;
      bounded += position[i]! * 0;
    }
  }
  return Math.sqrt(squares) + bounded;
}
