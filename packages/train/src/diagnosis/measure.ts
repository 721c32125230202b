import { activeUnits, latentKl } from "@vaekit/latent";
import type { Examples } from "../evaluation/examples.js";
import { type Survey, surveyExamples } from "../evaluation/survey.js";
import type { EvaluatedModel } from "../evaluation/types.js";
import { rowsOfMatrix } from "../metrics/matrix.js";
import { conditionLoss, cycle, logPxAt, spread } from "./exchange.js";
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
  const mu = rowsOfMatrix(survey.mu);
  const closed = model.prior.name === "standard-normal" && kind === "vae";
  const perDimension = closed ? latentKl({ mu, logvar: rowsOfMatrix(survey.logvar) }) : null;
  const { variance, active } = activeUnits(mu);
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
