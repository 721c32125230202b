import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { exportBundle } from "@vaekit/export";
import { UsageError } from "@vaekit/infer";
import {
  conditionOn,
  configOf,
  custom,
  diagnose,
  type EvaluatedModel,
  evaluate,
  fit,
  klConfigOf,
  mlp,
  objectives,
  optimizers,
  type Patient,
  Vae,
} from "@vaekit/train";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadCustom } from "../../packages/train/src/model/custom.ts";
import { bars } from "../support/data.ts";

const data = bars(40);
const model = mlp({ shape: data.shape, latent: 2, hidden: [3] });
const as = <T>(value: unknown) => value as T;

async function said(call: () => unknown): Promise<string> {
  const error: unknown = await Promise.resolve()
    .then(call)
    .catch((reason) => reason);
  expect(error).toBeInstanceOf(UsageError);
  return (error as Error).message;
}

const fitWith = (options: object) => fit(model, data, as(options));

describe("arguments of another kind than the call takes", () => {
  it.each<[string, () => unknown, RegExp]>([
    [
      "fit without a model",
      () => fit(as(undefined), data),
      /model must be a configuration from mlp.*undefined/,
    ],
    ["fit with null", () => fit(model, data, as(null)), /^fit: options must be an object.*got null$/],
    ["mlp without options", () => mlp(as(undefined)), /^mlp: options must be an object such as \{ shape/],
    ["custom without options", () => custom(as(undefined)), /^custom: options must be an object/],
    [
      "binarize: true",
      () => fitWith({ binarize: true }),
      /^binarize must be one of none, dynamic, got true$/,
    ],
    ["signal: 5", () => fitWith({ signal: 5 }), /^signal must be an AbortSignal.*got 5$/],
    ["onEvent: a text", () => fitWith({ onEvent: "log" }), /^onEvent must be a function, got "log"$/],
    ["epochs: a text", () => fitWith({ epochs: "2" }), /^epochs must be a positive integer, got "2"$/],
    ["a column's name", () => conditionOn(data, as("label")), /"labels", or a list of columns.*got "label"/],
    ["evaluate with a path", () => evaluate(as("runs/a"), data), /openEvaluated\(path\).*got "runs\/a"$/],
    ["diagnose with a path", () => diagnose(as("runs/a"), data), /openPatient\(path\).*got "runs\/a"$/],
    [
      "evaluate with an option that is not there",
      () => evaluate(as<EvaluatedModel>({ densities() {} }), data, as({ sed: 1 })),
      /^evaluate: there is no option "sed"\. Did you mean seed\?$/,
    ],
    [
      "diagnose with an option that is not there",
      () => diagnose(as<Patient>({ model: { densities() {} } }), data, as({ limt: 1 })),
      /^diagnose: there is no option "limt"\. Did you mean limit\?$/,
    ],
    [
      "exportBundle with a run",
      () => exportBundle(as({ vae: {} }), "never"),
      /must be a VAE.*here run\.vae\.$/,
    ],
  ])("%s", async (_, call, says) => {
    expect(await said(call)).toMatch(says);
  });

  it("a Vae in the place of an opened model", async () => {
    const vae = new Vae(model, data);
    expect(await said(() => evaluate(as(vae), data))).toMatch(/evaluatedRun\(run\), gives, got a Vae$/);
    vae.dispose();
  });

  it("an unknown option before what is missing for it", async () => {
    expect(await said(() => mlp(as({ shape: data.shape, latnt: 4 })))).toBe(
      'mlp: there is no option "latnt". Did you mean latent?',
    );
  });
});

describe("words of our own for what a setting must be", () => {
  it.each<[string, () => unknown, string]>([
    [
      "a bound",
      () => configOf(optimizers, as({ kind: "adam", epsilon: -1 }), "optimizer"),
      "optimizer adam: epsilon: must be above 0, got -1",
    ],
    [
      "a type",
      () => configOf(optimizers, as({ kind: "adam", epsilon: "1" }), "optimizer"),
      'optimizer adam: epsilon: must be a number, got "1"',
    ],
    ["one of the KL", () => klConfigOf({ beta: -1 }), "beta: must be at least 0, got -1"],
    [
      "what is no setting of the objective",
      () => configOf(objectives, as({ kind: "elbo", beta: 2 }), "objective"),
      'objective elbo: there is no option "beta". beta is an option of its own.',
    ],
  ])("%s", async (_, call, says) => {
    expect(await said(call)).toBe(says);
  });
});

describe("a custom model's module", () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "vaekit-custom-"));
    writeFileSync(
      join(folder, "throws.mjs"),
      "export default () => { throw new TypeError('no such layer'); };",
    );
    writeFileSync(join(folder, "imports.mjs"), "import 'no-such-package';");
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const named = (file: string) => {
    const module = join(folder, file);
    // As it is read from a file: without its function.
    return { ...custom({ shape: data.shape, latent: 2, module, build: () => ({}) as never }) };
  };

  it("that throws is told with what it threw", async () => {
    const prepared = await loadCustom(named("throws.mjs"));
    expect(await said(() => new Vae(prepared, data))).toMatch(
      /^custom: the module \S+throws\.mjs failed: no such layer$/,
    );
  });

  it("that is missing is told without who asked for it", async () => {
    expect(await said(() => loadCustom(named("none.mjs")))).toMatch(
      /^custom: the module \S+none\.mjs cannot be loaded: there is no such file$/,
    );
  });

  it("that imports what is missing is told with that", async () => {
    expect(await said(() => loadCustom(named("imports.mjs")))).toMatch(/no-such-package/);
  });
});
