import { readFileSync } from "node:fs";
import { join } from "node:path";
import { exportBundle, verifyBundle } from "@vaekit/export";
import { loadRuntime, NdArray, RandomStream, UsageError } from "@vaekit/infer";
import { conditionOn, mlp, tf, Vae } from "@vaekit/train";
import { describe, expect, it } from "vitest";
import { temporaryDirectory } from "../support/data.ts";
import { exportedVae, inTfjs, labelledBars } from "./export-small.ts";
import { changeManifest } from "./small-bundle.ts";

const data = labelledBars(120);
const { labels } = data;
const classes = 6;
const brightness = data.columns!.values;
const near = { scaleTol: 1e-5 };
const pictures = () => tf.tensor(Float32Array.from(data.values), [data.count, ...data.shape]);

function oneHot(of: ArrayLike<number>): Float32Array {
  const out = new Float32Array(of.length * classes);
  for (let i = 0; i < of.length; i++) out[i * classes + of[i]!] = 1;
  return out;
}

const labelled = exportedVae(
  data,
  { condition: conditionOn(data, "labels") },
  { conditions: oneHot(labels) },
);
const columned = exportedVae(
  data,
  { condition: conditionOn(data, ["brightness"]) },
  { conditions: brightness },
);
const plain = exportedVae(data, {});

describe("a bundle conditional on labels", () => {
  it("says so in its manifest, under the version that older readers refuse", () => {
    expect(labelled.manifest).toMatchObject({
      version: 2,
      condition: { kind: "labels", classes },
      prior: { name: "standard-normal", uniforms: 0, graph: false, codes: false },
    });
    expect(plain.manifest).toMatchObject({ version: 1, condition: null });
  });

  it("encodes, decodes and reconstructs as tfjs does with the same labels", async () => {
    const bundle = await labelled.load();
    const c = () => tf.tensor(oneHot(labels), [data.count, classes]);
    const expected = inTfjs(() => {
      const { mu, logvar } = labelled.vae.encode(pictures(), c());
      return { mu, logvar, x_mean: labelled.vae.decode(mu, c()).x_mean! };
    });
    const { mu, logvar } = await bundle.encode(data.values, { c: labels });
    expect(mu.data).toBeAllClose(expected.mu, near);
    expect(logvar.data).toBeAllClose(expected.logvar, near);
    expect((await bundle.decode(mu, { c: labels })).x_mean.data).toBeAllClose(expected.x_mean, near);
    expect((await bundle.reconstruct(data.values, { c: labels })).data).toBeAllClose(expected.x_mean, near);
  });

  it("takes labels in any array, one-hot rows, and mixtures", async () => {
    const bundle = await labelled.load();
    const z = new RandomStream(1, "sample").normal(new Float32Array(4 * 3));
    const of = async (c: Parameters<typeof bundle.decode>[1]) => (await bundle.decode(z, c)).x_mean.data;
    const four = [0, 5, 2, 2];
    const expected = await of({ c: four });
    for (const c of [
      Uint8Array.from(four),
      Int32Array.from(four),
      BigInt64Array.from(four, BigInt),
      new NdArray(Uint8Array.from(four), [4]),
      oneHot(four),
      new NdArray(oneHot(four), [4, classes]),
    ]) {
      expect(await of({ c })).toEqual(expected);
    }
    const mixed = Float32Array.of(0.5, 0.5, 0, 0, 0, 0);
    const inTf = inTfjs(() => ({
      x_mean: labelled.vae.decode(tf.tensor(z, [4, 3]), tf.tile(tf.tensor(mixed, [1, classes]), [4, 1]))
        .x_mean!,
    }));
    expect(await of({ c: mixed })).toBeAllClose(inTf.x_mean, near);
  });

  it("samples with one label for all rows, or one for each; z does not depend on them", async () => {
    const bundle = await labelled.load();
    const one = await bundle.sample(5, { seed: 3, c: [4] });
    const each = await bundle.sample(5, { seed: 3, c: [4, 4, 4, 4, 4] });
    const other = await bundle.sample(5, { seed: 3, c: [1] });
    expect(one.x_mean.data).toEqual(each.x_mean.data);
    expect(other.z.data).toEqual(one.z.data);
    expect(other.x_mean.data).not.toEqual(one.x_mean.data);
    expect(one.x_mean.data).toEqual((await bundle.decode(one.z, { c: [4] })).x_mean.data);
  });

  it("scores ln p(x|z, c) as tfjs does", async () => {
    const bundle = await labelled.load();
    const scores = await bundle.score(data.values, { seed: 4, c: labels });
    const eps = new RandomStream(4, "noise").normal(new Float32Array(data.count * 3));
    const expected = inTfjs(() => {
      const [x, c] = [pictures(), tf.tensor(oneHot(labels), [data.count, classes])];
      const { mu, logvar } = labelled.vae.encode(x, c);
      const z = tf.add(mu, tf.mul(tf.exp(tf.div(logvar, 2)), tf.tensor(eps, [data.count, 3])));
      const { x_mean: _, ...parameters } = labelled.vae.decode(z, c);
      const { log_px, log_pz, log_qz } = labelled.vae.score({ x, z, mu, logvar, ...parameters });
      return { log_px: log_px!, log_pz: log_pz!, log_qz: log_qz! };
    });
    for (const name of ["log_px", "log_pz", "log_qz"] as const)
      expect(scores[name].data).toBeAllClose(expected[name], near);
    const wrong = await bundle.score(data.values, {
      seed: 4,
      c: labels.map((label) => (label + 1) % classes),
    });
    expect(wrong.log_px.data).not.toEqual(scores.log_px.data);
  });

  it("verifies on both runtimes", async () => {
    const runtimes = [await loadRuntime("node"), await loadRuntime("web")];
    const report = await verifyBundle(labelled.directory, { runtimes });
    expect(Object.keys(report.runtimes.web!)).toEqual(["encoder", "decoder", "scorer"]);
  });

  it("has a model card that says what to give", () => {
    const card = readFileSync(join(labelled.directory, "README.md"), "utf8");
    expect(card).toContain("encoder and decoder are told a label from 0 to 5");
    expect(card).toContain("vae.sample(16, { seed: 1, c: [5] })");
  });
});

