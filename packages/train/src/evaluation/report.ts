import { klPerDimension, klToStandardNormal } from "@vaekit/latent";
import { mostBlocks } from "../metrics/importance-bound.js";
import { rowsOfMatrix } from "../metrics/matrix.js";
import { bitsPerDimension } from "../metrics/reconstruction-error.js";
import type { CodebookFigures } from "./codebook-figures.js";
import type { DrawPlan } from "./draws.js";
import type { FactorFigures } from "./factor-figures.js";
import { drawnFigure, type Figure, meanFigure, plain } from "./figure.js";
import type { LatentFigures } from "./latent-figures.js";
import type { Measure } from "./notes.js";
import type { ExampleResult, Moment } from "./per-example.js";
import type { Survey } from "./survey.js";

/** How good a model is. All figures say how they were measured. */
export interface EvaluationReport {
  model: {
    kind: "run" | "bundle";
    path: string;
    objective: string | null;
    likelihood: string;
    prior: string;
    latent: number;
    features: number;
  };
  /** protocol: the part that all figures share. */
  data: { name: string; examples: number; protocol: string };
  seed: number;
  binarize: "none" | "dynamic";
  /** E_q ln p(x|z) - KL(q(z|x) || p(z)), beta 1. Null for a plain autoencoder. */
  elbo: Figure | null;
  /** Importance-weighted bounds on ln p(x). */
  bounds: (Figure & { samples: number })[];
  reconstruction: {
    /** -E_q ln p(x|z) */
    negativeLogLikelihood: Figure;
    meanSquared: Figure;
    meanAbsolute: Figure;
    /** Of the tightest bound on all examples; null where ln p is no probability. */
    bitsPerDimension: Figure | null;
  };
  /** perDimension: null where the prior's does not split into dimensions. Null for a plain autoencoder. */
  kl: { total: Figure; perDimension: number[] | null } | null;
  latent: LatentFigures | null;
  factors: FactorFigures | null;
  codebook: CodebookFigures | null;
  notes: string[];
  /** Of all calls, where a stopped evaluation went on. */
  seconds: number;
}

type Bounds = Pick<EvaluationReport, "elbo" | "bounds" | "reconstruction" | "kl">;

export interface Measured {
  survey: Survey;
  plans: readonly DrawPlan[];
  results: readonly (readonly ExampleResult[])[];
  kind: "vae" | "autoencoder" | "codebook";
  /** Whether the prior's KL has a closed form, that of the standard normal. */
  closedForm: boolean;
  measure: Measure;
  features: number;
  /** Protocol that all figures share. */
  about: string;
}

