import { RandomStream } from "@vaekit/infer";
import { batchOf, type Examples } from "../evaluation/examples.js";
import { type Survey, surveyExamples } from "../evaluation/survey.js";
import type { EvaluatedModel } from "../evaluation/types.js";
import { activeUnits } from "../metrics/active-units.js";
import { estimateMean } from "../metrics/interval.js";
import { latentKl } from "../metrics/latent-kl.js";
import { type Finite, finiteOf } from "./finite.js";
import type { Dimension } from "./types.js";

export type ModelKind = "vae" | "autoencoder" | "codebook";

/** A mean over examples with its 95 % interval. */
export interface Spread {
  value: number;
  low: number;
  high: number;
}

/** What was measured on the examples; nats are per example. */
export interface Measurements {
  kind: ModelKind;
  examples: number;
  features: number;
  survey: Survey;
  /** On the scale 0 to 1, [examples, features]: what is reconstructed, and E[x|z]. */
  x: Float64Array;
  mean: Float64Array;
  /** Of one draw of z each. */
  logPx: Spread;
  /** E ln q(z|x) - ln p(z), or in closed form; null for an autoencoder and for codes. */
  kl: number | null;
  /** ln p(x|z) lost with another example's z; null for codes of a codebook. */
  sensitivity: Spread | null;
  /** The same with another example's condition at the example's own z; null where there is none. */
  conditionSensitivity: Spread | null;
  dimensions: Dimension[];
  /** 1 - squared error over that of the mean picture. */
  explained: number;
  /** The same with another example's reconstruction. */
  explainedByOthers: number;
}

export interface MeasureOptions {
  kind: ModelKind;
  seed: number;
  rows: number;
  signal?: AbortSignal;
}

/** Examples that the sensitivity of single dimensions is measured on, as it takes a pass for each. */
const mostForDimensions = 200;

/** Null with the reason where the model gives numbers that are not finite. */
export async function measure(
  model: EvaluatedModel,
  examples: Examples,
  { kind, seed, rows: most, signal }: MeasureOptions,
): Promise<Finite<Measurements>> {
  const { latent, data } = model;
  const { count } = examples;
  const rows = Math.min(most, count);
  const features = examples.x.length / count;
  const [low, high] = data.range;
  const scaled = (values: ArrayLike<number>) =>
    Float64Array.from(values, (value) => (value - low) / (high - low));

  const means: Float32Array[] = [];
  const surveyed = await finiteOf(() =>
    surveyExamples(keepingMeans(model, means), examples, {
      seed,
      rows,
      atMean: kind === "autoencoder",
      signal,
    }),
  );
  if (!surveyed.finite) return surveyed;
  const survey = surveyed.value;
  const x = scaled(examples.x);
  const mean = scaled(joined(means, count * features));
  const partners = cycle(count, seed);

  const own = await logPxAt(model, examples, survey, { rows, count, signal }, null);
  if (!own.every(Number.isFinite)) return { finite: false, reason: "ln p(x|z) is not finite" };
  let sensitivity: Spread | null = null;
  let alone: number[] | null = null;
  if (kind !== "codebook") {
    const other = await logPxAt(
      model,
      examples,
      survey,
      { rows, count, signal },
      (i, j) => survey.z.values[partners[i]! * latent + j]!,
    );
    sensitivity = spread(own.map((value, i) => value - other[i]!));
    alone = [];
    const few = Math.min(count, mostForDimensions);
    for (let k = 0; k < latent; k++) {
      const changed = await logPxAt(
        model,
        examples,
        survey,
        { rows, count: few, signal },
        (i, j) => survey.z.values[(j === k ? partners[i]! : i) * latent + j]!,
      );
      alone.push(spread(changed.map((value, i) => own[i]! - value)).value);
    }
  }
  const conditionSensitivity = await conditionLoss(model, examples, survey, own, partners, { rows, signal });
  const closed = model.prior.name === "standard-normal" && kind === "vae";
  const perDimension = closed ? latentKl(survey.mu, survey.logvar) : null;
  const { variance, active } = activeUnits(survey.mu, undefined);
  return {
    finite: true,
    value: {
      kind,
      examples: count,
      features,
      survey,
      x,
      mean,
      logPx: spread(own),
      kl: kind === "vae" ? (perDimension?.total ?? sampledKl(survey)) : null,
      sensitivity,
      conditionSensitivity,
      dimensions: active.map((is, j) => ({
        active: is,
        variance: variance[j]!,
        kl: perDimension?.perDimension[j] ?? null,
        sensitivity: alone?.[j] ?? null,
      })),
      explained: explained(x, mean, features, (i) => i),
      explainedByOthers: explained(x, mean, features, (i) => partners[i]!),
    },
  };
}

function keepingMeans(model: EvaluatedModel, into: Float32Array[]): EvaluatedModel {
  return {
    ...model,
    async reconstruction(sizes) {
      const pass = await model.reconstruction(sizes);
      return {
        ...pass,
        async run(batch, eps) {
          const result = await pass.run(batch, eps);
          into.push(result.mean);
          return result;
        },
      };
    },
  };
}

/** Rows of several batches, of which the last may have more than there are. */
function joined(parts: readonly Float32Array[], length: number): Float32Array {
  const out = new Float32Array(length);
  let at = 0;
  for (const part of parts) {
    out.set(part.subarray(0, length - at), at);
    at += part.length;
  }
  return out;
}

/**
 * ln p(x|z) of the first `count` examples at a z of one's own (null: at its own draw), nats [count]. A model takes the noise
 * of a draw, so z goes in as eps = (z - mu) / sigma.
 */
async function logPxAt(
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
async function conditionLoss(
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
function cycle(count: number, seed: number): Uint32Array {
  const order = new RandomStream(seed, "shuffle").permutation(count);
  const next = new Uint32Array(count);
  for (let i = 0; i < count; i++) next[order[i]!] = order[(i + 1) % count]!;
  return next;
}

function spread(values: ArrayLike<number>): Spread {
  const { value, low, high } = estimateMean(values);
  return { value, low, high };
}

/** Mean of ln q(z|x) - ln p(z) at the draws. */
function sampledKl({ mu, logvar, z, logPz }: Survey): number {
  const { rows, columns } = mu;
  let total = 0;
  for (let at = 0; at < rows * columns; at++) {
    const l = logvar.values[at]!;
    total -= 0.5 * ((z.values[at]! - mu.values[at]!) ** 2 * Math.exp(-l) + l + Math.log(2 * Math.PI));
  }
  for (const value of logPz) total -= value;
  return total / rows;
}

/** Share of x's variance that the reconstructions of `of(example)` explain; 0 for the mean picture. */
function explained(
  x: Float64Array,
  mean: Float64Array,
  features: number,
  of: (example: number) => number,
): number {
  const count = x.length / features;
  const centre = new Float64Array(features);
  for (const [at, value] of x.entries()) centre[at % features]! += value / count;
  let [left, all] = [0, 0];
  for (let i = 0; i < count; i++) {
    for (let j = 0; j < features; j++) {
      const value = x[i * features + j]!;
      left += (value - mean[of(i) * features + j]!) ** 2;
      all += (value - centre[j]!) ** 2;
    }
  }
  return all > 0 ? 1 - left / all : 0;
}
