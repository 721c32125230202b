import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { DataError, UsageError } from "@vaekit/infer";
import {
  conditionOn,
  diagnose,
  type EvaluatedModel,
  type EvaluateOptions,
  evaluate,
  fit,
  gatherRows,
  heldOutData,
  images,
  mlp,
  openEvaluated,
  tf,
} from "@vaekit/train";
import { describe, expect, it, onTestFinished } from "vitest";
import { exampleIndices, gatherExamples } from "../../packages/train/src/evaluation/examples.ts";
import { bars, temporaryDirectory } from "../support/data.ts";
import { asRun, figures, knownBars, type SmallOptions, smallVae } from "./evaluation-support.ts";
import { idxBytes } from "./idx-files.ts";

const data = knownBars(24);
const options: EvaluateOptions = { importance: [1, 6, 120], importanceExamples: 6, seed: 3, rows: 30 };

const modelOf = (config: SmallOptions = {}) => asRun(smallVae(config));

describe("evaluate", () => {
  it("gives equal numbers for equal seeds, and leaves no tensors", async () => {
    const model = modelOf();
    const first = await evaluate(model, data, options);
    const { numTensors } = tf.memory();
    expect(figures(await evaluate(model, data, options))).toEqual(figures(first));
    expect(tf.memory().numTensors).toBe(numTensors);
    const other = await evaluate(model, data, { ...options, seed: 4 });
    expect(other.elbo!.value).not.toBe(first.elbo!.value);
  });

  it("looks at the chosen examples only, each with the noise that it always has", async () => {
    const model = modelOf();
    const indices = Uint32Array.of(3, 20, 7);
    const blank = { ...data, values: data.values.slice() };
    for (let n = 0; n < 24; n++) if (!indices.includes(n)) blank.values.fill(0, n * 30, (n + 1) * 30);
    const chosen = await evaluate(model, data, { ...options, indices });
    expect(chosen.data.examples).toBe(3);
    expect(figures(await evaluate(model, blank, { ...options, indices }))).toEqual(figures(chosen));
    const single = await Promise.all(
      [3, 20, 7].map((i) => evaluate(model, data, { ...options, indices: [i] })),
    );
    const values = single.map(({ elbo }) => elbo!.value);
    expect(values.reduce((sum, value) => sum + value) / 3).toBeCloseTo(chosen.elbo!.value, 4);
  });

  it("draws black and white pictures once, with the grey's probability", async () => {
    const model = modelOf();
    const once = { ...options, binarize: "dynamic" as const };
    const drawn = await evaluate(model, data, once);
    expect(drawn.elbo!.value).not.toBe((await evaluate(model, data, options)).elbo!.value);
    const grey = images({ name: "grey", shape: [6, 5, 1], values: new Uint8Array(3000).fill(51) });
    const seen: number[] = [];
    const spied: EvaluatedModel = {
      ...model,
      async reconstruction(sizes) {
        const pass = await model.reconstruction(sizes);
        return {
          ...pass,
          run(batch, eps) {
            seen.push(...batch.x);
            return pass.run(batch, eps);
          },
        };
      },
    };
    await evaluate(spied, grey, { ...once, importance: [], repeats: 1, rows: 100 });
    expect([...new Set(seen)].sort()).toEqual([0, 255]);
    const share = seen.filter((value) => value === 255).length / 3000;
    // Five standard deviations of 3,000 draws with probability 1/5.
    expect(Math.abs(share - 0.2)).toBeLessThan(5 * Math.sqrt(0.16 / 3000));
  });

  it.each([
    "gaussian",
    "laplace",
    "continuous-bernoulli",
    "discretized-logistic",
    { kind: "categorical", levels: 2 } as const,
  ] as const)("draws black and white for what training does: %j", (likelihood) => {
    const model = asRun(smallVae({ likelihood }));
    const { x, binary } = gatherExamples(model, data, {
      indices: exampleIndices(data),
      seed: 3,
      binarize: "dynamic",
    });
    expect([...new Set(x)].sort()).toEqual([0, 255]);
    expect(binary).toBe(true);
  });

  it("takes a model of another likelihood that was trained on black and white, as diagnosis does", async () => {
    const model = asRun(smallVae({ likelihood: "gaussian" }), { binarize: "dynamic" });
    const report = await evaluate(model, data, { importance: [], repeats: 1 });
    expect(report.binarize).toBe("dynamic");
    expect(report.data.protocol).toContain("each drawn black and white once");
    const found = await diagnose({ model, training: {}, metrics: [] }, data);
    expect(found.measured).not.toBeNull();
  });

  it("binarizes as the model was trained, unless the pictures are black and white", async () => {
    const vae = smallVae();
    const model = asRun(vae, { binarize: "dynamic" });
    const quick = { importance: [], repeats: 1 };
    expect((await evaluate(model, data, quick)).binarize).toBe("dynamic");
    expect((await evaluate(model, data, { ...quick, binarize: "none" })).binarize).toBe("none");
    const black = images({ name: "black", shape: [6, 5, 1], values: new Uint8Array(60) });
    expect((await evaluate(model, black, quick)).binarize).toBe("none");
  });
});

