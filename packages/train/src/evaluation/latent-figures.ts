import { RandomStream } from "@vaekit/infer";
import { activeUnits } from "../metrics/active-units.js";
import { aggregatedPosterior } from "../metrics/aggregated-posterior.js";
import { spacedRows, takeRows } from "../metrics/matrix.js";
import { squaredMmd } from "../metrics/mmd.js";
import { estimated, type Figure, plain } from "./figure.js";
import type { Survey } from "./survey.js";
import type { EvaluatedModel } from "./types.js";

/** How the codes of all examples lie together. */
export interface LatentFigures {
  /** value: how many; units: which; variance: of the posterior mean, per dimension. */
  activeUnits: Figure & { units: number[]; variance: number[]; threshold: number };
  /** I(x; z) under q; limit: what it can be at most with so many examples. */
  mutualInformation: Figure & { limit: number };
  /** KL(q(z) || p(z)), q(z) the aggregated posterior. */
  marginalKl: Figure;
  /** KL(q(z) || prod_j q(z_j)) */
  totalCorrelation: Figure;
  /** Between draws of the aggregated posterior and of the prior; nullDeviation: what chance alone makes of it. */
  mmd: Figure & { nullDeviation: number };
}

const threshold = 0.01;
/** Pairs of examples are compared, so their number is limited. */
const most = 2000;

/** about: protocol that all figures share. @throws UsageError for fewer than two examples */
export async function latentFigures(
  model: EvaluatedModel,
  { mu, logvar, z, logPz }: Survey,
  { seed, about }: { seed: number; about: string },
): Promise<LatentFigures> {
  const active = activeUnits(mu, threshold);
  const standard = model.prior.name === "standard-normal";
  const posterior = aggregatedPosterior({ mu, logvar, z, logPrior: standard ? undefined : logPz }, most);
  const chosen = spacedRows(z.rows, most);
  const noise = new RandomStream(seed, "sample");
  const prior = await model.samplePrior(
    noise.normal(new Float32Array(chosen.length * model.latent)),
    noise.fork(1).uniform(new Float32Array(chosen.length * model.prior.uniforms)),
  );
  const mmd = squaredMmd(takeRows(z, chosen), {
    values: prior,
    rows: chosen.length,
    columns: model.latent,
  });
  const of = (protocol: string, unit = "nats") => ({
    unit,
    better: null,
    protocol: `${protocol}; intervals over examples and their draws; ${about}`,
  });
  const { examples } = posterior;
  return {
    activeUnits: {
      ...plain(active.count, mu.rows, {
        unit: `of ${model.latent} dimensions`,
        better: null,
        protocol: `${active.protocol} (Burda et al. 2016); ${about}`,
      }),
      units: active.active.flatMap((is, unit) => (is ? [unit] : [])),
      variance: [...active.variance],
      threshold,
    },
    mutualInformation: {
      ...estimated(posterior.mutualInformation, examples, of(`I(x; z) under q; ${posterior.protocol}`)),
      limit: posterior.mutualInformationLimit,
    },
    marginalKl: {
      ...estimated(posterior.marginalKl, examples, of(`KL(q(z) || p(z)); ${posterior.protocol}`)),
      better: "lower",
    },
    totalCorrelation: {
      ...estimated(
        posterior.totalCorrelation,
        examples,
        of(`KL(q(z) || prod q(z_j)); ${posterior.protocol}`),
      ),
      better: "lower",
    },
    mmd: {
      ...plain(mmd.value, mmd.samples, {
        unit: "no unit",
        better: "lower",
        protocol: `${mmd.protocol}: draws of q(z) against the prior's; about 0 where they are equal, within +- ${(2 * mmd.nullDeviation).toExponential(1)} by chance; ${about}`,
      }),
      nullDeviation: mmd.nullDeviation,
    },
  };
}
