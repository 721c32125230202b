import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { exportBundle } from "@vaekit/export";
import { BundleError, codesFile, DisposedError, NdArray, ShapeError, UsageError, Vae } from "@vaekit/infer";
import { conditionOn } from "@vaekit/train";
import { describe, expect, it, onTestFinished } from "vitest";
import { temporaryDirectory } from "../support/data.ts";
import { exportedVae, labelledBars } from "./export-small.ts";
import { changeManifest, latent, smallBundle } from "./small-bundle.ts";

const bundle = smallBundle();
const labelled = labelledBars(60);
const conditional = exportedVae(
  labelled,
  { condition: conditionOn(labelled, "labels") },
  { conditions: Array.from(labelled.labels) },
);

/** What is not TypeScript's to refuse. */
const anything = (value: unknown) => value as never;

describe("inputs are the caller's again when the call returns", () => {
  it.each([1, 64, 300, 2000])(
    "%d rows that are changed, or given away, before they are awaited",
    async (rows) => {
      const vae = await bundle.load({ batchSize: 5000 });
      const { z } = await vae.sample(rows, { seed: 1 });
      const { x_mean: expected } = await vae.decode(z);
      const changed = z.data.slice();
      const decoding = vae.decode(changed);
      changed.fill(9);
      expect((await decoding).x_mean.data).toEqual(expected.data);
      const moved = z.data.slice();
      const other = vae.decode(moved);
      structuredClone(moved, { transfer: [moved.buffer] });
      expect((await other).x_mean.data).toEqual(expected.data);
      const pixels = bundle.data.values.slice(0, 30 * Math.min(rows, 300));
      const { elbo } = await vae.score(pixels);
      const scoring = vae.score(pixels);
      pixels.fill(1);
      expect((await scoring).elbo.data).toEqual(elbo.data);
    },
  );

  it("a stream whose source gives one array again and again", async () => {
    const vae = await bundle.load();
    function* source() {
      const row = new Float32Array(latent);
      for (let i = 0; i < 5; i++) yield row.fill(i);
    }
    let i = 0;
    for await (const { x_mean } of vae.decodeStream(source())) {
      expect(x_mean.data).toBeAllClose((await vae.decode(new Float32Array(latent).fill(i++))).x_mean.data, {
        scaleTol: 1e-6,
      });
    }
    expect(i).toBe(5);
  });

  it("memory that was given away before the call", async () => {
    const vae = await bundle.load();
    const z = new NdArray(new Float32Array(latent), [1, latent]);
    structuredClone(z.data, { transfer: [z.data.buffer] });
    await expect(vae.decode(z)).rejects.toThrow(ShapeError);
  });
});

