import { describe, expect, it } from "vitest";
import { latent, smallBundle } from "./small-bundle.ts";
import { bits, both, NdArray } from "./worker-support.ts";

const bundle = smallBundle();
const { data, directory } = bundle;

describe("what is given to a pool", () => {
  it("is borrowed: arrays are as they were, views and Buffers too", async () => {
    const { pool, vae } = await both(directory, { batchSize: 100 });
    const expected = bits({ ...(await vae.encode(data.values)) });
    const part = data.values.slice();
    const wide = new Uint8Array(part.length + 60);
    wide.set(part, 30);
    for (const x of [
      part,
      wide.subarray(30, -30),
      Buffer.from(part),
      new NdArray(part, [300, ...data.shape]),
    ]) {
      expect(bits({ ...(await pool.encode(x)) })).toEqual(expected);
      expect(x.length).toBeGreaterThan(0);
    }
    expect(part).toEqual(data.values);
    expect(wide.subarray(30, -30)).toEqual(data.values);
  });

  it.each([10, 300])(
    "with transfer is given away at once, and computed all the same (%d rows)",
    async (rows) => {
      const { pool, vae } = await both(directory, { batchSize: 100 });
      const size = data.values.length / 300;
      const x = data.values.slice(0, rows * size);
      const expected = bits({ ...(await vae.score(x)) });
      const [encoded, scored] = [await vae.encode(x), bits({ x: await vae.reconstruct(x) })];
      const [a, b, c] = [x.slice(), x.slice(), x.slice()];
      const running = [
        pool.encode(new NdArray(a, [rows, ...data.shape]), { transfer: true }),
        pool.score(b, { transfer: true }),
        pool.reconstruct(c, { transfer: true }),
      ] as const;
      expect([a.length, b.length, c.length]).toEqual([0, 0, 0]);
      const [posterior, scores, x_mean] = await Promise.all(running);
      expect(bits({ ...posterior })).toEqual(bits({ ...encoded }));
      expect(bits({ ...scores })).toEqual(expected);
      expect(bits({ x: x_mean })).toEqual(scored);
      const z = new Float32Array(rows * latent).fill(0.5);
      const decoded = pool.decode(z, { transfer: true });
      expect(z.length).toBe(0);
      expect((await decoded).x_mean.shape).toEqual([rows, ...data.shape]);
    },
  );

  it("with transfer, leaves a part of a larger buffer alone: others may use the rest", async () => {
    const { pool, vae } = await both(directory);
    const part = data.values.subarray(0, 60);
    expect(part.byteLength).toBeLessThan(part.buffer.byteLength);
    const { mu } = await pool.encode(part, { transfer: true });
    expect(part.length).toBe(60);
    expect(mu.data).toEqual((await vae.encode(part)).mu.data);
  });

  it("with transfer, of memory that its owner keeps, is copied", async () => {
    const { pool, vae } = await both(directory);
    const { buffer } = new WebAssembly.Memory({ initial: 3 });
    const z = new Float32Array(buffer).fill(0.25);
    const expected = await vae.decode(z.slice());
    expect(bits(await pool.decode(z, { transfer: true }))).toEqual(bits(expected));
    expect(z.length).toBe(3 * 2 ** 14);
  });

  it("in shared memory stays where it is", async () => {
    const { pool, vae } = await both(directory, { batchSize: 128 });
    const x = new Uint8Array(new SharedArrayBuffer(data.values.length));
    x.set(data.values);
    for (const transfer of [false, true]) {
      const { mu } = await pool.encode(x, { transfer });
      expect(mu.data).toEqual((await vae.encode(data.values)).mu.data);
      expect(x.length).toBe(data.values.length);
    }
  });

  it("comes back in memory of its own, one buffer for each output", async () => {
    const { pool } = await both(directory);
    const results = await Promise.all([pool.sample(2), pool.sample(2)]);
    const buffers = results.flatMap((outputs) =>
      Object.values(outputs).map(({ data: { buffer } }) => buffer),
    );
    expect(new Set(buffers).size).toBe(buffers.length);
    for (const outputs of results) {
      for (const { data: array } of Object.values(outputs))
        expect(array.byteLength).toBe(array.buffer.byteLength);
    }
  });

  it("that cannot be sent is refused by name, and the pool goes on", async () => {
    const { pool } = await both(directory);
    const strange = (() => 1) as unknown as Uint8Array;
    await expect(pool.encode(strange)).rejects.toThrow(/^encode: what was given cannot be sent to a worker/);
    expect((await pool.sample(1)).z.shape).toEqual([1, latent]);
  });
});
