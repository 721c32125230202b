import { UsageError } from "@vaekit/infer";
import { tf } from "@vaekit/train";
import { describe, expect, it } from "vitest";
import { latent, smallBundle } from "./small-bundle.ts";

const bundle = smallBundle();
const { data, vae } = bundle;

describe("sample", () => {
  it("is decided by the seed", async () => {
    const loaded = await bundle.load();
    const [a, b, c] = [
      await loaded.sample(9, { seed: 5 }),
      await loaded.sample(9, { seed: 5 }),
      await loaded.sample(9, { seed: 6 }),
    ];
    expect(a.z.shape).toEqual([9, latent]);
    expect(a.x_mean.shape).toEqual([9, ...data.shape]);
    expect(b.z.data).toEqual(a.z.data);
    expect(b.x_mean.data).toEqual(a.x_mean.data);
    expect(c.z.data).not.toEqual(a.z.data);
  });

  it("makes row i whatever the count is", async () => {
    const loaded = await bundle.load({ batchSize: 4 });
    const many = await loaded.sample(20, { seed: 5 });
    for (const count of [1, 2, 5, 19]) {
      const few = await loaded.sample(count, { seed: 5 });
      expect(few.z.data).toEqual(many.z.rows(0, count).data);
      expect(few.x_mean.data).toBeAllClose(many.x_mean.rows(0, count).data, { scaleTol: 1e-6 });
    }
  });

  it("draws from the prior, N(0, 1), scaled by the temperature", async () => {
    const loaded = await bundle.load();
    const count = 4000;
    const { z } = await loaded.sample(count, { seed: 1 });
    const size = count * latent;
    const mean = z.data.reduce((sum, value) => sum + value, 0) / size;
    const variance = z.data.reduce((sum, value) => sum + value ** 2, 0) / size;
    expect(Math.abs(mean)).toBeLessThan(5 / Math.sqrt(size));
    expect(Math.abs(variance - 1)).toBeLessThan(5 * Math.sqrt(2 / size));
    const cool = await loaded.sample(count, { seed: 1, temperature: 0.5 });
    expect(cool.z.data).toEqual(z.data.map((value) => value / 2));
  });

  it("gives identical rows, the prior's middle, at temperature 0", async () => {
    const { z, x_mean } = await (await bundle.load()).sample(10, { seed: 2, temperature: 0 });
    expect(z.data.every((value) => value === 0)).toBe(true);
    for (let i = 1; i < 10; i++)
      expect(x_mean.row(i).data).toBeAllClose(x_mean.row(0).data, { scaleTol: 1e-6 });
  });

  it.each([
    [0, {}, "count must be a positive integer, got 0"],
    [1.5, {}, "count must be a positive integer, got 1.5"],
    [1, { temperature: -1 }, "temperature must be a number of at least 0, got -1"],
    [1, { temperature: Number.NaN }, "temperature must be a number of at least 0, got NaN"],
    [1, { seed: -3 }, "seed must be an integer from 0"],
  ])("refuses count %d with %o", async (count, options, message) => {
    const loaded = await bundle.load();
    await expect(loaded.sample(count, options)).rejects.toThrow(UsageError);
    await expect(loaded.sample(count, options)).rejects.toThrow(message);
  });
});

describe("score", () => {
  it("is the three densities at one seeded z, and elbo is log_px + log_pz - log_qz", async () => {
    const loaded = await bundle.load();
    const { log_px, log_pz, log_qz, elbo } = await loaded.score(data.values, { seed: 4 });
    for (const scores of [log_px, log_pz, log_qz, elbo]) expect(scores.shape).toEqual([data.count]);
    const sum = log_px.data.map((value, i) => value + log_pz.data[i]! - log_qz.data[i]!);
    expect(elbo.data).toEqual(sum);
    expect(new Set(elbo.data).size).toBeGreaterThan(data.count / 2);
  });

  it("agrees with tfjs's densities at the same z", async () => {
    const loaded = await bundle.load();
    const { mu, logvar } = await loaded.encode(data.values);
    const { log_px, log_pz, log_qz } = await loaded.score(data.values, { seed: 4 });
    const { RandomStream } = await import("@vaekit/infer");
    const eps = new RandomStream(4, "noise").normal(new Float32Array(mu.data.length));
    tf.setBackend("cpu");
    const expected = tf.tidy(() => {
      const q = {
        mu: tf.tensor(mu.data, [data.count, latent]),
        logvar: tf.tensor(logvar.data, [data.count, latent]),
      };
      const z = tf.add(q.mu, tf.mul(tf.exp(tf.div(q.logvar, 2)), tf.tensor(eps, [data.count, latent])));
      const { x_mean: _, ...parameters } = vae.decode(z);
      const x = tf.tensor(Float32Array.from(data.values), [data.count, ...data.shape]);
      const scores = vae.score({ x, z, ...q, ...parameters });
      return Object.fromEntries(Object.entries(scores).map(([name, tensor]) => [name, tensor.dataSync()]));
    });
    expect(log_px.data).toBeAllClose(expected.log_px!, { scaleTol: 1e-5 });
    expect(log_pz.data).toBeAllClose(expected.log_pz!, { scaleTol: 1e-5 });
    expect(log_qz.data).toBeAllClose(expected.log_qz!, { scaleTol: 1e-5 });
  });

  it("is decided by the seed, and by each row and its place alone", async () => {
    const loaded = await bundle.load();
    const whole = await loaded.score(data.values, { seed: 4 });
    const first = await loaded.score(data.values.subarray(0, 10 * 30), { seed: 4 });
    expect(first.elbo.data).toBeAllClose(whole.elbo.rows(0, 10).data, { rtol: 1e-5 });
    expect((await loaded.score(data.values, { seed: 4 })).elbo.data).toEqual(whole.elbo.data);
    expect((await loaded.score(data.values, { seed: 5 })).elbo.data).not.toEqual(whole.elbo.data);
  });
});
