import { join } from "node:path";
import { exportBundle } from "@vaekit/export";
import { RandomStream } from "@vaekit/infer";
import {
  conditionOn,
  type Dataset,
  type EvaluateOptions,
  type EvaluationReport,
  evaluate,
  evaluatedBundle,
  images,
  type LikelihoodName,
  likelihoods,
  type Vae,
} from "@vaekit/train";
import { describe, expect, it, onTestFinished } from "vitest";
import { temporaryDirectory } from "../support/data.ts";
import { asRun, knownBars, type SmallOptions, smallVae } from "./evaluation-support.ts";

const data = knownBars(24);
const small: EvaluateOptions = { importance: [1, 6], seed: 3 };

/** All numbers of a report by where they stand. */
function numbers(value: unknown, where = "", out: Record<string, number> = {}): Record<string, number> {
  if (typeof value === "number" && where !== "/seconds") out[where] = value;
  if (typeof value === "object" && value !== null) {
    for (const [name, inner] of Object.entries(value)) numbers(inner, `${where}/${name}`, out);
  }
  return out;
}

function expectAlike(a: EvaluationReport, b: EvaluationReport, digits = 5): void {
  const [left, right] = [numbers(a), numbers(b)];
  expect(Object.keys(left)).toEqual(Object.keys(right));
  for (const [where, value] of Object.entries(left)) {
    const scale = Math.max(1, Math.abs(value));
    expect(right[where]! / scale, where).toBeCloseTo(value / scale, digits);
  }
}

const models: Record<string, { config: SmallOptions; training?: object }> = {
  "standard normal": { config: {} },
  "conditional on labels": { config: { condition: conditionOn(data, "labels") } },
  "conditional on columns": { config: { condition: conditionOn(data, ["chance"]) } },
  mixture: { config: { prior: { kind: "mixture", components: 3 } } },
  vamp: { config: { prior: { kind: "vamp", pseudoInputs: 4 } } },
  codebook: {
    config: { prior: { kind: "codebook", codes: 5, dimension: 2 } },
    training: { objective: { kind: "vq" } },
  },
  autoencoder: { config: {}, training: { objective: { kind: "ae" } } },
};

describe("a bundle and the run it was made of", () => {
  it.each(Object.entries(models))("have the same numbers: %s", async (_, { config, training }) => {
    const vae = smallVae(config);
    const settings = { objective: { kind: "elbo" }, seed: 0, binarize: "none", ...training };
    const out = join(temporaryDirectory(), "bundle");
    await exportBundle(vae, out, { training: { ...settings, model: vae.config } });
    const bundle = await evaluatedBundle(out);
    onTestFinished(() => bundle.dispose());
    const run = await evaluate(asRun(vae, settings as never), data, small);
    const exported = await evaluate(bundle, data, small);
    expectAlike(run, exported);
    expect(exported.model).toMatchObject({ kind: "bundle", likelihood: "bernoulli", latent: 4 });
    expect(exported.notes).toEqual(run.notes);
  });
});

describe("how the draws are cut into calls", () => {
  const grey = (levels: number): Dataset => {
    const { values } = data;
    return images({
      name: "levels",
      shape: data.shape,
      values: values.map((value) =>
        Math.round(Math.round((value / 255) * (levels - 1)) * (255 / (levels - 1))),
      ),
    });
  };

  it.each(Object.keys(likelihoods) as LikelihoodName[])("makes no difference: %s", async (kind) => {
    const likelihood = kind === "categorical" ? { kind, levels: 4 } : { kind };
    const of = grey(4);
    const vae = smallVae({ likelihood }, 2, of);
    // Some draws of one example, three examples, all at once.
    const [first, ...others] = await Promise.all(
      [6, 30, 500].map((rows) => evaluate(asRun(vae), of, { ...small, rows })),
    );
    for (const other of others) expectAlike(first!, other);
  });

  it.each(Object.entries(models))("makes no difference: %s", async (_, { config, training }) => {
    const model = asRun(smallVae(config), training as never);
    const [first, ...others] = await Promise.all(
      [6, 30, 500].map((rows) => evaluate(model, data, { ...small, rows })),
    );
    for (const other of others) expectAlike(first!, other);
  });

  it("makes no difference for an odd number of latent dimensions", async () => {
    const vae = smallVae({ latent: 3 });
    const [first, second] = await Promise.all(
      [4, 500].map((rows) => evaluate(asRun(vae), data, { ...small, rows })),
    );
    expectAlike(first!, second!);
  });
});

