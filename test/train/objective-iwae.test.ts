import { RandomStream, UsageError } from "@vaekit/infer";
import { tf } from "@vaekit/train";
import { beforeAll, describe, expect, it } from "vitest";
import { elbo } from "../../packages/train/src/objective/elbo.ts";
import { type ObjectiveConfig, objectives } from "../../packages/train/src/objective/index.ts";
import { iwae } from "../../packages/train/src/objective/iwae.ts";
import { mixture } from "../../packages/train/src/prior/mixture.ts";
import { configOf } from "../../packages/train/src/schema.ts";
import {
  batch,
  features,
  gradientsOf,
  inputsFor,
  latent,
  linearVae,
  runEager,
  sizes,
  standardNormal,
} from "./objective-model.ts";

const of = { examples: 40, rows: batch, latent, uniforms: 0 };
const make = (samples: number, gradient: "standard" | "dreg" = "standard") =>
  iwae.create({ kind: "iwae", samples, gradient }, of);
const mean = (values: ArrayLike<number>) => Array.from(values).reduce((a, b) => a + b, 0) / values.length;
const mixturePrior = () => mixture.create({ kind: "mixture", components: 3 }, sizes);

beforeAll(() => void tf.setBackend("cpu"));

describe("iwae", () => {
  it.each(["standard", "dreg"] as const)("with one draw is the sampled ELBO (%s)", (gradient) => {
    const model = linearVae(mixturePrior());
    const [one, bound] = [make(1, gradient), elbo.create({ kind: "elbo" }, of)].map((objective) =>
      runEager(gradientsOf(model, objective), inputsFor(1)),
    );
    expect(one!.loss!).toBeAllClose(bound!.loss!, { rtol: 1e-6 });
    expect(one!.iwae!).toBeAllClose([-bound!.loss![0]!], { rtol: 1e-6 });
    expect(one!.logPx!).toBeAllClose(bound!.logPx!, { rtol: 1e-6 });
    expect(one!.kl!).toBeAllClose(bound!.kl!, { rtol: 1e-6, atol: 1e-6 });
    for (const name of ["grad/A", "grad/B", "grad/C"].slice(gradient === "dreg" ? 2 : 0))
      expect(one![name]!, name).toBeAllClose(bound![name]!, { scaleTol: 1e-6 });
  });

  it("logs the unweighted bound beside a loss with another weight of the KL", () => {
    const model = linearVae(standardNormal());
    const at = (beta: number) =>
      runEager(gradientsOf(model, make(3)), {
        ...inputsFor(3),
        beta: { shape: [], data: Float32Array.of(beta) },
      });
    expect(at(0.1).iwae).toEqual(at(1).iwae);
    expect(at(1).loss![0]).toBe(-at(1).iwae![0]!);
    expect(at(0.1).loss![0]).toBeLessThan(at(1).loss![0]!);
  });

  it("is no looser with more draws: the ELBO, averaged over the draws, is below the bound", () => {
    const outcome = runEager(gradientsOf(linearVae(mixturePrior()), make(5)), inputsFor(5));
    expect(outcome.kl!.length).toBe(batch);
    expect(mean(outcome.logPx!) - mean(outcome.kl!)).toBeLessThan(outcome.iwae![0]! - 0.1);
  });

  it("approaches ln p(x) from below, which a sum over a fine grid of z gives", () => {
    const rows = 400;
    const draws = 50;
    const x = new Float32Array(rows * features).map((_, i) => [1, 0, 1][i % features]!);
    const eps = new RandomStream(8, "noise").normal(new Float32Array(draws * rows * latent));
    const model = linearVae(standardNormal());
    // Two latent dimensions reach the decoder, so that a grid in two dimensions is enough.
    const decoder = model.variables.C.dataSync().map((value, i) => (i < 2 * features ? value : 0));
    tf.tidy(() => {
      model.variables.C.assign(tf.tensor2d(decoder, [latent, features]));
      const { A, B } = model.variables;
      for (const weight of [A, B]) weight.assign(tf.mul(weight, 0.2));
    });
    const bound = (count: number) => {
      const inputs = {
        ...inputsFor(count),
        x: { shape: [rows, features], data: x },
        eps: { shape: [count * rows, latent], data: eps.slice(0, count * rows * latent) },
      };
      return runEager(gradientsOf(model, make(count)), inputs).iwae![0]!;
    };
    const step = 0.05;
    let evidence = 0;
    for (let a = -6; a <= 6; a += step) {
      for (let b = -6; b <= 6; b += step) {
        let logPx = 0;
        for (let f = 0; f < features; f++) {
          const logit = a * decoder[f]! + b * decoder[features + f]!;
          logPx += x[f]! * logit - Math.log1p(Math.exp(logit));
        }
        evidence += Math.exp(logPx - (a * a + b * b) / 2) * (step ** 2 / (2 * Math.PI));
      }
    }
    const [one, fifty] = [bound(1), bound(50)];
    expect(one).toBeLessThan(fifty - 0.2);
    expect(fifty).toBeLessThan(Math.log(evidence) + 0.01);
    expect(fifty).toBeGreaterThan(Math.log(evidence) - 0.1);
  });
});

