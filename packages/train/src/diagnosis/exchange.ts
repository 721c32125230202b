import { RandomStream } from "@vaekit/infer";
import { estimateMean } from "@vaekit/latent";
import { batchOf, type Examples } from "../evaluation/examples.js";
import { type Survey, surveyExamples } from "../evaluation/survey.js";
import type { EvaluatedModel } from "../evaluation/types.js";
import { finiteOf } from "./finite.js";
import type { Spread } from "./measure.js";

/**
 * ln p(x|z) of the first `count` examples at a z of one's own (null: at its own draw), nats [count]. A model takes the noise
 * of a draw, so z goes in as eps = (z - mu) / sigma.
 */
export async function logPxAt(
  model: EvaluatedModel,
  examples: Examples,
  { mu, logvar, z }: Survey,
  { rows, count, signal }: { rows: number; count: number; signal?: AbortSignal },
  codeOf: ((example: number, dimension: number) => number) | null,
): Promise<Float64Array> {
  const { latent } = model;
  const out = new Float64Array(count);
  const pass = await model.densities({ rows, samples: 1 });
  try {
    for (let start = 0; start < count; start += rows) {
      signal?.throwIfAborted();
      const size = Math.min(rows, count - start);
      const eps = new Float32Array(rows * latent);
      for (let i = start; i < start + size; i++) {
        for (let j = 0; j < latent; j++) {
          const at = i * latent + j;
          const code = codeOf ? codeOf(i, j) : z.values[at]!;
          eps[at - start * latent] = (code - mu.values[at]!) * Math.exp(-logvar.values[at]! / 2);
        }
      }
      const positions = Uint32Array.from({ length: size }, (_, i) => start + i);
      const { logPx } = await pass.run(batchOf(examples, positions, rows), eps);
      for (let i = 0; i < size; i++) out[start + i] = logPx[i]!;
    }
  } finally {
    await pass.dispose();
  }
  return out;
}

/** ln p(x|z, c) lost with another example's c in the decoder alone: z stays the example's own. */
export async function conditionLoss(
  model: EvaluatedModel,
  examples: Examples,
  survey: Survey,
  own: Float64Array,
  partners: Uint32Array,
  { rows, signal }: { rows: number; signal?: AbortSignal },
): Promise<Spread | null> {
  const { c, count } = examples;
  if (!c || model.prior.name === "codebook") return null;
  const size = c.length / count;
  const swapped = {
    ...examples,
    c: c.map((_, at) => c[partners[Math.floor(at / size)]! * size + (at % size)]!),
  };
  const found = await finiteOf(() => surveyExamples(model, swapped, { seed: 0, rows, atMean: true, signal }));
  if (!found.finite) return null;
  const { mu, logvar } = found.value;
  const { columns, values } = survey.z;
  const sizes = { rows, count, signal };
  const other = await logPxAt(
    model,
    swapped,
    { ...survey, mu, logvar },
    sizes,
    (i, j) => values[i * columns + j]!,
  );
  return spread(own.map((value, i) => value - other[i]!));
}

/** Another example for each: the next in one cycle through all of them in random order. */
export function cycle(count: number, seed: number): Uint32Array {
  const order = new RandomStream(seed, "shuffle").permutation(count);
  const next = new Uint32Array(count);
  for (let i = 0; i < count; i++) next[order[i]!] = order[(i + 1) % count]!;
  return next;
}

export function spread(values: ArrayLike<number>): Spread {
  const { value, low, high } = estimateMean(values);
  return { value, low, high };
}
