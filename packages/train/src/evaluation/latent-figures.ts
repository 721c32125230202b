import { RandomStream } from "@vaekit/infer";
import { activeUnits, aggregatedPosterior, rowsOf, someRows, squaredMmd } from "@vaekit/latent";
import { rowsOfMatrix, takeRows } from "../metrics/matrix.js";
import { estimated, type Figure, plain } from "./figure.js";
import type { Survey } from "./survey.js";
import type { EvaluatedModel } from "./types.js";

/** How the codes of all examples lie together. */
export interface LatentFigures {
  /** value: how many; units: which; variance: of the posterior mean, per dimension. */
  activeUnits: Figure & { units: number[]; variance: number[]; threshold: number };
  /**
   * I(x; z) under q; limit: what it can be at most with so many examples; upper: an upper bound; saturated: whether it has
   * come so near to the limit that all there is to say is that it lies between the two.
   */
  mutualInformation: Figure & { limit: number; upper: number; saturated: boolean };
  /**
   * KL(q(z) || p(z)), q(z) the aggregated posterior: at most, as what the value of information lacks it has too much; its
   * interval allows for that. Null where information is saturated.
   */
  marginalKl: Figure | null;
  /** KL(q(z) || prod_j q(z_j)); null as the former. */
  totalCorrelation: Figure | null;
  /** Between draws of the aggregated posterior and of the prior; nullDeviation: what chance alone makes of it. */
  mmd: Figure & { nullDeviation: number };
}

const threshold = 0.01;

/** about: protocol that all figures share. @throws DataError for fewer than two examples */
export async function latentFigures(
  model: EvaluatedModel,
  { mu, logvar, z, logPz }: Survey,
  { seed, about, notes, signal }: { seed: number; about: string; notes: string[]; signal?: AbortSignal },
): Promise<LatentFigures> {
  const codes = { mu: rowsOfMatrix(mu), logvar: rowsOfMatrix(logvar) };
  const active = activeUnits(codes.mu, { threshold });
  const posterior = await aggregatedPosterior(codes, {
    z: rowsOfMatrix(z),
    logPrior: model.prior.name === "standard-normal" ? undefined : logPz,
    signal,
  });
  const chosen = someRows(z.rows, posterior.rows, 0);
  const noise = new RandomStream(seed, "sample");
  const prior = await model.samplePrior(
    noise.normal(new Float32Array(chosen.length * model.latent)),
    noise.fork(1).uniform(new Float32Array(chosen.length * model.prior.uniforms)),
  );
  const drawn = rowsOfMatrix(takeRows(z, chosen));
  const mmd = await squaredMmd(drawn, rowsOf(prior, model.latent), { signal });
  const of = (protocol: string, unit = "nats") => ({
    unit,
    better: null,
    protocol: `${protocol}; intervals over examples and their draws; ${about}`,
  });
  const {
    rows: examples,
    saturated,
    mutualInformationLimit: limit,
    mutualInformationUpper: upper,
  } = posterior;
  if (saturated) {
    notes.push(
      `${examples} posteriors hardly overlap: information lies between ${posterior.mutualInformation.value.toFixed(2)} and ` +
        `${upper.toFixed(2)} nats, and KL(q(z) || p(z)) and total correlation cannot be told from so few examples`,
    );
  }
  return {
    activeUnits: {
      ...plain(active.count, mu.rows, {
        unit: `of ${model.latent} dimensions`,
        better: null,
        protocol: `${active.protocol} (Burda et al. 2016); ${about}`,
      }),
      units: active.active.flatMap((is, unit) => (is ? [unit] : [])),
      variance: active.variance,
      threshold,
    },
    mutualInformation: {
      ...estimated(
        posterior.mutualInformation,
        examples,
        of(`I(x; z) under q, at least; at most ${upper.toFixed(2)}; ${posterior.protocol}`),
      ),
      limit,
      upper,
      saturated,
    },
    marginalKl: saturated
      ? null
      : {
          ...estimated(posterior.marginalKl, examples, of(`KL(q(z) || p(z)); ${posterior.protocol}`)),
          better: "lower",
        },
    totalCorrelation: saturated
      ? null
      : {
          ...estimated(
            posterior.totalCorrelation,
            examples,
            of(`KL(q(z) || prod q(z_j)); ${posterior.protocol}`),
          ),
          better: "lower",
        },
    mmd: {
      ...plain(mmd.value, mmd.rows, {
        unit: "no unit",
        better: "lower",
        protocol: `${mmd.protocol}: draws of q(z) against the prior's; about 0 where they are equal, within +- ${(2 * mmd.nullDeviation).toExponential(1)} by chance; ${about}`,
      }),
      nullDeviation: mmd.nullDeviation,
    },
  };
}
