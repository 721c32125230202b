import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Served, serve } from "../../bench/support/web-server.mjs";
import { chromium, hasChromium } from "../browser/support/chromium.ts";
import { latent, smallBundle } from "./small-bundle.ts";
import { dist } from "./worker-support.ts";

const bundle = smallBundle();
const { data, directory } = bundle;
const browser = chromium();
const root = join(dist, "../../..");
const near = { scaleTol: 1e-5 };

/** What the page does with a pool; each answer is plain data. */
const pageScript = `
import { VaePool, WorkerError } from "./worker-web.js";
import { DisposedError, NdArray, ShapeError } from "./web.js";
const classes = { WorkerError, DisposedError, ShapeError };
const plain = (outputs) => Object.fromEntries(Object.entries(outputs).map(
  ([name, { data, shape }]) => [name, { data: Array.from(data), shape }]));
const caught = (promise) => promise.then(() => null, (error) => ({
  message: error.message, code: error.code,
  classes: Object.keys(classes).filter((name) => error instanceof classes[name]) }));
Object.assign(window, { VaePool, NdArray, plain, caught });
`;
/** A worker of the page's own, which ends when it is asked for 13 samples. */
const ownScript = `
addEventListener("message", (event) => {
  const { type, method, args } = event.data;
  if (type !== "call" || method !== "sample" || args[0] !== 13) return;
  event.stopImmediatePropagation();
  throw new Error("nobody caught this");
});
await import("./worker/main-web.js");
`;

type Plain = Record<string, { data: number[]; shape: number[] }>;
interface Caught {
  message: string;
  code: string;
  classes: string[];
}
interface InPage {
  VaePool: typeof import("../../packages/infer/dist/worker-web.js").VaePool;
  plain(outputs: object): Plain;
  caught(promise: Promise<unknown>): Promise<Caught>;
}
type Globals = typeof globalThis & InPage;

let folder: string;
const served: Partial<Record<"plain" | "isolated", Served>> = {};

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "vaekit-worker-"));
  const stdin = { resolveDir: dist, loader: "js" as const };
  const shared = {
    bundle: true,
    format: "esm",
    minify: true,
    platform: "browser",
    target: "es2022",
    logLevel: "error",
  } as const;
  await build({
    ...shared,
    stdin: { ...stdin, contents: pageScript },
    splitting: true,
    outdir: join(folder, "scripts"),
  });
  const worker = { entryPoints: [join(dist, "worker/main-web.js")], outdir: join(folder, "scripts/worker") };
  await build({ ...shared, ...worker, splitting: true });
  await build({ ...shared, stdin: { ...stdin, contents: ownScript }, outfile: join(folder, "own.js") });
  writeFileSync(
    join(folder, "index.html"),
    '<!doctype html><base href="/deep/page/"><script type="module" src="/scripts/stdin.js"></script>',
  );
  const folders = {
    "/": folder,
    "/model/": directory,
    "/ort/": join(root, "node_modules/onnxruntime-web/dist"),
  };
  served.plain = await serve(folders);
  served.isolated = await serve(folders, { isolated: true });
});
afterAll(async () => {
  await Promise.all(Object.values(served).map((each) => each.close()));
  rmSync(folder, { recursive: true, force: true });
});

async function open(kind: "plain" | "isolated" = "plain", expected?: RegExp): Promise<Page> {
  const page = await browser.open(`${served[kind]!.origin}/`, { expected });
  await page.waitForFunction(() => "VaePool" in globalThis);
  return page;
}

