import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { exportBundle } from "@vaekit/export";
import { conditionOn, fit, loadRun, mlp } from "@vaekit/train";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { bars } from "../support/data.ts";
import { idxBytes } from "../train/idx-files.ts";
import { vaekitHere } from "./in-process.ts";

const data = bars(80);
let place: string;

/** A run on a file, a bundle of it, and other data. */
beforeAll(async () => {
  place = mkdtempSync(join(tmpdir(), "vaekit-"));
  writeFileSync(join(place, "bars.idx"), idxBytes([80, 6, 5], data.values));
  writeFileSync(join(place, "other.idx"), idxBytes([40, 6, 5], bars(40, 9).values));
  writeFileSync(join(place, "square.idx"), idxBytes([4, 5, 5], new Uint8Array(100)));
  const options = { epochs: 1, batch: 20, validation: 0.25, source: { data: join(place, "bars.idx") } };
  const out = join(place, "run");
  const { vae } = await fit(mlp({ shape: data.shape, latent: 3, hidden: [8] }), data, { ...options, out });
  vae.dispose();
  const run = await loadRun(out);
  const { model, data: of, format: _, version: __, ...settings } = run.config;
  await exportBundle(run.vae, join(place, "bundle"), {
    training: { ...settings, model, data: { source: of.source, count: of.count } },
  });
  run.vae.dispose();
  const labelled = { ...data, labels: Uint8Array.from({ length: 80 }, (_, i) => i % 2) };
  const conditional = mlp({
    shape: data.shape,
    latent: 2,
    hidden: [8],
    condition: conditionOn(labelled, "labels"),
  });
  const told = await fit(conditional, labelled, { epochs: 1, out: join(place, "conditional") });
  told.vae.dispose();
});

afterAll(() => rmSync(place, { recursive: true, force: true }));

const interval = z.tuple([z.number(), z.number()]).nullable();
const figureFields = {
  value: z.number(),
  interval: z.strictObject({ examples: interval, noise: interval }),
  unit: z.string().min(1),
  better: z.enum(["higher", "lower"]).nullable(),
  examples: z.number().int().positive(),
  protocol: z.string().min(20),
};
const figure = z.strictObject(figureFields);
const gap = z.strictObject({ ...figureFields, perFactor: z.record(z.string(), z.number()) });

/** What --json prints, whole. */
const report = z.strictObject({
  model: z.strictObject({
    kind: z.enum(["run", "bundle"]),
    path: z.string(),
    objective: z.string().nullable(),
    likelihood: z.string(),
    prior: z.string(),
    latent: z.number(),
    features: z.number(),
  }),
  data: z.strictObject({ name: z.string(), examples: z.number(), protocol: z.string() }),
  seed: z.number(),
  binarize: z.enum(["none", "dynamic"]),
  elbo: figure.nullable(),
  bounds: z.array(z.strictObject({ ...figureFields, samples: z.number() })),
  reconstruction: z.strictObject({
    negativeLogLikelihood: figure,
    meanSquared: figure,
    meanAbsolute: figure,
    bitsPerDimension: figure.nullable(),
  }),
  kl: z.strictObject({ total: figure, perDimension: z.array(z.number()).nullable() }).nullable(),
  latent: z
    .strictObject({
      activeUnits: z.strictObject({
        ...figureFields,
        units: z.array(z.number()),
        variance: z.array(z.number()),
        threshold: z.number(),
      }),
      mutualInformation: z.strictObject({
        ...figureFields,
        limit: z.number(),
        upper: z.number(),
        saturated: z.boolean(),
      }),
      marginalKl: figure.nullable(),
      totalCorrelation: figure.nullable(),
      mmd: z.strictObject({ ...figureFields, nullDeviation: z.number() }),
    })
    .nullable(),
  factors: z
    .strictObject({
      names: z.array(z.string()),
      mig: gap.nullable(),
      sap: gap.nullable(),
      disentanglement: figure.nullable(),
      completeness: figure.nullable(),
      informativeness: figure.nullable(),
    })
    .nullable(),
  codebook: z
    .strictObject({ perplexity: figure, used: figure, codes: z.number(), groups: z.number() })
    .nullable(),
  notes: z.array(z.string()),
  seconds: z.number(),
});

const json = async (...args: string[]) => {
  const { code, stdout } = await vaekitHere(["evaluate", ...args, "--json"], place);
  expect(code).toBe(0);
  return report.parse(JSON.parse(stdout));
};

