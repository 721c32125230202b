import { tf } from "@vaekit/train";
import { beforeAll, describe, expect, it } from "vitest";
import { betaTc, stratifiedWeights } from "../../packages/train/src/objective/beta-tc.ts";
import {
  batch,
  features,
  gradientsOf,
  grid,
  inputsFor,
  latent,
  linearVae,
  runEager,
  standardNormal,
} from "./objective-model.ts";

const of = { examples: 40, rows: batch, latent, uniforms: 0 };
const objective = betaTc.create({ kind: "beta-tc", alpha: 1, gamma: 1 }, of);

beforeAll(() => void tf.setBackend("cpu"));

/** All ordered choices of `count` of the numbers below n. */
function ordered(n: number, count: number): number[][] {
  if (count === 0) return [[]];
  return ordered(n, count - 1).flatMap((chosen) =>
    Array.from({ length: n }, (_, i) => i)
      .filter((i) => !chosen.includes(i))
      .map((i) => [...chosen, i]),
  );
}

describe("beta-tc", () => {
  it("with all weights 1 is the sampled ELBO", () => {
    const outcome = runEager(gradientsOf(linearVae(standardNormal()), objective), inputsFor(1));
    const { x, eps } = inputsFor(1);
    const [A, B, C] = [grid(12, 0.9, 0.3), grid(12, 0.7, 1.1), grid(12, 0.8, 2)];
    let expected = 0;
    for (let n = 0; n < batch; n++) {
      const times = (weights: Float32Array, d: number) =>
        [0, 1, 2].reduce((sum, f) => sum + x!.data[n * features + f]! * weights[f * latent + d]!, 0);
      const z = Array.from(
        { length: latent },
        (_, d) => times(A, d) + Math.exp(times(B, d) / 2) * eps!.data[n * latent + d]!,
      );
      for (let d = 0; d < latent; d++)
        expected += (z[d]! ** 2 - eps!.data[n * latent + d]! ** 2 - times(B, d)) / 2 / batch;
      for (let f = 0; f < features; f++) {
        const logit = z.reduce((sum, value, d) => sum + value * C[d * features + f]!, 0);
        expected -= (x!.data[n * features + f]! * logit - Math.log1p(Math.exp(logit))) / batch;
      }
    }
    expect(outcome.loss!).toBeAllClose([expected], { rtol: 1e-6 });
  });

  it("finds no information and no correlation where all examples have one posterior", () => {
    const inputs = inputsFor(1);
    inputs.x!.data.fill(1);
    const { mutual_information, total_correlation, dimension_wise_kl, kl } = runEager(
      gradientsOf(linearVae(standardNormal()), objective),
      inputs,
    );
    expect(Math.abs(mutual_information![0]!)).toBeLessThan(2e-6);
    expect(Math.abs(total_correlation![0]!)).toBeLessThan(2e-6);
    expect(Math.abs(dimension_wise_kl![0]!)).toBeGreaterThan(0.1);
    expect(kl!.length).toBe(batch * latent);
  });

  it("finds information up to ln of the number of examples, where posteriors are far apart", () => {
    const model = linearVae(standardNormal());
    tf.tidy(() => {
      model.variables.A.assign(tf.tensor2d(grid(12, 1000, 0.3), [features, latent]));
      model.variables.B.assign(tf.zeros([features, latent]));
    });
    const inputs = inputsFor(1);
    inputs.x!.data.set([1, 0, 0, 0, 1, 0, 0, 0, 1, 1, 1, 1]);
    const { mutual_information } = runEager(gradientsOf(model, objective), inputs);
    expect(mutual_information!).toBeAllClose([Math.log(40)], { rtol: 1e-5 });
  });

  it("estimates q(z) without bias: the mean over all batches is the average over all examples", () => {
    const [examples, rows] = [6, 4];
    const densities = Array.from(grid(examples, 1, 0.4), (value) => Math.exp(3 * value));
    const exact = densities.reduce((sum, value) => sum + value, 0) / examples;
    const weights = stratifiedWeights(rows, examples);
    const batches = ordered(examples, rows);
    for (let row = 0; row < rows; row++) {
      // q(z|x) of a z that the row's own example drew, for each example in turn
      for (let own = 0; own < examples; own++) {
        const mine = batches.filter((chosen) => chosen[row] === own);
        const estimates = mine.map((chosen) =>
          chosen.reduce((sum, example, j) => sum + weights[row * rows + j]! * densities[example]!, 0),
        );
        const average = estimates.reduce((sum, value) => sum + value, 0) / mine.length;
        expect(average / exact).toBeCloseTo(1, 6);
      }
    }
  });
});