describe("what cannot be evaluated", () => {
  it.each<[string, EvaluateOptions, RegExp]>([
    ["K = 0", { importance: [0] }, /K must be a whole number from 1, got 0/],
    ["K = 1.5", { importance: [1.5] }, /K must be a whole number from 1, got 1\.5/],
    ["K twice", { importance: [5, 5] }, /each K once, got 5, 5/],
    ["no examples", { indices: [] }, /there are no examples/],
    ["an example twice", { indices: [0, 5, 0] }, /each example once, got 0 again at position 2/],
    ["example -1", { indices: [0, -1] }, /whole numbers from 0 to 23, .* got -1 at position 1/],
    ["example 1.7", { indices: [1.7] }, /whole numbers from 0 to 23, .* got 1\.7 at position 0/],
    ["an example beyond the last", { indices: [24] }, /whole numbers from 0 to 23, .* got 24/],
    ["limit 0", { limit: 0 }, /limit must be a whole number from 1/],
    ["repeats 0", { repeats: 0 }, /repeats must be a whole number from 1/],
    ["seed -1", { seed: -1 }, /seed must be a whole number from 0/],
    ["no examples for the larger K", { importanceExamples: 0 }, /importanceExamples must be/],
  ])("%s", async (_, more, message) => {
    const run = evaluate(modelOf(), data, more);
    await expect(run).rejects.toThrow(message);
    await expect(run).rejects.toBeInstanceOf(UsageError);
  });

  it("data of another shape", async () => {
    const square = images({ name: "square", shape: [5, 5, 1], values: new Uint8Array(50) });
    await expect(evaluate(modelOf(), square, options)).rejects.toThrow(
      /square: examples are \[5,5,1\] in 0 to 255, the model of .* takes \[6,5,1\] in 0 to 255/,
    );
  });

  it("labels that a conditional model misses", async () => {
    const model = modelOf({ condition: conditionOn(data, "labels") });
    await expect(evaluate(model, bars(4), options)).rejects.toThrow(
      /bars has no labels, which this conditional/,
    );
  });

  it("values that the likelihood gives no probability", async () => {
    const model = modelOf({ likelihood: { kind: "categorical", levels: 2 } });
    await expect(evaluate(model, data, options)).rejects.toThrow(
      /bars: example 0 has .* gives no probability/,
    );
  });

  it("weights that are not finite", async () => {
    const vae = smallVae();
    const weights = vae.readWeights();
    Object.values(weights).at(-1)!.fill(Number.NaN);
    vae.writeWeights(weights);
    await expect(evaluate(asRun(vae), data, options)).rejects.toThrow(DataError);
  });
});

describe("openEvaluated", () => {
  it("opens a run, with the examples that it kept back", async () => {
    const all = bars(60);
    const out = join(temporaryDirectory(), "run");
    const file = join(temporaryDirectory(), "bars-idx3-ubyte");
    writeFileSync(file, idxBytes([60, 6, 5], all.values));
    const { vae, metrics } = await fit(mlp({ shape: all.shape, latent: 3, hidden: [8] }), all, {
      epochs: 2,
      batch: 10,
      seed: 4,
      out,
      validation: 0.25,
      source: { data: file },
    });
    vae.dispose();
    const model = await openEvaluated(out);
    onTestFinished(() => model.dispose());
    const { data: held, indices, name } = await heldOutData(model.trained);
    expect(indices.length).toBe(15);
    expect(name).toBe(`the 15 examples of ${file} that training kept back`);
    expect(held.values).toEqual(all.values);
    const report = await evaluate(model, held, { indices, name, importance: [], repeats: 200 });
    const { elbo } = metrics.at(-1)!.validation!;
    // One draw per example there, 200 here.
    expect(Math.abs(report.elbo!.value - elbo)).toBeLessThan(1);
    const alone = gatherRows(held, indices, new Uint8Array(15 * 30));
    const same = await evaluate(model, images({ name, shape: held.shape, values: alone }), {
      importance: [],
      repeats: 200,
    });
    expect(same.kl!.total.value).toBeCloseTo(report.kl!.total.value, 5);
  });

  it("says so where there is neither a run nor a bundle", async () => {
    const empty = temporaryDirectory();
    await expect(openEvaluated(empty)).rejects.toThrow(
      /neither a bundle \(vaekit\.json\) nor a run \(config\.json\)/,
    );
    await expect(openEvaluated(join(empty, "none"))).rejects.toBeInstanceOf(UsageError);
  });
});

describe("heldOutData", () => {
  const trained = { objective: "elbo", seed: 0, binarize: "none" as const };
  const kept = { count: 10, separate: false, source: null };

  it("is the test part of named data", async () => {
    const found = await heldOutData({
      ...trained,
      data: { source: "mnist", count: 60_000, sha256: null },
      validation: kept,
    });
    expect(found.name).toBe("mnist:test");
    expect(found.indices.length).toBe(10_000);
  });

  it("is not to be found where data came from memory", async () => {
    const unknown = heldOutData({
      ...trained,
      data: { source: null, count: 5, sha256: null },
      validation: kept,
    });
    await expect(unknown).rejects.toThrow(/say what to evaluate on \(--data mnist:test/);
    await expect(heldOutData({ ...trained, data: null, validation: null })).rejects.toBeInstanceOf(
      UsageError,
    );
  });
});
