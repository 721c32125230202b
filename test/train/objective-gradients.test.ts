import { tf } from "@vaekit/train";
import { beforeAll, describe, expect, it } from "vitest";
import { betaTc } from "../../packages/train/src/objective/beta-tc.ts";
import { infovae } from "../../packages/train/src/objective/infovae.ts";
import { iwae } from "../../packages/train/src/objective/iwae.ts";
import type { Objective } from "../../packages/train/src/objective/types.ts";
import { vq } from "../../packages/train/src/objective/vq.ts";
import { codebook } from "../../packages/train/src/prior/codebook.ts";
import type { Prior } from "../../packages/train/src/prior/types.ts";
import {
  batch,
  gradientsOf,
  grid,
  inputsFor,
  latent,
  linearVae,
  oracle,
  runEager,
  runTraced,
  sizes,
  standardNormal,
} from "./objective-model.ts";

const of = { examples: 40, rows: batch, latent, uniforms: 0 };

/** The oracle's codes and averages. */
function oracleCodebook(): Prior {
  const prior = codebook.create({ kind: "codebook", codes: 5, dimension: 2 }, sizes);
  const values = [grid(10, 0.8, 0.4), grid(5, 0.5, 0.1).map((value) => value + 1), grid(10, 0.6, 1.4)];
  prior.buffers.forEach(({ variable }, i) => {
    tf.tidy(() => variable.assign(tf.tensor(values[i]!, variable.shape)));
  });
  return prior;
}

interface Case {
  expected: { loss: number; terms: object; gradients: object; buffers?: object };
  objective: Objective;
  draws?: number;
  beta?: number;
  prior?: () => Prior;
}

const importance = (gradient: "standard" | "dreg") => iwae.create({ kind: "iwae", samples: 3, gradient }, of);
const info = (kernel: "rbf" | "imq") =>
  infovae.create({ kind: "infovae", alpha: 0.2, lambda: 10, kernel }, of);
const cases: Record<string, Case> = {
  iwae: { expected: oracle.iwae.standard, objective: importance("standard"), draws: 3 },
  "iwae, beta 0.4": {
    expected: oracle.iwae["standard, beta 0.4"],
    objective: importance("standard"),
    draws: 3,
    beta: 0.4,
  },
  "iwae dreg": { expected: oracle.iwae.dreg, objective: importance("dreg"), draws: 3 },
  "iwae dreg, beta 0.4": {
    expected: oracle.iwae["dreg, beta 0.4"],
    objective: importance("dreg"),
    draws: 3,
    beta: 0.4,
  },
  "beta-tc": {
    expected: oracle["beta-tc"],
    objective: betaTc.create({ kind: "beta-tc", alpha: 0.7, gamma: 1.3 }, of),
    beta: 4,
  },
  "infovae rbf": { expected: oracle.infovae.rbf, objective: info("rbf"), beta: 0.6 },
  "infovae imq": { expected: oracle.infovae.imq, objective: info("imq"), beta: 0.6 },
  vq: {
    expected: oracle.vq,
    objective: vq.create({ kind: "vq", commitment: 0.25, decay: 0.9 }, of),
    prior: oracleCodebook,
  },
};

beforeAll(() => void tf.setBackend("cpu"));

describe("loss, terms and gradients equal PyTorch's in float64", () => {
  it.each(Object.entries(cases))("%s, on tfjs's cpu backend and traced", async (_, of) => {
    const { expected, objective, draws = 1, beta = 1, prior = standardNormal } = of;
    const model = linearVae(prior());
    const inputs = {
      ...inputsFor(draws),
      beta: { shape: [], data: Float32Array.of(beta) },
      ...Object.fromEntries(
        Object.entries(objective.noise({ rows: batch, latent })).map(([name, { shape }]) => [
          name,
          { shape: [...shape], data: grid(batch * latent, 1.1, 0.2) },
        ]),
      ),
    };
    const step = gradientsOf(model, objective);
    const before = tf.memory().numTensors;
    const eager = runEager(step, inputs);
    expect(tf.memory().numTensors).toBe(before);
    const traced = await runTraced(step, inputs);
    for (const actual of [eager, traced]) {
      const { loss, terms, gradients, buffers = {} } = expected;
      // Terms are differences of densities of up to 8 nats, where float32's numbers are 5e-7 apart.
      for (const [name, value] of Object.entries({ loss, ...terms }))
        expect(actual[name]!, name).toBeAllClose([value], { rtol: 1e-6, atol: 5e-7 });
      expect(Object.keys(terms)).toEqual(objective.terms);
      for (const [name, values] of Object.entries(gradients))
        expect(actual[`grad/${name}`]!, name).toBeAllClose(values, { scaleTol: 1e-6 });
      for (const [name, values] of Object.entries(buffers))
        expect(actual[name]!, name).toBeAllClose(values, { scaleTol: 1e-6 });
    }
    expect(Object.keys(traced).sort()).toEqual(Object.keys(eager).sort());
    for (const [name, values] of Object.entries(eager)) {
      const atol = name in expected.terms ? 5e-7 : 0;
      expect(traced[name]!, name).toBeAllClose(values, { scaleTol: 1e-6, atol });
    }
  });
});

describe("what an objective cannot do with is refused when it is made", () => {
  it("beta-tc with one row, and with more rows than examples", () => {
    const make = (rows: number, examples: number) =>
      betaTc.create({ kind: "beta-tc", alpha: 1, gamma: 1 }, { ...of, rows, examples });
    expect(() => make(1, 40)).toThrow(/got batches of 1 from 40/);
    expect(() => make(5, 4)).toThrow(/got batches of 5 from 4/);
    expect(() => make(4, 4)).not.toThrow();
  });

  it("infovae with a negative weight of the distance", () => {
    expect(() => infovae.create({ kind: "infovae", alpha: 0.5, lambda: 0.2, kernel: "rbf" }, of)).toThrow(
      /alpha \+ lambda - 1 must not be negative.*got alpha 0.5, lambda 0.2/,
    );
  });
});
