import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Served, serve } from "../../bench/support/web-server.mjs";
import { kmeans } from "../../packages/latent/src/cluster/kmeans.ts";
import { pca } from "../../packages/latent/src/project/pca.ts";
import type { Rows } from "../../packages/latent/src/rows.ts";
import type { LatentWorker } from "../../packages/latent/src/worker-web.ts";
import { chromium, hasChromium } from "./support/chromium.ts";

declare global {
  var latent: { LatentWorker: typeof LatentWorker; cloud: typeof cloud };
}

/** Points without order, the same in Node and on the page, which gets the function's text. */
function cloud(rows: number, columns: number): Rows {
  const data = new Float32Array(rows * columns);
  for (let i = 0; i < data.length; i++) {
    let word = Math.imul(i + 1, 0x9e3779b1);
    word = Math.imul(word ^ (word >>> 15), 0x21f0aaad);
    data[i] = ((word ^ (word >>> 15)) >>> 8) / 2 ** 24;
  }
  return { data, shape: [rows, columns] };
}

const sources = join(import.meta.dirname, "../../packages/latent/src");
const folder = mkdtempSync(join(tmpdir(), "vaekit-latent-page-"));
let served: Served;

const script = `
  import { LatentWorker } from "./worker-web.ts";
  ${cloud}
  globalThis.latent = { LatentWorker, cloud };`;

beforeAll(async () => {
  // The page's bundle beside the worker's, as bundlers put them for new URL("./worker/main-web.js", import.meta.url).
  const common = {
    bundle: true,
    format: "esm",
    platform: "browser",
    target: "es2022",
    logLevel: "warning",
  } as const;
  await build({
    ...common,
    stdin: { contents: script, resolveDir: sources, loader: "js" },
    outfile: join(folder, "page.js"),
  });
  await build({
    ...common,
    entryPoints: [join(sources, "worker/main-web.ts")],
    outfile: join(folder, "worker/main-web.js"),
  });
  writeFileSync(join(folder, "index.html"), '<!doctype html><script type="module" src="/page.js"></script>');
  served = await serve({ "/": folder });
});
afterAll(async () => {
  await served?.close();
  rmSync(folder, { recursive: true, force: true });
});

describe.runIf(hasChromium)("LatentWorker in Chromium", () => {
  const browser = chromium();
  const open = (): Promise<Page> => browser.open(served.origin);

  it("has Node's numbers, from a Web Worker", async () => {
    const page = await open();
    let workers = 0;
    page.on("worker", () => {
      workers++;
    });
    const found = await page.evaluate(async () => {
      const worker = await latent.LatentWorker.start();
      const points = latent.cloud(2000, 5);
      const { labels, centers, inertia } = await worker.kmeans(points, { clusters: 6, restarts: 3, seed: 2 });
      const { explainedVariance } = await worker.pca(points);
      await worker.dispose();
      return {
        labels: Array.from(labels),
        centers: Array.from(centers.data),
        inertia,
        explainedVariance,
        length: points.data.length,
      };
    });
    expect(workers).toBe(1);
    const points = cloud(2000, 5);
    const expected = await kmeans(points, { clusters: 6, restarts: 3, seed: 2 });
    expect(found.labels).toEqual(Array.from(expected.labels));
    expect(found.centers).toBeAllClose(expected.centers.data, { rtol: 1e-6 });
    expect(found.inertia / expected.inertia).toBeCloseTo(1, 9);
    expect(found.explainedVariance).toBeAllClose(pca(points).explainedVariance, { rtol: 1e-9 });
    // The page's own copy is still there.
    expect(found.length).toBe(10_000);
  });

  it("leaves the page's event loop free, and tells how far it is", async () => {
    const page = await open();
    const { ticks, told } = await page.evaluate(async () => {
      const worker = await latent.LatentWorker.start();
      let ticks = 0;
      const timer = setInterval(() => ticks++, 1);
      // pca does not rest: on the page itself there would be no tick before it ended.
      await worker.pca(latent.cloud(20_000, 200));
      clearInterval(timer);
      const told: { stage: string; done: number; total: number }[] = [];
      await worker.kmeans(latent.cloud(20_000, 16), {
        clusters: 20,
        restarts: 3,
        onProgress: (progress) => told.push(progress),
      });
      await worker.dispose();
      return { ticks, told };
    });
    expect(ticks).toBeGreaterThan(3);
    expect(told.length).toBeGreaterThan(1);
    for (const { stage, done, total } of told) {
      expect(stage).toMatch(/./);
      expect(done).toBeLessThanOrEqual(total);
    }
  });

  it("ends a computation that is cancelled, and answers the next", async () => {
    const page = await open();
    const { name, same, code, variance } = await page.evaluate(async () => {
      const worker = await latent.LatentWorker.start();
      const control = new AbortController();
      const call = worker.kmeans(latent.cloud(20_000, 16), {
        clusters: 60,
        restarts: 1000,
        tolerance: 0,
        signal: control.signal,
        onProgress: () => control.abort(),
      });
      const reason: unknown = await call.catch((thrown: unknown) => thrown);
      // In minutes, were the first still being made.
      const next = await worker.pca(latent.cloud(100, 3));
      const refused: unknown = await worker.pca({} as never).catch((error: unknown) => error);
      await worker.dispose();
      return {
        name: (reason as Error).name,
        same: reason === control.signal.reason,
        code: (refused as { code: string }).code,
        variance: next.explainedVariance,
      };
    });
    expect({ name, same, code }).toEqual({ name: "AbortError", same: true, code: "SHAPE" });
    expect(variance).toBeAllClose(pca(cloud(100, 3)).explainedVariance, { rtol: 1e-9 });
  });

  it("says so when its script is not there", async () => {
    const page = await browser.open(served.origin, { expected: /404|none\.js/ });
    const message = await page.evaluate(async () => {
      const worker = () => new Worker("/none.js", { type: "module" });
      const failed: unknown = await latent.LatentWorker.start({ worker }).catch((error: unknown) => error);
      return `${(failed as Error).name}: ${(failed as Error).message}`;
    });
    expect(message).toMatch(
      /^WorkerError: a worker ended before it had started, since its script could not be loaded/,
    );
  });
});