describe("a bundle conditional on columns", () => {
  it("takes them in their own units: the graph standardises", async () => {
    const bundle = await columned.load();
    expect(Math.min(...brightness)).toBeGreaterThan(500);
    const expected = inTfjs(() => columned.vae.encode(pictures(), tf.tensor(brightness, [data.count, 1])));
    const { mu } = await bundle.encode(data.values, { c: brightness });
    expect(mu.data).toBeAllClose(expected.mu, near);
    const one = await bundle.sample(3, { c: [1000] });
    expect((await bundle.sample(3, { c: Float32Array.of(1000) })).x_mean.data).toEqual(one.x_mean.data);
    expect((await bundle.sample(3, { c: [700] })).x_mean.data).not.toEqual(one.x_mean.data);
  });

  it("keeps names, means and deviations in the manifest", () => {
    const { condition } = columned.manifest;
    const mean = brightness.reduce((a, b) => a + b, 0) / brightness.length;
    expect(condition).toMatchObject({ kind: "columns", names: ["brightness"] });
    expect((condition as { mean: number[] }).mean[0]).toBeCloseTo(mean, 6);
  });
});

describe("conditions that do not fit are refused with what to give:", () => {
  const x = data.values.subarray(0, 3 * 30);
  it.each([
    [
      undefined,
      "encode: c is missing: this model is conditional. Give labels, integers from 0 to 5 such as c: [0]",
    ],
    [[6], "label 0 is 6; this model knows 0 to 5"],
    [[0, 1, -1], "label 2 is -1; this model knows 0 to 5"],
    [[0.5], "label 0 is 0.5"],
    [[0, 1], "c is 2 numbers for 3 rows"],
    [[], "c is 0 numbers for 3 rows"],
    [new Float32Array(7), "c is 7 numbers for 3 rows"],
    [new NdArray(new Float32Array(18), [6, 3]), "c is [6,3] for 3 rows"],
    [Float32Array.of(Number.NaN, 0, 0, 0, 0, 0), "row 0 holds NaN at element 0"],
  ])("%s", async (c, message) => {
    const bundle = await labelled.load();
    await expect(bundle.encode(x, { c })).rejects.toThrow(UsageError);
    await expect(bundle.encode(x, { c })).rejects.toThrow(message);
  });

  it("nothing for columns", async () => {
    await expect((await columned.load()).sample(2)).rejects.toThrow(
      "sample: c is missing: this model is conditional. Give rows of 1 numbers, brightness, in their own units, one for all rows or one for each.",
    );
  });

  it("any, for a model that takes none", async () => {
    const bundle = await plain.load();
    for (const call of [
      () => bundle.encode(x, { c: [0] }),
      () => bundle.decode(new Float32Array(3), { c: [0] }),
      () => bundle.sample(1, { c: [0] }),
      () => bundle.reconstruct(x, { c: [0] }),
      () => bundle.score(x, { c: [0] }),
    ]) {
      await expect(call()).rejects.toThrow(UsageError);
      await expect(call()).rejects.toThrow("this model is not conditional. Leave c out.");
    }
  });
});

