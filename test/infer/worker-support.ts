import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { Worker } from "node:worker_threads";
import { onTestFinished } from "vitest";
import { type NdArray, Vae } from "../../packages/infer/dist/node.js";
import { VaePool } from "../../packages/infer/dist/worker.js";
import { temporaryDirectory } from "../support/data.ts";

// The build, not the sources: a worker's script must be JavaScript, and errors are known by their one class.
export * from "../../packages/infer/dist/node.js";
export * from "../../packages/infer/dist/worker.js";

export const dist = join(import.meta.dirname, "../../packages/infer/dist");
const script = pathToFileURL(join(dist, "worker/main-node.js"));

type Source = Parameters<typeof VaePool.load>[0];

/** A pool and a Vae of one thread, both until the test ends. */
export async function both(source: Source, options: { batchSize?: number; workers?: number } = {}) {
  const { workers = 2, batchSize } = options;
  const pool = await VaePool.load(source, { workers, batchSize });
  onTestFinished(() => pool.dispose());
  const vae = await Vae.load(source, { threads: 1, batchSize });
  onTestFinished(() => vae.dispose());
  return { pool, vae };
}

/** A pool until the test ends. */
export async function pooled(source: Source, options: Parameters<typeof VaePool.load>[1] = {}) {
  const pool = await VaePool.load(source, options);
  onTestFinished(() => pool.dispose());
  return pool;
}

/**
 * Makes workers that end as they take a call of `sample`, by its count: 13 with exit code 7, 14 with an error that
 * nothing catches, 15 in a loop that takes all memory.
 */
export function mortal(limits?: { maxOldGenerationSizeMb: number }): {
  worker: () => Worker;
  made: Worker[];
} {
  const path = join(temporaryDirectory(), "mortal.mjs");
  writeFileSync(
    path,
    `import { parentPort } from "node:worker_threads";
    parentPort.on("message", ({ type, method, args }) => {
      if (type !== "call" || method !== "sample") return;
      if (args[0] === 13) process.exit(7);
      if (args[0] === 14) throw new RangeError("nobody caught this");
      if (args[0] === 15) for (const kept = []; ; ) kept.push(new Array(1000).fill(kept.length));
    });
    await import(${JSON.stringify(script.href)});`,
  );
  const made: Worker[] = [];
  const worker = () => {
    const one = new Worker(path, { resourceLimits: limits, stderr: true });
    made.push(one);
    return one;
  };
  return { worker, made };
}

/** Makes workers without koffi, which run onnxruntime-node. */
export function withoutKoffi(): () => Worker {
  const path = join(temporaryDirectory(), "without-koffi.mjs");
  writeFileSync(
    path,
    `import Module from "node:module";
    const resolve = Module._resolveFilename;
    Module._resolveFilename = function (name, ...rest) {
      if (name === "koffi") throw Object.assign(new Error("Cannot find module"), { code: "MODULE_NOT_FOUND" });
      return resolve.call(this, name, ...rest);
    };
    await import(${JSON.stringify(script.href)});`,
  );
  return () => new Worker(path);
}

/** What can be compared: shapes and bits. */
export function bits(value: Readonly<Record<string, NdArray | object>>): object {
  return Object.fromEntries(
    Object.entries(value).map(([name, array]) => {
      const { data, shape } = array as NdArray;
      return [
        name,
        { shape, bytes: Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString("hex") },
      ];
    }),
  );
}
