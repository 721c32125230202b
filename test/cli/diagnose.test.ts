import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { exportBundle } from "@vaekit/export";
import { type FitOptions, fit, loadRun, mlp } from "@vaekit/train";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { bars } from "../support/data.ts";
import { idxBytes } from "../train/idx-files.ts";
import { vaekitHere } from "./in-process.ts";

const data = bars(400);
let place: string;

beforeAll(async () => {
  place = mkdtempSync(join(tmpdir(), "vaekit-"));
  writeFileSync(join(place, "bars.idx"), idxBytes([400, 6, 5], data.values));
  writeFileSync(join(place, "other.idx"), idxBytes([300, 6, 5], bars(300, 9).values));
  writeFileSync(join(place, "square.idx"), idxBytes([4, 5, 5], new Uint8Array(100)));
  const train = async (name: string, options: FitOptions) => {
    const out = join(place, name);
    const model = mlp({ shape: data.shape, latent: 4, hidden: [32] });
    const source = { data: join(place, "bars.idx") };
    const { vae } = await fit(model, data, {
      epochs: 25,
      batch: 16,
      validation: 0.2,
      threads: 1,
      ...options,
      source,
      out,
    });
    vae.dispose();
  };
  await train("good", {});
  await train("held", { beta: 40 });
  const run = await loadRun(join(place, "held"));
  const { model, data: of, format: _, version: __, ...settings } = run.config;
  await exportBundle(run.vae, join(place, "bundle"), {
    training: { ...settings, model, data: { source: of.source, count: of.count } },
  });
  run.vae.dispose();
});

afterAll(() => rmSync(place, { recursive: true, force: true }));

/** What --json prints, whole. */
const report = z.strictObject({
  healthy: z.boolean(),
  model: z.strictObject({
    kind: z.enum(["run", "bundle"]),
    path: z.string(),
    objective: z.string().nullable(),
    likelihood: z.string(),
    latent: z.number(),
  }),
  data: z.strictObject({ name: z.string(), examples: z.number(), protocol: z.string() }),
  findings: z.array(
    z.strictObject({
      id: z.string(),
      severity: z.enum(["problem", "warning", "information"]),
      finding: z.string().endsWith("."),
      evidence: z.array(
        z.strictObject({
          name: z.string(),
          value: z.union([z.number(), z.string()]),
          unit: z.string(),
          protocol: z.string().min(5),
        }),
      ),
      cause: z.string(),
      why: z.string(),
      change: z.string().nullable(),
    }),
  ),
  dimensions: z.array(
    z.strictObject({
      active: z.boolean(),
      variance: z.number(),
      kl: z.number().nullable(),
      sensitivity: z.number().nullable(),
    }),
  ),
  measured: z.strictObject({
    sensitivity: z.strictObject({ value: z.number(), low: z.number(), high: z.number() }).nullable(),
    conditionSensitivity: z.strictObject({ value: z.number(), low: z.number(), high: z.number() }).nullable(),
    logPx: z.number(),
    kl: z.number().nullable(),
    constant: z.number().nullable(),
    explained: z.number(),
    criticalBeta: z.number(),
  }),
  notes: z.array(z.string()),
  seconds: z.number(),
});

const json = async (...args: string[]) => {
  const { code, stdout } = await vaekitHere(["diagnose", ...args, "--json"], place);
  expect(code).toBe(0);
  return report.parse(JSON.parse(stdout));
};

describe("vaekit diagnose", () => {
  it("finds nothing wrong with a run that is well, on what training kept back", async () => {
    const found = await json("good");
    expect(found.healthy).toBe(true);
    expect(found.data).toMatchObject({
      name: `the 80 examples of ${join(place, "bars.idx")} that training kept back`,
      examples: 80,
    });
  });

  it("finds the same of a run and of its bundle, and exits with 0", async () => {
    const run = await json("held", "--data", "other.idx");
    const bundle = await json("bundle", "--data", "other.idx");
    expect(run.healthy).toBe(false);
    const ids = ({ findings }: typeof run) => findings.map(({ id, cause }) => [id, cause]);
    expect(ids(run)).toEqual([["decoder-ignores-z", "beta"]]);
    expect(ids(bundle)).toEqual(ids(run));
    expect(bundle.measured.sensitivity!.value).toBeCloseTo(run.measured.sensitivity!.value, 3);
    expect(bundle.measured.logPx).toBeCloseTo(run.measured.logPx, 3);
    expect(run.notes).toEqual([]);
    expect(bundle.notes).toEqual([expect.stringMatching(/^a bundle keeps no history/)]);
  });

  it("says it in sentences, with the numbers below", async () => {
    const { code, stdout } = await vaekitHere(
      ["diagnose", "held", "--data", "other.idx", "--limit", "200"],
      place,
    );
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^run held: objective elbo, likelihood bernoulli, latent 4\non 200 examples of other\.idx, seed 0; took /,
    );
    expect(stdout).toMatch(
      /\n1 problem\n\nproblem: The decoder ignores z: .* 4 of 4 dimensions are inactive\.\n {2}likely cause, beta: beta is 40, /,
    );
    expect(stdout).toMatch(/\n {2}what to change: train with --beta 1; .*\n {2}evidence:\n/);
    expect(stdout).toMatch(/\n {4}KL 0\.\d+ nats \(KL\(q\(z\|x\) \|\| p\(z\)\)\)\n/);
    expect(stdout).toMatch(/\nKL per dimension, nats: (\S+ ?){4}\n/);
    const well = await vaekitHere(["diagnose", "good", "--data", "other.idx"], place);
    expect(well.stdout).toMatch(
      /\nhealthy: neither a problem nor a warning\n {2}ln p\(x\|z\) loses \S+ nats with another example's z \(95 % \S+ to \S+\)\n {2}KL \S+ nats\n {2}ln p\(x\|z\) -\S+ nats, the best constant prediction has -\S+\n {2}variance explained \S+ %\n/,
    );
  });

  it.each<[string, string[], number, RegExp]>([
    [
      "no model there",
      ["nothing"],
      2,
      /nothing: neither a bundle \(vaekit\.json\) nor a run \(config\.json\)/,
    ],
    ["no such data", ["good", "--data", "none.idx"], 3, /none\.idx: neither a file nor a named data set/],
    ["data of another shape", ["good", "--data", "square.idx"], 3, /square\.idx: examples are \[5,5,1\]/],
    ["a limit of 0", ["good", "--limit", "0"], 2, /--limit takes a positive integer, got "0"/],
    ["one example", ["good", "--limit", "1"], 2, /examples must be a whole number from 2, got 1/],
  ])("refuses %s", async (_, args, code, message) => {
    const ran = await vaekitHere(["diagnose", ...args], place);
    expect(ran.code).toBe(code);
    expect(ran.stderr).toMatch(message);
    expect(ran.stdout).toBe("");
  });
});
