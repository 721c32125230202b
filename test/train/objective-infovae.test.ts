import { tf } from "@vaekit/train";
import { beforeAll, describe, expect, it } from "vitest";
import { elbo } from "../../packages/train/src/objective/elbo.ts";
import { type InfoVaeConfig, infovae } from "../../packages/train/src/objective/infovae.ts";
import { mmd } from "../../packages/train/src/objective/mmd.ts";
import { mixture } from "../../packages/train/src/prior/mixture.ts";
import {
  batch,
  gradientsOf,
  grid,
  inputsFor,
  latent,
  linearVae,
  runEager,
  runTraced,
  sizes,
  standardNormal,
} from "./objective-model.ts";

const of = { examples: 40, rows: batch, latent, uniforms: 0 };
const make = (options: Partial<InfoVaeConfig>, uniforms = 0) =>
  infovae.create(infovae.schema.parse({ kind: "infovae", ...options }), { ...of, uniforms });
const inputsAt = (beta: number) => ({
  ...inputsFor(1),
  beta: { shape: [], data: Float32Array.of(beta) },
  prior_eps: { shape: [batch, latent], data: grid(batch * latent, 1.1, 0.2) },
});

beforeAll(() => void tf.setBackend("cpu"));

describe("infovae", () => {
  it("with alpha 0 and lambda 1 is the ELBO", () => {
    const model = linearVae(standardNormal());
    const info = runEager(gradientsOf(model, make({ alpha: 0, lambda: 1 })), inputsAt(0.7));
    const bound = runEager(gradientsOf(model, elbo.create({ kind: "elbo" }, of)), inputsAt(0.7));
    expect(info.loss!).toBeAllClose(bound.loss!, { rtol: 1e-6 });
    expect(info.kl).toEqual(bound.kl);
    expect(info["grad/A"]!).toBeAllClose(bound["grad/A"]!, { scaleTol: 1e-6 });
  });

  it("with alpha 1 has no KL, whatever its weight", () => {
    const model = linearVae(standardNormal());
    const at = (beta: number) => runEager(gradientsOf(model, make({ alpha: 1 })), inputsAt(beta));
    expect(at(5)).toEqual(at(0));
  });

  it("weighs the KL by beta and 1 - alpha, and the distance by alpha + lambda - 1", () => {
    const model = linearVae(standardNormal());
    const { loss, mmd, kl, logPx } = runEager(
      gradientsOf(model, make({ alpha: -0.5, lambda: 20 })),
      inputsAt(0.3),
    );
    const sum = (values: Float32Array) => values.reduce((a, b) => a + b, 0);
    const expected = -sum(logPx!) / batch + 0.3 * 1.5 * (sum(kl!) / batch) + 18.5 * mmd![0]!;
    expect(loss!).toBeAllClose([expected], { rtol: 1e-6 });
  });

  it("draws from a prior that needs a uniform number too, traced as well", async () => {
    const objective = make({}, 1);
    expect(objective.noise({ rows: batch, latent })).toEqual({
      prior_eps: { shape: [batch, latent], of: "normal" },
      prior_uniform: { shape: [batch, 1], of: "uniform" },
    });
    expect(Object.keys(make({}).noise({ rows: batch, latent }))).toEqual(["prior_eps"]);
    const prior = mixture.create({ kind: "mixture", components: 3 }, sizes);
    const step = gradientsOf(linearVae(prior), objective);
    const inputs = {
      ...inputsAt(1),
      prior_uniform: { shape: [batch, 1], data: Float32Array.of(0.1, 0.4, 0.5, 0.9) },
    };
    const [eager, traced] = [runEager(step, inputs), await runTraced(step, inputs)];
    for (const [name, values] of Object.entries(eager))
      expect(traced[name]!, name).toBeAllClose(values, { scaleTol: 1e-6 });
  });
});

describe("maximum mean discrepancy", () => {
  const [a, b] = [grid(40, 1.5, 0), grid(40, 1.5, 1)];
  const of = (first: Float32Array, second: Float32Array, kernel: "rbf" | "imq") =>
    tf.tidy(() => mmd(tf.tensor2d(first, [10, 4]), tf.tensor2d(second, [10, 4]), kernel).dataSync()[0]!);

  it.each(["rbf", "imq"] as const)(
    "is 0 between a sample and itself, and the same both ways (%s)",
    (kernel) => {
      expect(Math.abs(of(a, a, kernel))).toBeLessThan(1e-6);
      expect(of(a, b, kernel)).toBeCloseTo(of(b, a, kernel), 6);
      expect(of(a, b, kernel)).toBeGreaterThan(0);
    },
  );

  it.each([
    ["rbf", (squared: number) => Math.exp(-squared / 16)],
    ["imq", (squared: number) => 8 / (8 + squared)],
  ] as const)("of two points is 2 - 2 k (%s)", (kernel, k) => {
    const [first, second] = [new Float32Array(40).fill(0.5), new Float32Array(40).fill(-0.25)];
    expect(of(first, second, kernel)).toBeCloseTo(2 - 2 * k(4 * 0.75 ** 2), 6);
  });
});