describe("vaekit evaluate", () => {
  it("says the same of a run and of its bundle, each number with its protocol", async () => {
    const run = await json("run", "--data", "other.idx", "--importance", "1,20", "--seed", "5");
    const bundle = await json("bundle", "--data", "other.idx", "--importance", "1,20", "--seed", "5");
    expect(run.model.kind).toBe("run");
    expect(bundle.model.kind).toBe("bundle");
    expect(bundle.data).toMatchObject({ name: "other.idx", examples: 40 });
    expect(bundle.elbo!.value).toBeCloseTo(run.elbo!.value, 3);
    expect(bundle.bounds.map(({ samples }) => samples)).toEqual([1, 20]);
    for (const [i, bound] of run.bounds.entries()) {
      expect(bundle.bounds[i]!.value).toBeCloseTo(bound.value, 3);
      expect(bound.protocol).toMatch(/K = \d+ .* 40 examples of other\.idx, seed 5$/);
    }
  });

  it("takes what training kept back, where nothing else is said", async () => {
    const held = `the 20 examples of ${join(place, "bars.idx")} that training kept back`;
    const run = await json("run", "--no-importance");
    expect(run.data).toMatchObject({ name: held, examples: 20 });
    expect(run.bounds).toEqual([]);
    const bundle = await json("bundle", "--no-importance");
    expect(bundle.data).toEqual(run.data);
    expect(bundle.elbo!.value).toBeCloseTo(run.elbo!.value, 3);
    const seen = await json("bundle", "--no-importance", "--data", "bars.idx");
    expect(seen.data.examples).toBe(80);
    const trained = (notes: readonly string[]) =>
      notes.filter((note) => note.includes("was trained on bars.idx"));
    expect(trained(seen.notes)).toHaveLength(1);
    expect(trained(bundle.notes)).toEqual([]);
  });

  it("prints a table, and below it how each number was measured", async () => {
    const args = ["evaluate", "run", "--data", "other.idx", "--importance", "1,8", "--limit", "30"];
    const { code, stdout } = await vaekitHere(args, place);
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^run run: objective elbo, likelihood bernoulli, prior standard-normal, latent 3\n/,
    );
    expect(stdout).toMatch(
      /ELBO +-\d+\.\d+ +-\S+ to -\S+ +-\S+ to -\S+ +nats per example, higher is better +\[\d+\]/,
    );
    expect(stdout).toMatch(/bound, K = 8, 30 examples +-\d/);
    expect(stdout).toContain("KL per dimension, nats:");
    const used = [...stdout.matchAll(/\[(\d+)\]$/gm)].map(([, number]) => Number(number));
    const given = [...stdout.matchAll(/^ {2}\[(\d+)\] \S/gm)].map(([, number]) => Number(number));
    expect(new Set(used)).toEqual(new Set(given));
    expect(stdout).toContain("\non 30 examples of other.idx, seed 0; took ");
  });

  it("keeps what is done in --checkpoint", async () => {
    const args = ["run", "--data", "other.idx", "--importance", "4", "--checkpoint", "done.json"];
    const first = await json(...args);
    expect(existsSync(join(place, "done.json"))).toBe(true);
    const { seconds, ...again } = await json(...args);
    expect({ ...again, seconds: first.seconds }).toEqual(first);
    expect(JSON.parse(readFileSync(join(place, "done.json"), "utf8")).results[0]).toHaveLength(40);
    const other = await vaekitHere(["evaluate", ...args, "--seed", "1"], place);
    expect(other).toMatchObject({ code: 3 });
    expect(other.stderr).toContain("done.json: of another evaluation");
  });

  it.each([
    { args: ["--checkpoint", "stopped.json"], says: "stopped; stopped.json keeps what is done" },
    { args: [], says: "stopped; nothing was written" },
  ])("says what is true on Ctrl-C before the first draw ($args)", async ({ args, says }) => {
    const others = process.listeners("SIGINT");
    const pressing = setInterval(() => {
      const stop = process.listeners("SIGINT").find((listener) => !others.includes(listener));
      if (!stop) return;
      clearInterval(pressing);
      stop("SIGINT");
    }, 0);
    const all = ["evaluate", "run", "--data", "other.idx", ...args];
    const { code, stderr, stdout } = await vaekitHere(all, place);
    clearInterval(pressing);
    expect({ code, stdout }).toEqual({ code: 130, stdout: "" });
    expect(stderr).toContain(says);
    expect(existsSync(join(place, "stopped.json"))).toBe(args.length > 0);
    if (args.length > 0) expect((await json("run", "--data", "other.idx", ...args)).bounds).toHaveLength(3);
    rmSync(join(place, "stopped.json"), { force: true });
  });

  it.each<[string, string[], number, RegExp]>([
    [
      "K of 0",
      ["run", "--importance", "0"],
      2,
      /--importance takes positive integers such as 1,100,5000, got "0"/,
    ],
    ["no K", ["run", "--importance", ""], 2, /--importance takes positive integers/],
    [
      "no model there",
      ["nothing"],
      2,
      /nothing: neither a bundle \(vaekit\.json\) nor a run \(config\.json\)/,
    ],
    ["no such data", ["run", "--data", "none.idx"], 3, /none\.idx: neither a file nor a named data set/],
    ["data of another shape", ["run", "--data", "square.idx"], 3, /square\.idx: examples are \[5,5,1\]/],
    [
      "no labels",
      ["conditional", "--data", "other.idx"],
      3,
      /other\.idx has no labels, which this conditional/,
    ],
    ["unknown data", ["conditional"], 2, /say what to evaluate on/],
    [
      "another binarization",
      ["run", "--binarize", "twice"],
      2,
      /--binarize takes none, dynamic; got "twice"/,
    ],
    [
      "a wrong number of examples",
      ["run", "--importance-examples", "some"],
      2,
      /--importance-examples takes a/,
    ],
  ])("refuses %s", async (_, args, code, message) => {
    const ran = await vaekitHere(["evaluate", ...args], place);
    expect(ran.code).toBe(code);
    expect(ran.stderr).toMatch(message);
    expect(ran.stdout).toBe("");
  });
});