describe("the doubly reparameterised gradient", () => {
  const rows = 400;
  const draws = 4;
  const times = 40;

  /** Mean and standard error of each number over the noise, and of the paired differences. */
  function compare(beta: number) {
    const model = linearVae(standardNormal());
    const x = Float32Array.from({ length: rows * features }, (_, i) => (Math.sin(3 * (i % 12)) > 0 ? 1 : 0));
    const gradients = (gradient: "standard" | "dreg", time: number) => {
      const stream = new RandomStream(11, "noise").fork(time);
      const values = runEager(gradientsOf(model, make(draws, gradient)), {
        x: { shape: [rows, features], data: x },
        eps: {
          shape: [draws * rows, latent],
          data: stream.normal(new Float32Array(draws * rows * latent)),
        },
        beta: { shape: [], data: Float32Array.of(beta) },
      });
      return { values, encoder: [...values["grad/A"]!, ...values["grad/B"]!] };
    };
    const runs = Array.from({ length: times }, (_, time) => [
      gradients("standard", time),
      gradients("dreg", time),
    ]);
    const statistics = (values: readonly number[]) => {
      const average = mean(values);
      const variance = values.reduce((sum, value) => sum + (value - average) ** 2, 0) / (times - 1);
      return { average, variance, error: Math.sqrt(variance / times) };
    };
    const columns = runs[0]![0]!.encoder.map((_, i) => ({
      standard: statistics(runs.map(([standard]) => standard!.encoder[i]!)),
      dreg: statistics(runs.map(([, dreg]) => dreg!.encoder[i]!)),
      difference: statistics(runs.map(([standard, dreg]) => standard!.encoder[i]! - dreg!.encoder[i]!)),
    }));
    return { runs, columns };
  }

  it.each([1, 0.4])("has the standard gradient's expectation, with beta %d, and at 1 less noise", (beta) => {
    const { runs, columns } = compare(beta);
    const scale = Math.max(...columns.map(({ standard }) => Math.abs(standard.average)));
    for (const [i, { difference }] of columns.entries()) {
      expect(Math.abs(difference.average), `number ${i}`).toBeLessThan(4 * difference.error);
      // The comparison is sharp: a share left out, or taken twice, would be a difference of a tenth or more.
      expect(difference.error, `number ${i}`).toBeLessThan(0.02 * scale);
    }
    for (const [standard, dreg] of runs.slice(0, 3)) {
      expect(dreg!.values.loss![0]).toBeCloseTo(standard!.values.loss![0]!, 5);
      expect(dreg!.values["grad/C"]!).toBeAllClose(standard!.values["grad/C"]!, { scaleTol: 1e-5 });
    }
    const noise = (which: "standard" | "dreg") =>
      columns.reduce((sum, column) => sum + column[which].variance, 0);
    if (beta === 1) expect(noise("dreg")).toBeLessThan(noise("standard"));
  });
});

describe("iwae's configuration", () => {
  it.each([
    [0, "must be at least 1"],
    [-1, "must be at least 1"],
    [1.5, "must be a whole number"],
  ])("refuses %d draws", (samples, problem) => {
    expect(() => configOf<ObjectiveConfig>(objectives, { kind: "iwae", samples }, "objective")).toThrow(
      new UsageError(`objective iwae: samples: ${problem}, got ${samples}`),
    );
  });

  it("has five draws and the standard gradient where nothing is said", () => {
    expect(iwae.schema.parse({ kind: "iwae" })).toEqual({ kind: "iwae", samples: 5, gradient: "standard" });
  });
});
