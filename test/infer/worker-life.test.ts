import { execFileSync } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { describe, expect, it } from "vitest";
import { temporaryDirectory } from "../support/data.ts";
import { latent, smallBundle } from "./small-bundle.ts";
import {
  BundleError,
  DisposedError,
  dist,
  mortal,
  pooled,
  ShapeError,
  UsageError,
  VaekitError,
  VaePool,
  WorkerError,
} from "./worker-support.ts";

const bundle = smallBundle();
const { data, directory } = bundle;
const caught = (promise: Promise<unknown>): Promise<Error> =>
  promise.then(
    () => new Error("nothing was thrown"),
    (error: Error) => error,
  );

describe("errors in workers", () => {
  it("come with their class, code, exit code, message and stack", async () => {
    const pool = await pooled(directory, { workers: 1 });
    const vae = await bundle.load();
    const wrong = new Uint8Array(31);
    const error = await caught(pool.encode(wrong));
    expect(error).toBeInstanceOf(ShapeError);
    expect(error).toMatchObject({ code: "SHAPE", exitCode: 3, name: "ShapeError" });
    expect(error.message).toBe((await caught(vae.encode(wrong))).message);
    expect(error.stack).toContain("checkRows");
    const usage = await caught(pool.sample(0));
    expect(usage).toBeInstanceOf(UsageError);
    expect(usage).toBeInstanceOf(VaekitError);
    expect(await caught(pool.reference())).toBeInstanceOf(BundleError);
  });

  it("name the row of the whole input, where it was shared among workers", async () => {
    const pool = await pooled(directory, { workers: 2, batchSize: 8 });
    const vae = await bundle.load({ batchSize: 8 });
    const z = new Float32Array(100 * latent);
    z[50 * latent + 1] = Number.NaN;
    const error = await caught(pool.decode(z));
    expect(error).toBeInstanceOf(ShapeError);
    expect(error.message).toBe((await caught(vae.decode(z))).message);
    const c = { c: [1] };
    expect((await caught(pool.encode(data.values, c))).message).toBe(
      (await caught(vae.encode(data.values, c))).message,
    );
  });

  it("of loading are told: no bundle, a damaged one, options that are none", async () => {
    const nowhere = join(temporaryDirectory(), "nothing");
    const missing = await caught(VaePool.load(nowhere, { workers: 2 }));
    expect(missing).toBeInstanceOf(BundleError);
    expect(missing.message).toContain(nowhere);
    const place = bundle.copy();
    rmSync(join(place, "decoder.onnx"));
    expect((await caught(VaePool.load(place))).message).toContain("decoder.onnx is missing");
    const given = { "vaekit.json": new TextEncoder().encode("{}") };
    expect(await caught(VaePool.load(given))).toBeInstanceOf(BundleError);
    const failing = { name: "mine", read: () => Promise.reject(new RangeError("no such disk")) };
    expect(await caught(VaePool.load(failing))).toMatchObject({
      name: "RangeError",
      message: "no such disk",
    });
    for (const [options, message] of [
      [{ workers: 0 }, "workers must be an integer from 1"],
      [{ workers: 1.5 }, "workers must be an integer from 1"],
      [{ batchSize: 0 }, "batchSize must be a positive integer"],
      [{ device: "tpu" }, "device must be one of"],
      [{ treads: 2 }, 'there is no option "treads"'],
      [{ runtime: {} }, "a runtime cannot be sent to workers"],
    ] as const) {
      const error = await caught(VaePool.load(directory, options as object));
      expect(error).toBeInstanceOf(UsageError);
      expect(error.message).toContain(message);
    }
  });

  it("of starting are told: a script that is not there, that throws, or that ends", async () => {
    const folder = temporaryDirectory();
    const script = (name: string, code: string) => {
      writeFileSync(join(folder, name), code);
      return () => new Worker(join(folder, name));
    };
    const scripts = [
      [() => new Worker(join(folder, "none.mjs")), "Cannot find module"],
      [script("throws.mjs", "throw new Error('not today')"), "not today"],
      [script("ends.mjs", "process.exit(3)"), "exit code 3"],
      [
        () => {
          throw new Error("refused by policy");
        },
        "refused by policy",
      ],
    ] as const;
    for (const [worker, message] of scripts) {
      const error = await caught(VaePool.load(directory, { workers: 2, worker }));
      expect(error).toBeInstanceOf(WorkerError);
      expect(error.message).toContain(message);
    }
  });
});

