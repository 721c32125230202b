import {
  type ActivationName,
  activations,
  type EngineName,
  type EngineState,
  type StepTerms,
  whyMissing,
} from "@vaekit/train";
import { describe, expect, it } from "vitest";
import { batchAt, engineOf, flat, takeSteps } from "./jobs.ts";

const nonlinear = (Object.keys(activations) as ActivationName[]).filter((name) => name !== "linear");
const missing = await whyMissing("tfjs-node");

interface Trained {
  terms: StepTerms[];
  state: EngineState;
}

/** Five Adam steps. */
async function train(name: EngineName, activation: ActivationName): Promise<Trained> {
  const engine = await engineOf(name, { activation });
  const before = flat(await engine.readState(), "weights/");
  const trained = { terms: await takeSteps(engine, 5), state: await engine.readState() };
  expect(flat(trained.state, "weights/")).not.toEqual(before);
  return trained;
}

function expectClose(actual: Trained, expected: Trained): void {
  expect(Object.keys(actual.state)).toEqual(Object.keys(expected.state));
  expect(flat(actual.state, "weights/")).toBeAllClose(flat(expected.state, "weights/"), { atol: 1e-5 });
  for (const term of ["loss", "reconstruction", "kl"] as const) {
    expect(actual.terms.map((terms) => terms[term])).toBeAllClose(
      expected.terms.map((terms) => terms[term]),
      { rtol: 1e-5 },
    );
  }
}

describe.each(nonlinear)("after five steps of Adam with %s", (activation) => {
  it("compiled has cpu's weights and terms", async () => {
    expectClose(await train("compiled", activation), await train("cpu", activation));
  });

  it("wasm has compiled's weights and terms", async () => {
    expectClose(await train("wasm", activation), await train("compiled", activation));
  });

  const why = missing ? ` (skipped: ${missing})` : "";
  it.skipIf(missing)(`tfjs-node has compiled's weights and terms${why}`, async () => {
    expectClose(await train("tfjs-node", activation), await train("compiled", activation));
  });
});

describe("evaluate", () => {
  const engines: EngineName[] = ["compiled", "wasm", ...(missing ? [] : (["tfjs-node"] as const))];

  it.each(engines)("of %s gives what cpu gives, for any number of rows", async (name) => {
    const cpu = await engineOf("cpu");
    await takeSteps(cpu, 3);
    const trained = await cpu.readState();
    const engine = await engineOf(name);
    await engine.writeState(trained);
    const [{ x }, { eps }] = batchAt(9);
    for (const rows of [1, 7, 24]) {
      const some = [{ rows, x: x.slice(0, rows * 30) }, { eps: eps!.slice(0, rows * 3) }] as const;
      const [actual, expected] = [await engine.evaluate(...some), await cpu.evaluate(...some)];
      expect(actual.logPx.length).toBe(rows);
      expect(actual.kl.length).toBe(rows * 3);
      for (const output of ["logPx", "kl", "mu", "logvar"] as const) {
        expect(actual[output], `${output} of ${rows} rows`).toBeAllClose(expected[output], {
          scaleTol: 1e-5,
        });
      }
    }
    expect(flat(await engine.readState())).toEqual(flat(trained));
  });

  it("agrees with the terms that the next step reports", async () => {
    const engine = await engineOf("compiled");
    await takeSteps(engine, 2);
    const [batch, noise] = batchAt(3);
    const { logPx, kl } = await engine.evaluate(batch, noise);
    const terms = await engine.step(batch, noise, { step: 3, learningRate: 1e-3, beta: 4 });
    const mean = (values: Float32Array) => values.reduce((sum, value) => sum + value, 0) / batch.rows;
    expect(terms.reconstruction).toBeCloseTo(-mean(logPx), 4);
    expect(terms.kl).toBeCloseTo(mean(kl), 4);
    expect(terms.loss).toBeCloseTo(terms.reconstruction + 4 * terms.kl, 4);
  });
});
