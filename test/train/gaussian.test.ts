import { RandomStream } from "@vaekit/infer";
import { tf } from "@vaekit/train";
import { beforeAll, describe, expect, it } from "vitest";
import { gaussianLogProb } from "../../packages/train/src/prior/gaussian.ts";
import { standardNormal } from "../../packages/train/src/prior/standard-normal.ts";

const [batch, latent] = [6, 4];
const prior = standardNormal.create(
  { kind: "standard-normal" },
  {
    latent,
    features: 1,
    seed: 0,
    encode: () => {
      throw new Error("this prior is made of no posteriors");
    },
  },
);
const klOf = prior.kl!;
const size = batch * latent;
const grid = (scale: number, phase: number) =>
  Float32Array.from({ length: size }, (_, i) => scale * Math.sin(phase + 1.7 * i));

const mu = grid(3, 0);
const logvar = grid(4, 1);
const z = grid(5, 2);

const logNormal = (at: number, mean: number, lnVar: number) =>
  -0.5 * ((at - mean) ** 2 / Math.exp(lnVar) + lnVar + Math.log(2 * Math.PI));
const klNormal = (mean: number, lnVar: number) => 0.5 * (mean ** 2 + Math.exp(lnVar) - lnVar - 1);
const matrix = (values: Float32Array) => tf.tensor2d(values, [batch, latent]);

/** Sums of each row's terms, in double precision. */
function rowSums(term: (i: number) => number): number[] {
  return Array.from({ length: batch }, (_, n) => {
    let sum = 0;
    for (let i = n * latent; i < (n + 1) * latent; i++) sum += term(i);
    return sum;
  });
}

beforeAll(() => void tf.setBackend("cpu"));

describe("Gaussian densities", () => {
  it("gaussianLogProb is ln N(z; mu, exp(logvar)), summed over latent", () => {
    const actual = tf.tidy(() => gaussianLogProb(matrix(z), matrix(mu), matrix(logvar)).dataSync());
    expect(actual).toBeAllClose(
      rowSums((i) => logNormal(z[i]!, mu[i]!, logvar[i]!)),
      { rtol: 1e-6 },
    );
  });

  it("the standard normal prior is ln N(z; 0, 1), summed over latent", () => {
    const actual = tf.tidy(() => prior.logProb(matrix(z)).dataSync());
    expect(actual).toBeAllClose(
      rowSums((i) => logNormal(z[i]!, 0, 0)),
      { rtol: 1e-6 },
    );
  });

  it("its KL is the closed form per latent dimension", () => {
    const actual = tf.tidy(() => {
      const kl = klOf(matrix(mu), matrix(logvar));
      expect(kl.shape).toEqual([batch, latent]);
      return kl.dataSync();
    });
    expect(actual).toBeAllClose(
      Array.from(mu, (value, i) => klNormal(value, logvar[i]!)),
      { rtol: 1e-6, atol: 1e-6 },
    );
  });

  it("its KL is 0 at the prior and positive elsewhere, for very narrow and very wide posteriors too", () => {
    const means = [0, 0, 0, 0, 10, -10];
    const lnVars = [0, -20, -80, 20, 0, -20];
    const actual = tf.tidy(() => klOf(tf.tensor2d(means, [6, 1]), tf.tensor2d(lnVars, [6, 1])).dataSync());
    expect(actual[0]).toBe(0);
    expect(actual).toBeAllClose(
      means.map((value, i) => klNormal(value, lnVars[i]!)),
      { rtol: 1e-6 },
    );
  });

  it("its KL is the mean of ln q(z|x) - ln p(z) over draws of z", () => {
    const draws = 100_000;
    const eps = new RandomStream(3, "noise").normal(new Float32Array(draws));
    for (const [mean, lnVar] of [
      [0, 0],
      [1.5, -1],
      [-0.5, 1],
      [0.2, -6],
    ] as const) {
      const [logQ, logP] = tf.tidy(() => {
        const column = (value: number) => tf.fill([draws, 1], value);
        const at = tf.tensor2d(
          eps.map((value) => mean + Math.exp(lnVar / 2) * value),
          [draws, 1],
        );
        return [gaussianLogProb(at, column(mean), column(lnVar)).dataSync(), prior.logProb(at).dataSync()];
      });
      const ratios = Float64Array.from(logQ!, (value, i) => value - logP![i]!);
      const average = ratios.reduce((sum, value) => sum + value, 0) / draws;
      const variance = ratios.reduce((sum, value) => sum + (value - average) ** 2, 0) / (draws - 1);
      const closed = tf.tidy(() => klOf(tf.tensor2d([[mean]]), tf.tensor2d([[lnVar]])).dataSync()[0]!);
      // Five standard errors; at the prior itself both densities are the same and only rounding is left.
      expect(Math.abs(average - closed), `mu ${mean}, logvar ${lnVar}`).toBeLessThan(
        5 * Math.sqrt(variance / draws) + 1e-6,
      );
    }
  });
});