describe("a worker that ends", () => {
  it.each([
    [13, "with exit code 7"],
    [14, "with RangeError: nobody caught this"],
  ])("rejects what it held, and another takes its place (%d)", async (count, how) => {
    const { worker, made } = mortal();
    const pool = await pooled(directory, { workers: 1, worker });
    const held = [pool.sample(count), pool.sample(1)].map(caught);
    const waiting = Array.from({ length: 5 }, () => pool.sample(2));
    const [first, second] = await Promise.all(held);
    expect(first).toBeInstanceOf(WorkerError);
    expect(first!.message).toContain(`sample: the worker that ran it ended ${how}`);
    expect(second).toBeInstanceOf(WorkerError);
    for (const { z } of await Promise.all(waiting)) expect(z.shape).toEqual([2, latent]);
    expect(made).toHaveLength(2);
  });

  it("for want of memory rejects what it held", async () => {
    const { worker } = mortal({ maxOldGenerationSizeMb: 40 });
    const pool = await pooled(directory, { workers: 1, worker });
    const error = await caught(pool.sample(15));
    expect(error).toBeInstanceOf(WorkerError);
    expect(error.message).toContain("memory");
    expect((await pool.sample(1)).z.shape).toEqual([1, latent]);
  });

  it("again before it answered anything is not replaced; others go on", async () => {
    const { worker, made } = mortal();
    const pool = await pooled(directory, { workers: 2, worker });
    for (let i = 0; i < 4; i++) await caught(pool.sample(13));
    const error = await caught(pool.sample(1));
    expect(error).toBeInstanceOf(WorkerError);
    expect(error.message).toContain("all workers of this VaePool ended");
    expect(made).toHaveLength(4);
  });

  it("is replaced as often as its stand-ins answer calls between", async () => {
    const { worker, made } = mortal();
    const pool = await pooled(directory, { workers: 1, worker });
    for (let i = 0; i < 4; i++) {
      expect(await caught(pool.sample(13))).toBeInstanceOf(WorkerError);
      expect((await pool.sample(1)).z.shape).toEqual([1, latent]);
    }
    expect(made).toHaveLength(5);
  });

  it("is not replaced by one with another bundle, when the directory changed", async () => {
    const { worker } = mortal();
    const place = bundle.copy();
    const pool = await pooled(place, { workers: 1, worker });
    const manifest = join(place, "vaekit.json");
    const { producer, ...rest } = pool.manifest;
    writeFileSync(manifest, JSON.stringify({ ...rest, producer: `${producer}, later` }));
    await caught(pool.sample(13));
    const { cause } = await caught(pool.sample(1));
    expect(cause).toBeInstanceOf(WorkerError);
    expect((cause as Error).message).toContain("the bundle was changed");
  });
});

describe("dispose", () => {
  it("rejects what waits, ends the workers, and may be called twice", async () => {
    const { worker, made } = mortal();
    const pool = await VaePool.load(directory, { workers: 2, worker });
    const ended = made.map((one) => new Promise((resolve) => one.once("exit", resolve)));
    const calls = Array.from({ length: 50 }, () => caught(pool.sample(100)));
    const over = pool.dispose();
    expect(pool.dispose()).toBe(over);
    for (const error of await Promise.all(calls)) expect(error).toBeInstanceOf(DisposedError);
    await over;
    expect(await Promise.all(ended)).toEqual([0, 0]);
    expect(await caught(pool.sample(1))).toBeInstanceOf(DisposedError);
    expect(await caught(pool.encodeStream([data.values]).next())).toBeInstanceOf(DisposedError);
    expect(pool.latent).toBe(latent);
    await pool.dispose();
  });

  it("is not needed by a process that ends; one with calls under way waits for them", () => {
    const script = join(temporaryDirectory(), "ends.mjs");
    const url = JSON.stringify(`file://${dist}/worker.js`);
    const lines = [
      `import { VaePool } from ${url};`,
      `const pool = await VaePool.load(${JSON.stringify(directory)}, { workers: 2 });`,
      "for (let i = 0; i < 20; i++) pool.sample(1000).then(({ z }) => console.log(z.shape[0]));",
    ];
    writeFileSync(script, lines.join("\n"));
    const out = execFileSync(process.execPath, [script], { encoding: "utf8", timeout: 100_000 });
    expect(out).toBe("1000\n".repeat(20));
  });
});
