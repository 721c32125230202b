import { DisposedError, loadRuntime, NdArray, ShapeError, UsageError, Vae } from "@vaekit/infer";
import { tf } from "@vaekit/train";
import { describe, expect, it } from "vitest";
import { latent, smallBundle } from "./small-bundle.ts";

const bundle = smallBundle();
const { data, vae } = bundle;
const rows = data.count;

/** tfjs's own outputs for all the rows, on its cpu backend. */
function inTfjs<T extends Record<string, tf.Tensor>>(run: () => T): Record<keyof T, Float32Array> {
  tf.setBackend("cpu");
  const outputs = tf.tidy(run);
  const values = Object.entries(outputs).map(([name, tensor]) => [name, tensor.dataSync() as Float32Array]);
  tf.dispose(outputs);
  return Object.fromEntries(values);
}

const pictures = () => tf.tensor(Float32Array.from(data.values), [rows, ...data.shape]);
const near = { scaleTol: 1e-5 };

describe("a loaded bundle", () => {
  it("encodes as tfjs does", async () => {
    const { mu, logvar } = await (await bundle.load()).encode(data.values);
    expect(mu.shape).toEqual([rows, latent]);
    expect(logvar.shape).toEqual([rows, latent]);
    const expected = inTfjs(() => vae.encode(pictures()));
    expect(mu.data).toBeAllClose(expected.mu, near);
    expect(logvar.data).toBeAllClose(expected.logvar, near);
  });

  it("decodes as tfjs does, to the data's shape and units", async () => {
    const loaded = await bundle.load();
    const { z } = await loaded.sample(50, { seed: 3, temperature: 2 });
    const { x_mean, x_logits } = await loaded.decode(z);
    expect(x_mean.shape).toEqual([50, ...data.shape]);
    expect(x_logits!.shape).toEqual([50, 30]);
    const expected = inTfjs(() => vae.decode(tf.tensor(z.data, [50, latent])));
    expect(x_mean.data).toBeAllClose(expected.x_mean!, near);
    expect(x_logits!.data).toBeAllClose(expected.x_logits!, near);
    expect(Math.max(...x_mean.data)).toBeGreaterThan(1);
  });

  it("reconstructs through the posterior mean", async () => {
    const x_mean = await (await bundle.load()).reconstruct(data.values);
    expect(x_mean.shape).toEqual([rows, ...data.shape]);
    const expected = inTfjs(() => ({ x_mean: vae.decode(vae.encode(pictures()).mu).x_mean! }));
    expect(x_mean.data).toBeAllClose(expected.x_mean, near);
  });

  it("takes an NdArray and a bare array alike, and leaves them as they are", async () => {
    const loaded = await bundle.load();
    const bare = data.values.slice();
    const { mu } = await loaded.encode(bare);
    expect(bare).toEqual(data.values);
    const shaped = new NdArray(data.values, [rows, ...data.shape]);
    expect((await loaded.encode(shaped)).mu.data).toEqual(mu.data);
    expect((await loaded.encode(shaped.row(4))).mu.data).toBeAllClose(mu.row(4).data, { scaleTol: 1e-6 });
    expect((await loaded.encode(Buffer.from(data.values))).mu.data).toEqual(mu.data);
  });

  it("refuses rows of another shape or type", async () => {
    const loaded = await bundle.load();
    await expect(loaded.encode(new Float32Array(30))).rejects.toThrow(ShapeError);
    await expect(loaded.encode(new Uint8Array(31))).rejects.toThrow(
      "encode: x: expected [batch, height, width, channels]",
    );
    await expect(loaded.decode(new Float32Array(latent + 1))).rejects.toThrow(
      "decode: z: expected [batch, latent]",
    );
    await expect(loaded.decode(Float32Array.of(0, Number.NaN, 0))).rejects.toThrow(
      "row 0 holds NaN at element 1",
    );
    await expect(loaded.score(new Uint8Array(0))).rejects.toThrow("score: x: expected");
  });

  it.each([1, 7, 256])("gives the same in batches of %d", async (batchSize) => {
    const whole = await bundle.load({ batchSize: rows });
    const pieces = await bundle.load({ batchSize });
    const same = { scaleTol: 1e-6 };
    const [a, b] = [await whole.encode(data.values), await pieces.encode(data.values)];
    expect(b.mu.data).toBeAllClose(a.mu.data, same);
    expect(b.logvar.data).toBeAllClose(a.logvar.data, same);
    expect((await pieces.decode(a.mu)).x_mean.data).toBeAllClose(
      (await whole.decode(a.mu)).x_mean.data,
      same,
    );
    expect((await pieces.score(data.values)).elbo.data).toBeAllClose(
      (await whole.score(data.values)).elbo.data,
      same,
    );
  });

  it.each([0, -1, 2.5, Number.NaN])("refuses a batchSize of %d", async (batchSize) => {
    await expect(Vae.load(bundle.directory, { batchSize })).rejects.toThrow(UsageError);
    await expect(Vae.load(bundle.directory, { batchSize })).rejects.toThrow(
      `positive integer, got ${batchSize}`,
    );
  });
});

describe("onnxruntime-web", () => {
  it("gives in Node what onnxruntime-node gives", async () => {
    const node = await bundle.load();
    const web = await bundle.load({ runtime: await loadRuntime("web") });
    const [a, b] = [await node.encode(data.values), await web.encode(data.values)];
    expect(b.mu.data).toBeAllClose(a.mu.data, near);
    expect(b.logvar.data).toBeAllClose(a.logvar.data, near);
    const [c, d] = [await node.decode(a.mu), await web.decode(a.mu)];
    for (const name of Object.keys(c)) expect(d[name]!.data).toBeAllClose(c[name]!.data, near);
    const [e, f] = [await node.score(data.values), await web.score(data.values)];
    for (const name of ["log_px", "log_pz", "log_qz", "elbo"] as const)
      expect(f[name].data).toBeAllClose(e[name].data, near);
  });
});

describe("dispose", () => {
  it("may be called twice, and every later call throws DisposedError", async () => {
    const loaded = await Vae.load(bundle.directory);
    await loaded.encode(data.values);
    await loaded.dispose();
    await loaded.dispose();
    const calls = [
      () => loaded.encode(data.values),
      () => loaded.decode(new Float32Array(latent)),
      () => loaded.sample(1),
      () => loaded.reconstruct(data.values),
      () => loaded.score(data.values),
    ];
    for (const call of calls) await expect(call()).rejects.toThrow(DisposedError);
  });

  it("of a session may be called twice, and a later run throws DisposedError", async () => {
    const { readFileSync } = await import("node:fs");
    const session = await (await loadRuntime()).createSession(
      readFileSync(`${bundle.directory}/decoder.onnx`),
    );
    const feeds = { z: { dtype: "float32", shape: [1, latent], data: new Float32Array(latent) } } as const;
    expect((await session.run(feeds)).x_mean!.shape).toEqual([1, ...data.shape]);
    await session.dispose();
    await session.dispose();
    await expect(session.run(feeds)).rejects.toThrow(DisposedError);
  });
});
