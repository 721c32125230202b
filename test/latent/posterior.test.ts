import { describe, expect, it } from "vitest";
import { type CovarianceName, gaussianMixture } from "../../packages/latent/src/cluster/mixture.js";
import { mixtureLogDensity } from "../../packages/latent/src/cluster/mixture-predict.js";
import { posteriorMixture, posteriorPoints } from "../../packages/latent/src/cluster/posterior.js";
import { Random } from "../../packages/latent/src/random.js";
import { type Codes, rowsOf } from "../../packages/latent/src/rows.js";
import "../support/matchers.js";

const latent = 3;

/** Posteriors about centers 12 apart, whose widths differ by row and dimension. */
function codesOf(count: number, clusters: number, seed: number): Codes {
  const random = new Random(seed);
  const mu = Float32Array.from(
    { length: count * latent },
    (_, i) => random.normal() + 12 * (Math.floor(i / latent) % clusters),
  );
  const logvar = mu.map((_, i) => Math.log(0.3 + (i % latent)) + 0.5 * random.normal());
  return { mu: rowsOf(mu, latent), logvar: rowsOf(logvar, latent) };
}

function drawsOf({ mu, logvar }: Codes, each: number, seed: number) {
  const random = new Random(seed);
  const draws = Array.from({ length: each }, () =>
    Array.from(mu.data, (mean, i) => mean + Math.exp(logvar.data[i]! / 2) * random.normal()),
  );
  return rowsOf(Float32Array.from(draws.flat()), latent);
}

describe("posteriorPoints", () => {
  it("are mu and sigma side by side, whose distance is the 2-Wasserstein distance", () => {
    const codes = {
      mu: rowsOf(Float32Array.of(1, 2, 3, 4), 2),
      logvar: rowsOf(Float32Array.of(0, Math.log(4), 0, Math.log(9)), 2),
    };
    const { data, shape } = posteriorPoints(codes);
    expect(shape).toEqual([2, 4]);
    expect(data).toBeAllClose([1, 2, 1, 2, 3, 4, 1, 3], { atol: 1e-6 });
    // |m1 - m2|^2 + sum (s1 - s2)^2
    const distance = Math.hypot(...Array.from({ length: 4 }, (_, j) => data[j]! - data[4 + j]!));
    expect(distance).toBeCloseTo(Math.sqrt(4 + 4 + 0 + 1), 6);
  });
});

describe("posteriorMixture", () => {
  const kinds: CovarianceName[] = ["full", "tied", "diagonal", "spherical"];

  it.each(kinds)(
    "with %s covariance is the mixture of many draws from the posteriors",
    async (covariance) => {
      const codes = codesOf(1500, 3, 1);
      const draws = drawsOf(codes, 40, 2);
      const init = { means: rowsOf(Float32Array.from([0, 0, 0, 12, 12, 12, 24, 24, 24]), latent) };
      const found = await posteriorMixture(codes, { components: 3, covariance, init });
      const sampled = await gaussianMixture(draws, { components: 3, covariance, init });
      expect(found.weights).toBeAllClose(sampled.weights, { atol: 1e-3 });
      // 20,000 draws of a component, of variance 1.3 to 5: standard errors of 0.016 in a mean, 0.05 in a variance.
      expect(found.means).toBeAllClose(sampled.means, { atol: 0.06 });
      expect(found.covariances).toBeAllClose(sampled.covariances, { atol: 0.2 });
      // The widths matter: the fit to the means alone is narrower by the posteriors' variances, 0.3 to 2.6.
      const means = await gaussianMixture(codes.mu, { components: 3, covariance, init });
      expect(found.covariances[0]! - means.covariances[0]!).toBeGreaterThan(0.25);
      expect(found.logLikelihood).toBeLessThan(means.logLikelihood);
      expect(Math.abs(found.logLikelihood - sampled.logLikelihood)).toBeLessThan(0.02);
    },
  );

  it("has the aggregated posterior's mean and covariance, overlap or not", async () => {
    const codes = codesOf(400, 1, 3);
    const { mu, logvar } = codes;
    const mixture = await posteriorMixture(codes, { components: 3, regularization: 0, maxIterations: 7 });
    const { weights, means, covariances } = mixture;
    const mean = Array.from({ length: latent }, (_, j) =>
      weights.reduce((sum, weight, k) => sum + weight * means[k * latent + j]!, 0),
    );
    for (let i = 0; i < latent; i++) {
      for (let j = 0; j < latent; j++) {
        let within = 0;
        for (let k = 0; k < 3; k++) {
          const between = (means[k * latent + i]! - mean[i]!) * (means[k * latent + j]! - mean[j]!);
          within += weights[k]! * (covariances[(k * latent + i) * latent + j]! + between);
        }
        const column = (at: number) => mu.data.filter((_, place) => place % latent === at);
        const average = (values: ArrayLike<number>) =>
          Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;
        const [a, b] = [column(i), column(j)];
        const [meanA, meanB] = [average(a), average(b)];
        const own = average(logvar.data.filter((_, place) => place % latent === i).map(Math.exp));
        const outer = average(Array.from(a, (value, row) => (value - meanA) * (b[row]! - meanB)));
        expect(mean[i]).toBeCloseTo(meanA, 5);
        expect(within).toBeCloseTo(outer + (i === j ? own : 0), 5);
      }
    }
  });

  it("has a bound for its likelihood, so that its BIC counts too few components", async () => {
    const two = (half: number) => {
      const random = new Random(1);
      const mu = Float32Array.from({ length: 3000 }, (_, i) => random.normal() / 4 + (i % 2 ? half : -half));
      const draws = mu.map((mean) => mean + random.normal());
      return {
        codes: { mu: rowsOf(mu, 1), logvar: rowsOf(new Float32Array(3000), 1) },
        draws: rowsOf(draws, 1),
      };
    };
    const long = { tolerance: 1e-6, maxIterations: 1000 };
    const near = two(1.5);
    const fits = async (components: number) => ({
      bound: (await posteriorMixture(near.codes, { components, ...long })).bic,
      exact: (await gaussianMixture(near.draws, { components, ...long })).bic,
    });
    const [one, both] = [await fits(1), await fits(2)];
    expect(both.bound).toBeGreaterThan(one.bound);
    expect(both.exact).toBeLessThan(one.exact - 100);
    const { codes, draws } = two(2);
    const gap = async (components: number) => {
      const mixture = await posteriorMixture(codes, { components, ...long });
      const density = mixtureLogDensity(mixture, draws);
      return density.reduce((sum, value) => sum + value / 3000, 0) - mixture.logLikelihood;
    };
    expect(await gap(1)).toBeLessThan(0.02);
    expect(await gap(2)).toBeGreaterThan(0.06);
  });

  it("says what is wrong with what it is given", async () => {
    const codes = codesOf(20, 2, 1);
    const wide = { ...codes, logvar: rowsOf(codes.logvar.data.slice().fill(200), latent) };
    await expect(posteriorMixture(wide, { components: 2 })).rejects.toThrow(/uncertainty.*Infinity/);
    const short = { ...codes, logvar: rowsOf(codes.logvar.data.slice(0, 30), latent) };
    await expect(posteriorMixture(short, { components: 2 })).rejects.toThrow(/logvar 10/);
    expect(() => posteriorPoints(short)).toThrow(/logvar 10/);
  });
});