describe.runIf(hasChromium)("a pool in Chromium", () => {
  it.each([
    ["plain", 1],
    ["plain", 2],
    ["isolated", 2],
  ] as const)(
    "gives Node's results (a %s page, %d workers), and reads each file once",
    async (kind, workers) => {
      const page = await open(kind);
      served[kind]!.requests.length = 0;
      const x = Array.from(data.values);
      const found = await page.evaluate(
        async ({ x, workers, latent }) => {
          const { VaePool, plain } = globalThis as Globals;
          const progress: number[] = [];
          const pool = await VaePool.load("../../model", {
            workers,
            batchSize: 64,
            wasmPaths: "../../ort/",
            onProgress: ({ loaded, total }) => progress.push(loaded / total),
          });
          const posterior = await pool.encode(Uint8Array.from(x));
          const decoded = await pool.decode(new Float32Array(latent * 5).fill(0.5));
          const scores = await pool.score(Uint8Array.from(x), { seed: 3 });
          const drawn = await pool.sample(7, { seed: 4 });
          const codes: object[] = [];
          for await (const item of pool.encodeStream([Uint8Array.from(x), Uint8Array.from(x)]))
            codes.push(item);
          await pool.dispose();
          return {
            progress,
            isolated: crossOriginIsolated,
            runtime: pool.runtime,
            outputs: [posterior, decoded, scores, drawn, codes[1]!].map(plain),
          };
        },
        { x, workers, latent },
      );
      const vae = await bundle.load({ threads: 1 });
      const expected = [
        await vae.encode(data.values),
        await vae.decode(new Float32Array(latent * 5).fill(0.5)),
        await vae.score(data.values, { seed: 3 }),
        await vae.sample(7, { seed: 4 }),
        await vae.encode(data.values),
      ];
      expect(found).toMatchObject({ isolated: kind === "isolated", runtime: "web" });
      expect(found.progress.at(-1)).toBe(1);
      expected.forEach((outputs, i) => {
        for (const [name, array] of Object.entries(outputs)) {
          expect(found.outputs[i]![name]!.shape).toEqual(array.shape);
          expect(found.outputs[i]![name]!.data).toBeAllClose(array.data, near);
        }
      });
      const ofModel = served[kind]!.requests.filter((path) => path.startsWith("/model/"));
      expect(ofModel.sort()).toEqual(
        ["decoder.onnx", "encoder.onnx", "scorer.onnx", "vaekit.json"].map((name) => `/model/${name}`),
      );
    },
  );

  it("knows errors by their class, gives arrays away, and can be disposed", async () => {
    const page = await open();
    const found = await page.evaluate(
      async ({ latent }) => {
        const { VaePool, caught } = globalThis as Globals;
        const pool = await VaePool.load("../../model", { wasmPaths: new URL("/ort/", location.href).href });
        const wrong = await caught(pool.decode(new Float32Array(latent + 1)));
        const [kept, given] = [new Float32Array(latent), new Float32Array(latent)];
        await pool.decode(kept);
        const decoding = pool.decode(given, { transfer: true });
        const lengths = [kept.length, given.length];
        const { x_mean } = await decoding;
        const waiting = caught(pool.sample(10));
        await pool.dispose();
        await pool.dispose();
        return {
          wrong,
          lengths,
          rows: x_mean.length,
          waiting: await waiting,
          after: await caught(pool.sample(1)),
        };
      },
      { latent },
    );
    expect(found.wrong).toMatchObject({ code: "SHAPE", classes: ["ShapeError"] });
    expect(found.lengths).toEqual([latent, 0]);
    expect(found.rows).toBe(1);
    expect(found.waiting.classes).toEqual(["DisposedError"]);
    expect(found.after.classes).toEqual(["DisposedError"]);
  });

  it("takes workers of the page's own, and replaces one that an error ended", async () => {
    const page = await open("plain", /nobody caught this/);
    const found = await page.evaluate(async () => {
      const { VaePool, caught } = globalThis as Globals;
      let made = 0;
      const worker = () => {
        made++;
        return new Worker("/own.js", { type: "module" });
      };
      const names = ["vaekit.json", "encoder.onnx", "decoder.onnx", "scorer.onnx"];
      const files = await Promise.all(names.map(async (name) => (await fetch(`/model/${name}`)).blob()));
      const source = new Map(names.map((name, i) => [name, files[i]!]));
      const wasmPaths = { wasm: new URL("/ort/ort-wasm-simd-threaded.wasm", location.href) };
      const pool = await VaePool.load(source, { worker, wasmPaths });
      const ended = await caught(pool.sample(13));
      const { length } = (await pool.sample(2)).z;
      await pool.dispose();
      return { ended, length, made };
    });
    expect(found.ended.classes).toEqual(["WorkerError"]);
    expect(found.ended.message).toContain("nobody caught this");
    expect(found).toMatchObject({ length: 2, made: 2 });
  });

  it("says what to do where the worker's script is not found", async () => {
    const page = await open("plain", /404|none\.js|Failed to load/);
    const error = await page.evaluate(() => {
      const { VaePool, caught } = globalThis as Globals;
      return caught(
        VaePool.load("../../model", { worker: () => new Worker("/none.js", { type: "module" }) }),
      );
    });
    expect(error.classes).toEqual(["WorkerError"]);
    expect(error.message).toContain("its script could not be loaded or run");
    expect(error.message).toContain("give VaePool.load a `worker` function");
  });

  it("leaves onnxruntime out of the page's own scripts", async () => {
    const { outputFiles } = await build({
      entryPoints: [join(dist, "worker-web.js")],
      bundle: true,
      splitting: true,
      format: "esm",
      minify: true,
      platform: "browser",
      write: false,
      logLevel: "error",
      outdir: "/out",
    });
    const scripts = outputFiles.map(({ text }) => text);
    expect(scripts.join("")).not.toContain("ort-wasm");
    expect(scripts.reduce((sum, text) => sum + gzipSync(text).length, 0)).toBeLessThan(30_000);
    const worker = readdirSync(join(folder, "scripts/worker")).map((name) =>
      readFileSync(join(folder, "scripts/worker", name), "utf8"),
    );
    expect(worker.join("")).toContain("ort-wasm");
  });
});
