import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { npmPackageFiles } from "@vaekit/explorer";
import { openBundle, parseManifest, Vae } from "@vaekit/infer";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { describe, expect, it, onTestFinished } from "vitest";
import { packageName } from "../../packages/explorer/src/targets/package-name.ts";
import { smallBundle } from "../infer/small-bundle.ts";
import { putSineDecoder } from "./sine-decoder.ts";
import { classNames, type ModelName, packagedModels } from "./targets-packages.ts";

const root = join(import.meta.dirname, "../..");
const compiler = join(root, "node_modules/typescript/bin/tsc");
const typesWrong = join(root, "node_modules/@arethetypeswrong/cli/dist/index.js");
const models = packagedModels();
const text = (bytes: Uint8Array | undefined) => new TextDecoder().decode(bytes);

/** Run it in the project; whatever it says on standard error is a failure. */
function run(...args: string[]): string {
  const { stdout, stderr, status } = spawnSync(process.execPath, args, {
    cwd: models.project,
    encoding: "utf8",
  });
  expect(status === 0 ? stderr : stdout + stderr).toBe("");
  return stdout;
}

async function loaded(model: ModelName): Promise<Vae> {
  const vae = await Vae.load(models.bundle(model));
  onTestFinished(() => vae.dispose());
  return vae;
}

const z = [0.5, -1, 0.25];