describe("exportBundle", () => {
  it("refuses samples without their conditions, and conditions without samples or a condition", async () => {
    const place = join(temporaryDirectory(), "never");
    const refused = (vae: Vae, options: Parameters<typeof exportBundle>[2]) => {
      const attempt = exportBundle(vae, place, options);
      return Promise.all([
        expect(attempt).rejects.toThrow(UsageError),
        attempt.catch(({ message }: Error) => message),
      ]);
    };
    const all = oneHot(labels);
    const samples = data.values;
    expect((await refused(labelled.vae, { samples }))[1]).toContain(
      "c is missing: this model is conditional",
    );
    expect((await refused(labelled.vae, { samples, conditions: all.subarray(classes) }))[1]).toContain(
      "c is 714 numbers for 120 rows",
    );
    expect((await refused(labelled.vae, { conditions: all }))[1]).toContain("without the samples");
    expect((await refused(plain.vae, { samples, conditions: all }))[1]).toContain("is not conditional");
  });

  it("needs no samples, for columns far from 0 either", async () => {
    const condition = { kind: "columns" as const, names: ["year"], mean: [2000], std: [0.01] };
    const vae = new Vae(mlp({ shape: data.shape, latent: 2, hidden: [8], condition }), data, 1);
    const place = join(temporaryDirectory(), "bundle");
    await exportBundle(vae, place);
    vae.dispose();
    await verifyBundle(place);
  });

  it("measures what smaller weights cost in ELBO with the samples' conditions", async () => {
    const condition = conditionOn(data, "labels");
    const vae = new Vae(mlp({ shape: data.shape, latent: 16, hidden: [128, 64], condition }), data, 2);
    const place = join(temporaryDirectory(), "small");
    const manifest = await exportBundle(vae, place, {
      samples: data.values,
      conditions: labels,
      weights: "int8",
    });
    vae.dispose();
    expect(manifest.weights!.elbo).toMatchObject({ examples: data.count });
    const loaded = await (await import("@vaekit/infer")).Vae.load(place);
    const elbo = (await loaded.score(data.values, { seed: 0, c: labels })).elbo.data;
    await loaded.dispose();
    expect(manifest.weights!.elbo!.after).toBeCloseTo(elbo.reduce((a, b) => a + b, 0) / elbo.length, 4);
    await verifyBundle(place);
  });
});

describe("a manifest that was changed", () => {
  it.each([
    ["no condition", null, "input c is none of"],
    ["other classes", { kind: "labels", classes: 7 }, "c is [batch, 6] float32, not [batch, 7] float32"],
    [
      "columns without means",
      { kind: "columns", names: ["a"], mean: [], std: [1] },
      "one mean and one std for each name",
    ],
  ])("to %s is refused", async (_, condition, message) => {
    const { cpSync } = await import("node:fs");
    const place = join(temporaryDirectory(), "copy");
    cpSync(labelled.directory, place, { recursive: true });
    changeManifest(place, (manifest) => Object.assign(manifest, { condition }));
    await expect(verifyBundle(place)).rejects.toThrow(message);
  });

  it("to a conditional one, where the graphs take no c, is refused", async () => {
    const { cpSync } = await import("node:fs");
    const place = join(temporaryDirectory(), "copy");
    cpSync(plain.directory, place, { recursive: true });
    changeManifest(place, (manifest) =>
      Object.assign(manifest, { version: 2, condition: { kind: "labels", classes: 3 } }),
    );
    await expect(verifyBundle(place)).rejects.toThrow("there is no input c, which a conditional model takes");
  });
});