/** The figures in nats, and the errors. */
export function boundFigures(measured: Measured): Bounds {
  const { survey, plans, results, kind, closedForm, measure, features, about } = measured;
  const [plan] = plans as [DrawPlan];
  const [all] = results as [readonly ExampleResult[]];
  const nats = (better: Figure["better"], protocol: string) => ({
    unit: "nats per example",
    better,
    protocol: `${protocol}; ${about}`,
  });
  const at = {
    vae: `${plan.draws} draws of z from q(z|x) per example`,
    autoencoder: "at z = mu",
    codebook: "at the nearest codes",
  }[kind];
  const of = (pick: (result: ExampleResult, i: number) => Moment, text: ReturnType<typeof nats>) =>
    drawnFigure(all.map(pick), plan.draws - 1, text);
  const negative = of(
    ({ logPx }) => ({ ...logPx, mean: -logPx.mean }),
    nats("lower", `-ln p(x|z), ${measureWords[measure]}, ${at}`),
  );
  const error = (values: Float64Array, what: string, unit: string) =>
    meanFigure(values, {
      unit,
      better: "lower",
      protocol: `${what} between x and E[x|z] per element, ${kind === "vae" ? "one draw of z per example" : at}; ${about}`,
    });
  const reconstruction = {
    negativeLogLikelihood: negative,
    meanSquared: error(survey.squared, "mean squared error", "squared units of the data"),
    meanAbsolute: error(survey.absolute, "mean absolute error", "units of the data"),
    bitsPerDimension: null,
  };
  if (kind === "autoencoder") return { elbo: null, bounds: [], reconstruction, kl: null };

  const perDimension = closedForm
    ? klPerDimension({ mu: rowsOfMatrix(survey.mu), logvar: rowsOfMatrix(survey.logvar) })
    : null;
  const closed = closedForm ? klPerExample(survey) : null;
  const how = {
    vae: closed ? "KL in closed form" : "KL as ln q(z|x) - ln p(z) at the draws",
    codebook: "KL is groups * ln codes, the uniform prior's code length",
  }[kind];
  const elbo = of(
    ({ logPx, weight }, i) => (closed ? { ...logPx, mean: logPx.mean - closed[i]! } : weight),
    nats("higher", `E_q ln p(x|z) - KL(q(z|x) || p(z)), ${at}, ${how}`),
  );
  const total = closed
    ? meanFigure(closed, nats(null, `KL(q(z|x) || p(z)), ${how}`))
    : of(({ rate }) => rate, nats(null, `KL(q(z|x) || p(z)), ${how}, ${at}`));
  const bounds = plans.flatMap((one, p) =>
    one.samples.map((k, i) =>
      boundFigure(
        one,
        results[p]!,
        k,
        i,
        one.positions.length < all.length ? `${one.positions.length} drawn at random of ${about}` : about,
      ),
    ),
  );
  const onAll = bounds.filter(({ examples }) => examples === all.length);
  const tightest = onAll.at(-1) ?? elbo;
  const bits = measure === "probability" ? bitsFigure(tightest, features) : null;
  return {
    elbo,
    bounds,
    reconstruction: { ...reconstruction, bitsPerDimension: bits },
    kl: { total, perDimension },
  };
}

const measureWords: Record<Measure, string> = {
  probability: "a probability",
  density: "a density on the scale 0 to 1",
  expectation: "an expectation under dynamic binarisation, grey values taken as they are",
};

function boundFigure(
  { draws }: DrawPlan,
  results: readonly ExampleResult[],
  samples: number,
  which: number,
  about: string,
): Figure & { samples: number } {
  const groups = Math.floor(draws / samples);
  const freedom = groups > 1 ? groups - 1 : Math.min(samples, mostBlocks) - 1;
  const noise =
    groups > 1
      ? "from the variance between groups"
      : `by the jackknife over ${Math.min(samples, mostBlocks)} blocks`;
  const figure = drawnFigure(
    results.map(({ bounds }) => bounds[which]!),
    freedom,
    {
      unit: "nats per example",
      better: "higher",
      protocol:
        `importance-weighted bound on ln p(x), K = ${samples} (Burda et al. 2016), mean of ${groups} group${groups > 1 ? "s" : ""} of K ` +
        `draws per example, noise interval ${draws > 1 ? noise : "unknown from one draw"}; ${about}`,
    },
  );
  return { samples, ...figure };
}

/** Of a bound: more nats are fewer bits. */
function bitsFigure(bound: Figure, features: number): Figure {
  const bits = (nats: number) => bitsPerDimension(nats, features);
  const turned = (range: Figure["interval"]["noise"]) => range && ([bits(range[1]), bits(range[0])] as const);
  const { value, interval, examples, protocol } = bound;
  return {
    ...plain(bits(value), examples, {
      unit: "bits per dimension",
      better: "lower",
      protocol: `at most, from: ${protocol}`,
    }),
    interval: { examples: turned(interval.examples), noise: turned(interval.noise) },
  };
}

/** KL(q(z|x) || N(0, I)) of each example, nats. */
function klPerExample({ mu, logvar }: Survey): Float64Array {
  const out = new Float64Array(mu.rows);
  for (let i = 0; i < mu.values.length; i++) {
    out[Math.floor(i / mu.columns)]! += klToStandardNormal(mu.values[i]!, logvar.values[i]!);
  }
  return out;
}