describe("an npm package of a model, in Node", () => {
  it("decodes what the bundle decodes, and encodes and samples the same", async () => {
    await models.install("plain", { name: "bars-vae" });
    const script = models.write(
      "plain.mjs",
      `import { decodePixels, latent, load, shape } from "bars-vae";
      const z = Float32Array.from(${JSON.stringify(z)});
      const pixels = await decodePixels(z);
      const vae = await load();
      const { x_mean, z: drawn } = await vae.sample(2, { seed: 5 });
      const { mu } = await vae.encode(x_mean.toUint8());
      await vae.dispose();
      console.log(JSON.stringify({ latent, shape, pixels: [...pixels], drawn, x_mean, mu }));`,
    );
    const vae = await loaded("plain");
    const sampled = await vae.sample(2, { seed: 5 });
    const { mu } = await vae.encode(sampled.x_mean.toUint8());
    const decoded = await vae.decode(Float32Array.from(z));
    const { x_mean, z: drawn } = sampled;
    const pixels = [...decoded.x_mean.toUint8().data];
    const expected = { latent: 3, shape: [6, 5, 1], pixels, drawn, x_mean, mu };
    expect(JSON.parse(run(script))).toEqual(JSON.parse(JSON.stringify(expected)));
  });

  it("decodes what it is told by a label's name or number, and refuses another", async () => {
    await models.install("labels", { name: "bars-labels", classes: classNames, decoderOnly: true });
    const script = models.write(
      "labels.mjs",
      `import { classes, decodePixels } from "bars-labels";
      const z = Float32Array.from(${JSON.stringify(z)});
      const refused = [{ label: "seventh" }, { label: 6 }, undefined].map((told) => decodePixels(z, told).catch((error) => error.message));
      console.log(JSON.stringify({
        classes,
        named: [...(await decodePixels(z, { label: "third" }))],
        numbered: [...(await decodePixels(z, { label: 2 }))],
        refused: await Promise.all(refused),
      }));`,
    );
    const { x_mean } = await (await loaded("labels")).decode(Float32Array.from(z), { c: [2] });
    const pixels = [...x_mean.toUint8().data];
    const told = (got: string) => `decodePixels: label must be one of ${classNames.join(", ")}; got ${got}`;
    expect(JSON.parse(run(script))).toEqual({
      classes: classNames,
      named: pixels,
      numbered: pixels,
      refused: ["seventh", "6", "undefined"].map(told),
    });
  });

  it("takes columns in their own units, by name", async () => {
    await models.install("columns", { name: "bars-columns" });
    const script = models.write(
      "columns.mjs",
      `import { decodePixels } from "bars-columns";
      const z = Float32Array.from(${JSON.stringify([...z, ...z])});
      const missing = await decodePixels(z, { columns: {} }).catch((error) => error.message);
      console.log(JSON.stringify({ pixels: [...(await decodePixels(z, { columns: { brightness: 900 } }))], missing }));`,
    );
    const { x_mean } = await (await loaded("columns")).decode(Float32Array.from([...z, ...z]), {
      c: Float32Array.of(900),
    });
    expect(JSON.parse(run(script))).toEqual({
      pixels: [...x_mean.toUint8().data],
      missing: "decodePixels: columns must have a number for brightness",
    });
  });

  it("keeps a prior of the model's own beside the decoder alone", async () => {
    const files = await models.install("mixture", { name: "bars-mixture", decoderOnly: true });
    expect([...files.keys()].filter((name) => name.startsWith("model/")).sort()).toEqual([
      "model/decoder.onnx",
      "model/prior.onnx",
      "model/vaekit.json",
    ]);
    const script = models.write(
      "mixture.mjs",
      `import { load } from "bars-mixture";
      const { z } = await (await load()).sample(3, { seed: 2 });
      console.log(JSON.stringify(z));`,
    );
    const { z } = await (await loaded("mixture")).sample(3, { seed: 2 });
    expect(JSON.parse(run(script))).toEqual(JSON.parse(JSON.stringify(z)));
  });

  it.each([
    ["labels", { decoderOnly: false, classes: classNames }],
    ["columns", { decoderOnly: true }],
    ["plain", { decoderOnly: true }],
  ] as const)("has a README whose first snippet runs: %s, %o", async (model, options) => {
    const files = await models.install(model, { name: "bars-readme", ...options });
    const [snippet] = Array.from(
      text(files.get("README.md")).matchAll(/```js\n(.*?)```/gs),
      ([, code]) => code!,
    );
    expect(run(models.write("readme.mjs", snippet!))).toMatch(/^30 \[ 16, 3 \] \[ 16, /);
  });
});

describe("the files of an npm package", () => {
  it("are listed in a manifest that says nothing of the training and lists no other file", async () => {
    const files = await models.install("plain", { name: "bars-vae" });
    const manifest = parseManifest(text(files.get("model/vaekit.json")), "model");
    expect(manifest.training).toEqual({});
    expect(manifest.reference).toBeUndefined();
    const others = [...files.keys()].filter((name) => /^model\/(?!vaekit)/.test(name));
    expect(Object.keys(manifest.files).map((name) => `model/${name}`)).toEqual(others);
    const own = JSON.parse(readFileSync(join(models.bundle("plain"), "vaekit.json"), "utf8"));
    expect(manifest.latent).toBe(own.latent);
    expect(Object.keys(own.files).length).toBeGreaterThan(others.length);
  });

  it("name the package, its version and licence as told, and the runtime at this version", async () => {
    const told = { name: "@Group/My Bars", version: "2.0.1", license: "MIT" };
    const files = await npmPackageFiles(await openBundle(models.bundle("plain")), told);
    const { version } = JSON.parse(readFileSync(join(root, "packages/infer/package.json"), "utf8"));
    expect(JSON.parse(text(files.get("package.json")))).toMatchObject({
      name: "@group/my-bars",
      version: "2.0.1",
      license: "MIT",
      type: "module",
      sideEffects: false,
      dependencies: { "@vaekit/infer": version },
    });
  });

  it("have nothing that publint would change, and types that fit in every way of resolving them", async () => {
    await models.install("labels", { name: "bars-labels", classes: classNames });
    const folder = join(models.project, "node_modules/bars-labels");
    const args = ["pack", "--ignore-scripts", "--json", "--pack-destination", models.project];
    const output = execFileSync("npm", args, {
      cwd: folder,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
    });
    const [packed] = Object.values(JSON.parse(output)) as [{ filename: string; files: { path: string }[] }];
    expect(packed.files.map(({ path }) => path).sort()).toEqual([
      "README.md",
      "index.d.ts",
      "index.js",
      "model/decoder.onnx",
      "model/encoder.onnx",
      "model/vaekit.json",
      "open-node.js",
      "open-web.js",
      "package.json",
    ]);
    const tarball = join(models.project, packed.filename);
    const pack = { tarball: new Uint8Array(readFileSync(tarball)).buffer };
    const { messages, pkg } = await publint({ pack, strict: true });
    expect(messages.map((message) => formatMessage(message, pkg))).toEqual([]);
    const checked = spawnSync(
      process.execPath,
      [typesWrong, "--format", "table-flipped", "--no-color", "--no-emoji", "--profile", "esm-only", tarball],
      { encoding: "utf8" },
    );
    expect(checked.stdout).toMatch(/"bars-labels"\s+│ OK \(ESM\)\s+│ OK /);
    expect(checked.status).toBe(0);
  });

  it("take one name for each label", async () => {
    const source = await openBundle(models.bundle("labels"));
    await expect(npmPackageFiles(source, { name: "bars", classes: ["one", "two"] })).rejects.toThrow(
      "2 names of classes, and the model is told 6 labels",
    );
  });

  it.each([
    [{ verison: "2.0.0" }, /npmPackageFiles: there is no option "verison"; there are name, decoderOnly/],
    [{ version: "2" }, /version must be like 1\.2\.0 or 1\.2\.0-beta\.1, got "2"/],
    [{ version: "v1.0.0" }, /version must be like/],
    [{ version: "1.02.0" }, /version must be like/],
    [{ license: " " }, /license must be a text that is not empty, got " "/],
    [{ decoderOnly: "yes" }, /decoderOnly must be true or false, got "yes"/],
    [{ name: 3 }, /name must be a text, got 3/],
    [{ classes: ["one"] }, /classes names labels, and this model is told none/],
  ])("are refused with %o", async (options, message) => {
    const source = await openBundle(models.bundle("plain"));
    const attempt = npmPackageFiles(source, { name: "bars", ...options } as never);
    await expect(attempt).rejects.toThrow(message);
  });

  it.each(["1.0.0-beta.1", "0.0.1", "1.2.3+build.5"])("may have the version %s", async (version) => {
    const files = await npmPackageFiles(await openBundle(models.bundle("plain")), { name: "bars", version });
    expect(JSON.parse(text(files.get("package.json"))).version).toBe(version);
  });

  it("load onnxruntime in pages for a model that the small runtime refuses, and say why", async () => {
    const place = damaged.copy();
    await putSineDecoder(place);
    const files = await npmPackageFiles(await openBundle(place), { name: "sine" });
    expect(text(files.get("README.md"))).toContain("operators that only onnxruntime runs: Sin.");
    expect(text(files.get("open-web.js"))).toMatch(/^import \{ Vae \} from "@vaekit\/infer\/web";$/m);
    expect(text(files.get("open-web.js"))).not.toContain("tiny");
  });

  it("are refused for a damaged bundle", async () => {
    const place = damaged.copy();
    writeFileSync(join(place, "decoder.onnx"), "not a graph");
    await expect(npmPackageFiles(await openBundle(place), { name: "bars" })).rejects.toThrow(
      /decoder\.onnx: \d+ bytes expected, got 11/,
    );
  });
  const damaged = smallBundle();
});

describe("TypeScript sees the types of this very model", () => {
  it.each([
    { module: "nodenext", moduleResolution: "nodenext" },
    { module: "esnext", moduleResolution: "bundler" },
  ])("%o", async (ways) => {
    await models.install("labels", { name: "bars-labels", classes: classNames });
    await models.install("columns", { name: "bars-columns", decoderOnly: true });
    await models.install("plain", { name: "bars-vae" });
    models.write(
      "types/main.mts",
      `import type { NdArray } from "@vaekit/infer";
import * as labels from "bars-labels";
import * as columns from "bars-columns";
import * as plain from "bars-vae";

const z = new Float32Array(3);
export const latent: 3 = labels.latent;
export const shape: readonly [6, 5, 1] = labels.shape;
export const label: labels.Label = "sixth";
// @ts-expect-error: there is no such class
export const other: labels.Label = "seventh";
export const pixels: Promise<Uint8Array> = labels.decodePixels(z, { label });
export const numbered: Promise<Uint8Array> = labels.decodePixels(z, { label: 2 });
// @ts-expect-error: this model must be told a label
export const untold = labels.decodePixels(z);
export const brighter = columns.decodePixels(z, { columns: { brightness: 3 } });
// @ts-expect-error: this model is told another column
export const darker = columns.decodePixels(z, { columns: { darkness: 3 } });
export const bare: Promise<Uint8Array> = plain.decodePixels(z);
// @ts-expect-error: this model is told nothing
export const told = plain.decodePixels(z, { label: 2 });
export const mean: Promise<NdArray> = labels.load({ batchSize: 8 }).then(async (vae) => (await vae.decode(z)).x_mean);
export const code: Promise<NdArray> = plain.load().then(async (vae) => (await vae.encode(new Uint8Array(30))).mu);
// @ts-expect-error: this package has no encoder
export const none = columns.load().then((vae) => vae.encode(new Uint8Array(30)));
// @ts-expect-error: there is no such option
export const wrong = plain.load({ bunch: 8 });
`,
    );
    const compilerOptions = { strict: true, target: "ES2022", noEmit: true, skipLibCheck: false };
    const node = { types: ["node"], lib: ["ES2023"] };
    const config = { compilerOptions: { ...compilerOptions, ...node, ...ways }, files: ["main.mts"] };
    expect(run(compiler, "-p", models.write("types/tsconfig.json", JSON.stringify(config)))).toBe("");
  });
});

describe("a package's name", () => {
  it.each([
    ["digits-decoder", "digits-decoder"],
    ["My Digits!", "my-digits"],
    ["  Köpfe 2 ", "kopfe-2"],
    ["@Lab/VAE of digits", "@lab/vae-of-digits"],
    ["._hidden", "hidden"],
  ])("%s is %s", (given, name) => expect(packageName(given)).toBe(name));

  it.each(["", "!!", "@!/x", "@lab/", "node_modules"])("%j is refused", (given) => {
    expect(() => packageName(given)).toThrow(/makes no name of an npm package/);
  });
});