describe("what is reported", () => {
  it("is reconstruction alone for a plain autoencoder, at z = mu", async () => {
    const vae = smallVae();
    const model = asRun(vae, { objective: { kind: "ae" } });
    const report = await evaluate(model, data, small);
    expect(report).toMatchObject({ elbo: null, bounds: [], kl: null, latent: null, codebook: null });
    expect(report.reconstruction.negativeLogLikelihood.protocol).toContain("at z = mu");
    expect(report.notes.join()).toContain("objective ae has no posterior");
    const other = await evaluate(model, data, { ...small, seed: 8 });
    expect(numbers(other.reconstruction)).toEqual(numbers(report.reconstruction));
  });

  it("is ELBO and usage of the codes for a codebook", async () => {
    const vae = smallVae({ prior: { kind: "codebook", codes: 5, dimension: 2 } });
    const { elbo, reconstruction, bounds, codebook, latent } = await evaluate(
      asRun(vae, { objective: { kind: "vq" } }),
      data,
      small,
    );
    expect(bounds).toEqual([]);
    expect(latent).toBeNull();
    expect(elbo!.value).toBeCloseTo(-reconstruction.negativeLogLikelihood.value - 2 * Math.log(5), 5);
    expect(codebook).toMatchObject({ codes: 5, groups: 2 });
    const used = new Set<string>();
    const { mu } = await posterior(vae);
    for (let i = 0; i < mu.length; i += 2) used.add(`${mu[i]},${mu[i + 1]}`);
    expect(codebook!.used.value).toBe(used.size);
    expect(codebook!.perplexity.value).toBeGreaterThanOrEqual(1);
    expect(codebook!.perplexity.value).toBeLessThanOrEqual(used.size + 1e-9);
  });

  it("has MIG, SAP and DCI of the columns, or MIG and SAP of the labels", async () => {
    const vae = smallVae();
    const columns = await evaluate(asRun(vae), knownBars(200), { importance: [], repeats: 1 });
    expect(columns.factors!.names).toEqual(["place", "chance"]);
    for (const name of ["mig", "sap", "disentanglement", "completeness", "informativeness"] as const) {
      expect(columns.factors![name], name).not.toBeNull();
    }
    const labels = await evaluate(asRun(vae), { ...data, columns: null }, small);
    expect(labels.factors).toMatchObject({ names: ["label"], disentanglement: null });
    expect(labels.factors!.mig!.value).toBeGreaterThanOrEqual(0);
    expect((await evaluate(asRun(vae), { ...data, columns: null, labels: null }, small)).factors).toBeNull();
  });

  it("leaves DCI out, with a note, where examples are few or say nothing of the factors", async () => {
    const vae = smallVae();
    const few = await evaluate(asRun(vae), data, { importance: [], repeats: 1 });
    expect(few.factors).toMatchObject({ disentanglement: null, completeness: null, informativeness: null });
    expect(few.notes.join()).toContain("left out: DCI: needs at least 100 examples for 4 latent dimensions");
    const all = knownBars(120);
    const values = new RandomStream(6, "sample").uniform(new Float32Array(240));
    const chance = { ...all, columns: { names: ["one", "other"], values } };
    const { factors, notes } = await evaluate(asRun(vae), chance, { importance: [], repeats: 1 });
    expect(factors).toMatchObject({ disentanglement: null, completeness: null });
    expect(Math.abs(factors!.informativeness!.value)).toBeLessThan(0.1);
    expect(notes.join()).toContain("the codes predict no factor");
  });

  it("says what grey pictures and densities mean", async () => {
    const grey = await evaluate(asRun(smallVae()), data, small);
    expect(grey.notes.join()).toContain("expected one under dynamic binarisation");
    expect(grey.reconstruction.bitsPerDimension).toBeNull();
    const drawn = await evaluate(asRun(smallVae()), data, { ...small, binarize: "dynamic" });
    expect(drawn.notes.filter((note) => /grey|density|binari/.test(note))).toEqual([]);
    expect(drawn.elbo!.protocol).toContain("each drawn black and white once");
    const { bitsPerDimension } = drawn.reconstruction;
    expect(bitsPerDimension!.value).toBeCloseTo(-drawn.bounds[1]!.value / (30 * Math.LN2), 10);
    const density = await evaluate(asRun(smallVae({ likelihood: "gaussian" })), data, small);
    expect(density.notes.join()).toContain("gaussian is a density on the scale 0 to 1");
    expect(density.reconstruction.bitsPerDimension).toBeNull();
  });

  it("takes the larger K on some examples, with the smaller ones beside them", async () => {
    const vae = smallVae();
    const { bounds } = await evaluate(asRun(vae), data, { importance: [1, 2, 101], importanceExamples: 5 });
    expect(bounds.map(({ samples, examples }) => [samples, examples])).toEqual([
      [1, 24],
      [2, 24],
      [1, 5],
      [2, 5],
      [101, 5],
    ]);
    const all = await evaluate(asRun(vae), data, { importance: [101], importanceExamples: "all" });
    expect(all.bounds.map(({ samples, examples }) => [samples, examples])).toEqual([[101, 24]]);
  });
});

async function posterior(vae: Vae): Promise<{ mu: Float32Array }> {
  const pass = await asRun(vae).reconstruction({ rows: 24 });
  onTestFinished(() => pass.dispose());
  return pass.run({ x: data.values, c: null }, new Float32Array(24 * 4));
}