describe("what makes no sense is refused, and named", () => {
  it.each([
    ["score", [{ Seed: 3 }]],
    ["encode", [{ seed: 1 }]],
    ["reconstruct", [{ outputs: 1 }]],
    ["encode", [null]],
    ["encode", [7]],
  ] as const)("%s with %o", async (call, options) => {
    const vae = await bundle.load();
    const x = bundle.data.values.subarray(0, 30);
    await expect(vae[call](x, anything(options[0]))).rejects.toThrow(/there is no option/);
  });

  it.each([
    [{ from: 0, to: 1, steps: 1e9 }, "steps must be"],
    [{ from: 0, to: 1, step: 3 }, 'there is no option "step"'],
    [5, "range must be"],
    ["12", "range must be"],
    [null, "range must be"],
  ])("traverse over %o", async (range, message) => {
    const vae = await bundle.load();
    await expect(vae.traverse(0, anything(range))).rejects.toThrow(UsageError);
    await expect(vae.traverse(0, anything(range))).rejects.toThrow(message);
  });

  it.each([2 ** 24 + 1, 2 ** 31, "4", Number.NaN])("sample(%o)", async (count) => {
    const vae = await bundle.load();
    await expect(vae.sample(anything(count))).rejects.toThrow(UsageError);
  });

  it.each([
    [null, "options must be an object"],
    [[], "options must be an object"],
    [{ graphs: "decoder" }, 'graphs must be a list such as ["decoder"]'],
    [{ graphs: null }, "graphs must be a list"],
    [{ warmUp: "no" }, "warmUp must be a boolean; got no"],
    [{ cache: 5 }, "cache must be a boolean or string or object; got 5"],
    [{ fetch: 5 }, "fetch must be a function"],
    [{ runtime: null }, "runtime must be a object"],
    [{ device: "wasm", threads: 2 }, "in Node onnxruntime-web has one thread"],
  ])("Vae.load with %o", async (options, message) => {
    await expect(Vae.load(bundle.directory, anything(options))).rejects.toThrow(UsageError);
    await expect(Vae.load(bundle.directory, anything(options))).rejects.toThrow(message);
  });

  it.each([null, 5])("a stream of %o, and items that are nothing", async (items) => {
    const vae = await bundle.load();
    await expect(vae.decodeStream(anything(items)).next()).rejects.toThrow(
      "give something that can be iterated",
    );
    await expect(vae.decodeStream(anything([null])).next()).rejects.toThrow("an item must be rows, got null");
  });

  it("shapes that are no integers", () => {
    expect(() => new NdArray(new Float32Array(3), [1.5, 2])).toThrow(ShapeError);
  });

  it.each([[[""]], [[null]], ["0"], [["0"]], [[true]], [5], [null]])("labels %o", async (c) => {
    const vae = await conditional.load();
    await expect(vae.decode(new Float32Array(vae.latent), { c: anything(c) })).rejects.toThrow(UsageError);
  });

  it("as many labels in a Float32Array as there are rows and classes, which could be one row for all", async () => {
    const vae = await conditional.load();
    const z = new Float32Array(6 * vae.latent);
    await expect(vae.decode(z, { c: Float32Array.of(0, 1, 2, 3, 4, 5) })).rejects.toThrow(
      "labels or one row",
    );
    const mixture = new NdArray(Float32Array.of(0.5, 0.5, 0, 0, 0, 0), [1, 6]);
    expect((await vae.decode(z, { c: mixture })).x_mean.length).toBe(6);
  });

  it("manifests that reach out of the bundle, or count otherwise than their graphs", async () => {
    const place = bundle.copy();
    changeManifest(place, (manifest) => {
      manifest.files["../../etc/passwd"] = { sha256: "0".repeat(64), bytes: 1 };
    });
    await expect(bundle.loadFrom(place)).rejects.toThrow(BundleError);
    const other = bundle.copy();
    changeManifest(other, (manifest) => {
      manifest.latentStatistics = { examples: 1, mean: [0], std: [1], kl: null };
    });
    await expect(bundle.loadFrom(other)).rejects.toThrow("latentStatistics must have a number for each");
  });
});

describe("a life's end", () => {
  it("every call after dispose is refused, and each dispose waits until all is freed", async () => {
    const vae = await Vae.load(bundle.directory);
    const running = vae.sample(200);
    const order: string[] = [];
    await Promise.all([
      vae.dispose().then(() => order.push("first")),
      vae.dispose().then(() => order.push("second")),
      running.then(() => order.push("run")),
    ]);
    expect(order.indexOf("first")).toBeLessThan(order.indexOf("second"));
    expect(order.length).toBe(3);
    await expect(vae.reference()).rejects.toThrow(DisposedError);
    await expect(vae.nearest(new Float32Array(latent), { among: new Float32Array(latent) })).rejects.toThrow(
      DisposedError,
    );
  });

  it("a consumer may leave a source that gives nothing more", async () => {
    const vae = await bundle.load();
    const stream = vae.decodeStream(
      (async function* () {
        yield new Float32Array(latent);
        await new Promise(() => {});
      })(),
    );
    await stream.next();
    const stuck = stream.next();
    expect(await stream.return(undefined)).toEqual({ done: true, value: undefined });
    expect((await stuck).done).toBe(true);
  });
});

describe("codes that a bundle keeps", () => {
  it("are read again after a failure, and are the caller's to change", async () => {
    const place = join(temporaryDirectory(), "bundle");
    mkdirSync(place);
    await exportBundle(bundle.vae, place, { reference: { examples: bundle.data.values.subarray(0, 300) } });
    const vae = await Vae.load(place);
    onTestFinished(() => vae.dispose());
    const bytes = readFileSync(join(place, codesFile));
    writeFileSync(join(place, codesFile), bytes.subarray(0, 50));
    await expect(vae.reference()).rejects.toThrow(BundleError);
    writeFileSync(join(place, codesFile), bytes);
    const { mu } = await vae.reference();
    const code = mu.row(3).data.slice();
    mu.data.fill(0);
    expect(Array.from((await vae.nearest(code)).distance.data)).toEqual([0]);
  });
});
