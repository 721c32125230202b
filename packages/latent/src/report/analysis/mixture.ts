import { type CovarianceName, type GaussianMixture, gaussianMixture } from "../../cluster/mixture.js";
import { mixtureLogDensity } from "../../cluster/mixture-predict.js";
import { posteriorMixture } from "../../cluster/posterior.js";
import { estimateMean } from "../../describe/interval.js";
import { drawPosteriors } from "../../describe/posteriors.js";
import { distinctRows } from "../../distinct-rows.js";
import { scatterOf } from "../../linear/covariance.js";
import { Random } from "../../random.js";
import { type Codes, rowsOf } from "../../rows.js";
import { someRows, takeRows } from "../../sample-rows.js";
import type { AnalyzeInput } from "../input.js";
import type { Step } from "../step.js";

/** ln p of codes that the mixture was not fitted to, one draw of each posterior; means in nats. */
export interface HeldOut {
  /** Rows that were held out. */
  rows: number;
  components: number;
  mixture: number;
  /** Under N(0, I). */
  prior: number;
  /** Of mixture - prior. */
  standardError: number;
}

/** Rows of which a tenth are held out. */
const mostRows = 5000;
const share = 0.1;
/** Fewest held out that a mean says anything of. */
const fewest = 5;

/** A mixture of the posteriors, or of codes without variances; regularization a millionth of the codes' mean variance. */
export async function fitMixture(
  { mu, logvar }: AnalyzeInput["codes"],
  components: number,
  covariance: CovarianceName,
  step: Step,
): Promise<GaussianMixture> {
  const { data, shape } = mu;
  const [rows, latent] = shape as [number, number];
  const { matrix } = scatterOf(data, rows, latent);
  let scatter = 0;
  for (let j = 0; j < latent; j++) scatter += matrix[j * (latent + 1)]!;
  const regularization = (1e-6 * scatter) / (rows * latent) || 1e-6;
  return step.run(`Gaussian mixture, ${components} components`, (run) => {
    const options = { components, covariance, regularization, seed: step.seed, ...run };
    return logvar ? posteriorMixture({ mu, logvar }, options) : gaussianMixture(mu, options);
  });
}

/**
 * Whether the mixture or the standard normal describes codes better, on rows that the mixture does not know: it is fitted anew to nine
 * tenths of them. The draws' ln p is exact, where the mixture's own logLikelihood is that of a bound. null for too few rows
 */
export async function holdOut(
  codes: Codes,
  components: number,
  covariance: CovarianceName,
  step: Step,
): Promise<HeldOut | null> {
  const { mu, logvar } = codes;
  const [all, latent] = mu.shape as [number, number];
  const drawn = someRows(all, mostRows, step.seed);
  const order = new Random(step.seed).choose(drawn.length, drawn.length);
  const count = Math.floor(share * drawn.length);
  if (count < fewest) return null;
  const kept = Array.from(order.subarray(count), (at) => drawn[at]!);
  const others = { mu: takeRows(mu, kept), logvar: takeRows(logvar, kept) };
  if (distinctRows(others.mu, { limit: components }).length < components) return null;
  const mixture = await fitMixture(others, components, covariance, step);
  const heldOut = Array.from(order.subarray(0, count), (at) => drawn[at]!);
  const posteriors = { mu: mu.data, logvar: logvar.data, rows: all, latent };
  const z = Float32Array.from(drawPosteriors(posteriors, heldOut, new Random(step.seed)));
  const ofMixture = mixtureLogDensity(mixture, rowsOf(z, latent));
  const ofPrior = new Float64Array(count).fill((-latent / 2) * Math.log(2 * Math.PI));
  for (let i = 0; i < z.length; i++) ofPrior[Math.floor(i / latent)]! -= z[i]! ** 2 / 2;
  const mean = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const { standardError } = estimateMean(ofMixture.map((value, i) => value - ofPrior[i]!));
  return { rows: count, components, mixture: mean(ofMixture), prior: mean(ofPrior), standardError };
}
