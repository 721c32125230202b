import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { kmeans } from "../../packages/latent/src/cluster/kmeans.ts";
import { DataError, ShapeError, UsageError } from "../../packages/latent/src/errors.ts";
import * as latent from "../../packages/latent/src/index.ts";
import { pca } from "../../packages/latent/src/project/pca.ts";
import { umap } from "../../packages/latent/src/project/umap.ts";
import { Random } from "../../packages/latent/src/random.ts";
import { type Rows, rowsOf } from "../../packages/latent/src/rows.ts";
import type { Progress } from "../../packages/latent/src/task.ts";
import { calls } from "../../packages/latent/src/worker/calls.ts";
import { receiveError, sendError } from "../../packages/latent/src/worker/sent-error.ts";
import { buffersOf } from "../../packages/latent/src/worker/transfer.ts";
import {
  DisposedError,
  type LatentCalls,
  LatentWorker,
  WorkerError,
} from "../../packages/latent/src/worker.ts";

const sources = join(import.meta.dirname, "../../packages/latent/src");
const folder = mkdtempSync(join(tmpdir(), "vaekit-latent-worker-"));

beforeAll(async () => {
  // As tsup builds the package, with its dependencies inside: a folder of temporary files has no node_modules.
  await build({
    entryPoints: ["index", "worker", "worker/main-node"].map((entry) => join(sources, `${entry}.ts`)),
    outdir: folder,
    bundle: true,
    format: "esm",
    splitting: true,
    platform: "node",
    target: "node20",
    logLevel: "warning",
  });
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function start(): Promise<LatentWorker> {
  const worker = await LatentWorker.start({ worker: () => new Worker(join(folder, "worker/main-node.js")) });
  onTestFinished(() => worker.dispose());
  return worker;
}

function cloud(rows: number, columns: number): Rows {
  const random = new Random(4);
  return rowsOf(
    Float32Array.from({ length: rows * columns }, () => random.normal()),
    columns,
  );
}

const small = cloud(400, 4);
/** Takes seconds, if nothing ends it. */
const large = cloud(20_000, 16);
const long = { clusters: 60, restarts: 200, tolerance: 0 };

describe("LatentWorker", () => {
  it("has the library's results, and leaves what it was given", async () => {
    const worker = await start();
    const given = small.data.slice();
    expect(await worker.kmeans(small, { clusters: 3, seed: 1 })).toEqual(
      await kmeans(small, { clusters: 3, seed: 1 }),
    );
    expect(await worker.pca(small)).toEqual(pca(small));
    expect(small.data).toEqual(given);
  });

  it("has every call of its table, with the library's arguments and results", async () => {
    const codes = { mu: small, logvar: rowsOf(new Float32Array(small.data.length).fill(-2), 4) };
    const labels = Array.from({ length: 400 }, (_, i) => (small.data[4 * i]! > 0 ? "above" : "below"));
    const plane = rowsOf(small.data.slice(0, 800), 2);
    const model = await umap(small, { epochs: 5 });
    const given: { [K in keyof LatentCalls]: Parameters<LatentCalls[K]> } = {
      nearestNeighbours: [small, { count: 3 }],
      neighbourPath: [small, { from: 0, to: small.data.slice(4, 8) }],
      pca: [small, { components: 2 }],
      umap: [small, { epochs: 5 }],
      umapTransform: [model, rowsOf(small.data.slice(0, 8), 4)],
      tsne: [small, { iterations: 20, perplexity: 5 }],
      trustworthiness: [small, plane],
      continuity: [small, plane],
      kmeans: [small, { clusters: 3 }],
      gaussianMixture: [small, { components: 2 }],
      posteriorMixture: [codes, { components: 2, covariance: "diagonal" }],
      hdbscan: [small],
      chooseClusters: [small, { to: 3, resamples: 2 }],
      clusterStability: [small, { method: "kmeans", clusters: 2, resamples: 2 }],
      silhouette: [small, labels],
      aggregatedPosterior: [codes],
      totalCorrelation: [codes],
      distanceToPrior: [codes],
      squaredMmd: [small, codes.logvar, { rows: 100 }],
      intrinsicDimension: [small],
      mutualInformation: [small, labels],
      outliers: [small],
      holes: [codes, { samples: 500 }],
    };
    const worker = await start();
    expect(Object.keys(given).sort()).toEqual(Object.keys(calls).sort());
    for (const name of Object.keys(given) as (keyof LatentCalls)[]) {
      const [library, method]: ((...args: never[]) => unknown)[] = [calls[name], worker[name]];
      const expected: unknown = await Reflect.apply(library!, undefined, given[name]);
      expect(await Reflect.apply(method!, undefined, given[name]), name).toEqual(expected);
    }
  });

  it("has every call that may take long and takes data alone", () => {
    const asynchronous = Object.entries(latent)
      .filter(([, value]) => value.constructor.name === "AsyncFunction")
      .map(([name]) => name);
    // These take a decoder, which cannot be sent to a thread. pca does not rest, but takes long all the same.
    const [decoding, synchronous] = [["geodesic", "pullbackMetric"], ["pca"]];
    const wanted = [...asynchronous.filter((name) => !decoding.includes(name)), ...synchronous];
    expect(asynchronous).toEqual(expect.arrayContaining([...decoding, "kmeans"]));
    expect(Object.keys(calls).sort()).toEqual(wanted.sort());
  });

  it("copies what it is given when the call is made", async () => {
    const worker = await start();
    const points = rowsOf(small.data.slice(), 4);
    const first = worker.kmeans(points, { clusters: 3 });
    const second = worker.kmeans(points, { clusters: 4 });
    points.data.fill(0);
    expect(await first).toEqual(await kmeans(small, { clusters: 3 }));
    expect(await second).toEqual(await kmeans(small, { clusters: 4 }));
  });

  it("makes calls one after another", async () => {
    const worker = await start();
    const order: string[] = [];
    const note = (name: string) => () => order.push(name);
    const long = worker.kmeans(cloud(4000, 8), { clusters: 20, restarts: 3 }).then(note("long"));
    const short = worker.pca(small).then(note("short"));
    await Promise.all([long, short]);
    expect(order).toEqual(["long", "short"]);
  });

  it("tells how far it is, and ends the computation when it is cancelled", async () => {
    const worker = await start();
    const control = new AbortController();
    const reason = new Error("enough");
    const told: Progress[] = [];
    const call = worker.kmeans(large, {
      ...long,
      signal: control.signal,
      onProgress(progress) {
        told.push(progress);
        if (told.length === 3) control.abort(reason);
      },
    });
    await expect(call).rejects.toBe(reason);
    // The next is answered, and none waits for minutes of what was cancelled.
    expect(await worker.pca(small)).toEqual(pca(small));
    expect(told.length).toBe(3);
    expect(told[0]).toMatchObject({
      stage: expect.any(String),
      done: expect.any(Number),
      total: expect.any(Number),
    });
  });

  it("cancels a call that waits, and one whose signal was aborted before", async () => {
    const worker = await start();
    const control = new AbortController();
    const running = worker.kmeans(cloud(4000, 8), { clusters: 20 });
    const waiting = worker.kmeans(large, { ...long, signal: control.signal });
    control.abort();
    await expect(waiting).rejects.toThrow(expect.objectContaining({ name: "AbortError" }));
    await expect(worker.kmeans(small, { clusters: 2, signal: control.signal })).rejects.toBe(
      control.signal.reason,
    );
    expect((await running).labels.length).toBe(4000);
    expect(await worker.pca(small)).toEqual(pca(small));
  });

  it("ends a call whose onProgress throws", async () => {
    const worker = await start();
    const reason = new Error("of the caller");
    const onProgress = () => {
      throw reason;
    };
    await expect(worker.kmeans(large, { ...long, onProgress })).rejects.toBe(reason);
    expect(await worker.pca(small)).toEqual(pca(small));
  });

  it("throws the library's errors, with class, code and message", async () => {
    const worker = await start();
    const cases: [Promise<unknown>, unknown, RegExp, string][] = [
      [worker.kmeans({} as never, { clusters: 2 }), ShapeError, /points must be \{ data/, "SHAPE"],
      [worker.kmeans(cloud(3, 2), { clusters: 5 }), DataError, /at least 5 rows|5 clusters/, "DATA"],
      [
        worker.kmeans(small, { clusters: 2, restart: 1 } as never),
        UsageError,
        /no option "restart"/,
        "USAGE",
      ],
    ];
    for (const [call, Class, message, code] of cases) {
      const error = await call.catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(Class);
      expect(error).toMatchObject({
        message: expect.stringMatching(message),
        code,
        name: (Class as { name: string }).name,
      });
    }
    for (const wrong of [{ signal: 3 }, { signal: {} }, { onProgress: 3 }]) {
      const refused = worker.kmeans(small, { clusters: 2, ...wrong } as never);
      await expect(refused).rejects.toThrow(/^kmeans: (signal|onProgress) must be/);
      await expect(refused).rejects.toBeInstanceOf(UsageError);
    }
    await expect(worker.umap(small, null as never)).rejects.toThrow(
      /^umap: options must be an object, got null/,
    );
    await expect(worker.kmeans(small, { clusters: () => 2 } as never)).rejects.toThrow(
      /kmeans: what was given cannot be sent to a worker/,
    );
    expect(await worker.pca(small)).toEqual(pca(small));
  });

  it("rejects what it has not answered when it is disposed of, and later calls", async () => {
    const worker = await start();
    const running = worker.kmeans(large, long);
    const waiting = worker.pca(small);
    const both = Promise.allSettled([running, waiting]);
    await Promise.all([worker.dispose(), worker.dispose()]);
    for (const { status, ...rest } of await both) {
      expect(status).toBe("rejected");
      expect((rest as PromiseRejectedResult).reason).toBeInstanceOf(DisposedError);
    }
    await expect(worker.pca(small)).rejects.toThrow(/pca: the worker was disposed of/);
  });

  it("says so when its thread ends, or never was one of ours", async () => {
    const make = (code: string) => LatentWorker.start({ worker: () => new Worker(code, { eval: true }) });
    await expect(make("process.exit(3)")).rejects.toThrow(
      /ended before it had started, with exit code 3.*worker\/main/s,
    );
    await expect(make("throw new TypeError('no such file')")).rejects.toThrow(/with TypeError: no such file/);
    const thrown = LatentWorker.start({
      worker() {
        throw new Error("not here");
      },
    });
    await expect(thrown).rejects.toThrow(/could not be started: not here/);
    await expect(thrown).rejects.toBeInstanceOf(WorkerError);
    await expect(LatentWorker.start({ workers: 2 } as never)).rejects.toThrow(/no option "workers"/);
    const dying = await make(
      "const { parentPort } = require('node:worker_threads'); parentPort.on('message', () => process.exit(4)); parentPort.postMessage({ type: 'started' })",
    );
    await expect(dying.pca(small)).rejects.toThrow(
      /the worker ended with exit code 4 before it had answered/,
    );
    await expect(dying.pca(small)).rejects.toThrow(/pca: the worker ended with exit code 4. Start another/);
    await dying.dispose();
  });

  it("finds its script beside it, as built, and does not keep the process", () => {
    const program = `
      import { ShapeError } from "./index.js";
      import { LatentWorker } from "./worker.js";
      const worker = await LatentWorker.start();
      const points = { data: Float32Array.of(1, 2, 3, 5, 8, 13), shape: [3, 2] };
      const { labels } = await worker.kmeans(points, { clusters: 3 });
      const refused = await worker.pca({}).catch((error) => error instanceof ShapeError);
      console.log(JSON.stringify([new Set(labels).size, refused]));`;
    writeFileSync(join(folder, "program.js"), program);
    const output = execFileSync(process.execPath, [join(folder, "program.js")], { timeout: 60_000 });
    expect(JSON.parse(`${output}`)).toEqual([3, true]);
  });
});

describe("what is sent", () => {
  it("names each piece of memory once, and none that is shared", () => {
    const data = new Float32Array(6);
    const other = new Int32Array(1);
    const value = { a: data, b: [data.subarray(2), { c: other }], d: null, e: "text", f: 3 };
    const found = buffersOf(value);
    expect(found.length).toBe(2);
    expect(found[0]).toBe(data.buffer);
    expect(found[1]).toBe(other.buffer);
    expect(buffersOf(new Uint8Array(new SharedArrayBuffer(4)))).toEqual([]);
    expect(buffersOf(undefined)).toEqual([]);
  });

  it.each([
    new ShapeError("of shape"),
    new DataError("of data"),
    new RangeError("too large"),
    new TypeError("of another kind"),
    Object.assign(new Error("special"), { name: "Special" }),
  ])("gives back %s", (error) => {
    const received = receiveError(structuredClone(sendError(error)));
    expect(received.constructor).toBe(error.constructor);
    expect({ ...received, name: received.name, message: received.message, stack: received.stack }).toEqual({
      ...error,
      name: error.name,
      message: error.message,
      stack: error.stack,
    });
  });

  it("makes an error of what was thrown and is none", () => {
    expect(receiveError(sendError("a text"))).toMatchObject({ name: "Error", message: "a text" });
  });
});
