import { Worker } from "node:worker_threads";
import { describe, expect, it } from "vitest";
import { latent, smallBundle } from "./small-bundle.ts";
import {
  bits,
  both,
  NdArray,
  pooled,
  ShapeError,
  UsageError,
  VaePool,
  WorkerError,
} from "./worker-support.ts";

const { data, directory } = smallBundle();
const codes = (rows: number, value: number) => new Float32Array(rows * latent).fill(value);

describe("inputs that are changed after the call", () => {
  it("are computed as they were, also by calls that wait", async () => {
    const { pool, vae } = await both(directory);
    const given = Array.from({ length: 20 }, (_, i) => codes(2, i / 10));
    const expected = await Promise.all(given.map((z) => vae.decode(z.slice()).then(bits)));
    const running = given.map((z) => pool.decode(z));
    for (const z of given) z.fill(9);
    expect((await Promise.all(running)).map(bits)).toEqual(expected);
  });

  it.each([false, true])("are, where they are shared among workers (transfer %s)", async (transfer) => {
    const { pool, vae } = await both(directory, { batchSize: 64 });
    const z = codes(3000, 0.5);
    const expected = bits(await vae.decode(z.slice()));
    const running = pool.decode(z, { transfer });
    if (!transfer) z.fill(9);
    expect(bits(await running)).toEqual(expected);
  });
});

describe("options of calls", () => {
  it("that there are not are refused, and transfer that is no boolean", async () => {
    const pool = await pooled(directory, { workers: 1 });
    const stray = { transfre: true } as object;
    const wrong = { transfer: "yes" } as object;
    const calls = [
      (options: object) => pool.encode(data.values, options),
      (options: object) => pool.reconstruct(data.values, options),
      (options: object) => pool.score(data.values, options),
      (options: object) => pool.decode(codes(1, 0), options),
    ];
    for (const call of calls) {
      await expect(call(stray)).rejects.toThrow(UsageError);
      await expect(call(stray)).rejects.toThrow(/no option "transfre"; there are .*transfer/);
      await expect(call(wrong)).rejects.toThrow(UsageError);
      await expect(call(wrong)).rejects.toThrow('transfer must be true or false, got "yes"');
    }
    await expect(pool.encodeStream([data.values], stray).next()).rejects.toThrow(UsageError);
  });
});

describe("arrays that are given away", () => {
  it("stay with the caller where they are refused", async () => {
    const pool = await pooled(directory, { workers: 1, batchSize: 8 });
    for (const rows of [1, 20]) {
      const z = codes(rows, Number.NaN);
      await expect(pool.decode(z, { transfer: true })).rejects.toThrow(ShapeError);
      expect(z.length).toBe(rows * latent);
    }
    const x = data.values.slice(0, 31);
    await expect(pool.score(x, { transfer: true })).rejects.toThrow(ShapeError);
    expect(x.length).toBe(31);
  });

  it("cannot be given again, or used", async () => {
    const pool = await pooled(directory, { workers: 1 });
    const z = codes(2, 0.5);
    await pool.decode(z, { transfer: true });
    for (const options of [{ transfer: true }, {}]) {
      const error = await pool.decode(z, options).catch((cause: unknown) => cause);
      expect(error).toBeInstanceOf(UsageError);
      expect((error as Error).message).toContain("decode: this array was given away by an earlier call");
    }
  });

  it("leave what the model is told beside them alone", async () => {
    const pool = await pooled(directory, { workers: 1 });
    const c = new Float32Array(3);
    await expect(pool.encode(data.values.slice(), { c, transfer: true })).rejects.toThrow(UsageError);
    expect(c.length).toBe(3);
  });

  it("to others are refused as ShapeError", async () => {
    const pool = await pooled(directory, { workers: 1, batchSize: 8 });
    for (const rows of [2, 20]) {
      for (const options of [{}, { transfer: true }]) {
        const z = codes(rows, 0.5);
        const shaped = new NdArray(z, [rows, latent]);
        structuredClone(z, { transfer: [z.buffer] });
        await expect(pool.decode(z, options)).rejects.toThrow(ShapeError);
        await expect(pool.decode(shaped, options)).rejects.toThrow(ShapeError);
      }
    }
  });
});

describe("loading", () => {
  it("is rejected by what onProgress throws", async () => {
    const failing = () => {
      throw new RangeError("the page is gone");
    };
    for (const workers of [1, 2]) {
      await expect(VaePool.load(directory, { workers, onProgress: failing })).rejects.toThrow(
        "the page is gone",
      );
    }
    const none = { onProgress: 5 } as object;
    await expect(VaePool.load(directory, none)).rejects.toThrow(UsageError);
  });

  it.each([
    ['require("worker_threads").parentPort.once("message", () => process.exit(3))', "exit code 3"],
    [
      'const { parentPort: p } = require("worker_threads"); p.on("message", () => p.postMessage(5))',
      "posted 5",
    ],
    [
      'const { parentPort: p } = require("worker_threads"); p.on("message", () => {}); p.postMessage(null)',
      "posted null",
    ],
  ])("is rejected by a worker that is none of ours: %s", async (script, message) => {
    const worker = () => new Worker(script, { eval: true });
    const error = await VaePool.load(directory, { workers: 2, worker }).catch((cause: unknown) => cause);
    expect(error).toBeInstanceOf(WorkerError);
    expect((error as Error).message).toContain(message);
  });

  // Vitest fails the run for a rejection that nobody handles.
  it.each([5, undefined, null, {}])("is rejected where `worker` makes none: %s", async (made) => {
    const worker = () => made as unknown as Worker;
    const error = await VaePool.load(directory, { workers: 2, worker }).catch((cause: unknown) => cause);
    expect(error).toBeInstanceOf(WorkerError);
    expect((error as Error).message).toContain("which is no Worker");
  });
});

describe("a second dispose", () => {
  it("resolves when the workers have ended", async () => {
    const made: Worker[] = [];
    const script = new URL("../../packages/infer/dist/worker/main-node.js", import.meta.url);
    const worker = () => {
      const one = new Worker(script);
      made.push(one);
      return one;
    };
    const pool = await VaePool.load(directory, { workers: 2, worker });
    let ended = 0;
    for (const one of made) one.once("exit", () => ended++);
    void pool.dispose();
    await pool.dispose();
    expect(ended).toBe(2);
  });
});
