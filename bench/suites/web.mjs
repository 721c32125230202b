import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { exportBundle } from "@vaekit/export";
import { conv, images, mlp, Vae } from "@vaekit/train";
import { build } from "esbuild";
import { root } from "../support/processes.mjs";
import { median, printTable, target } from "../support/table.mjs";
import { findChromium, launchChromium } from "../support/web-chromium.mjs";
import { serve } from "../support/web-server.mjs";

const batches = [1, 16];
const budget = { warmup: 1500, measure: 1500 };
const rounds = 3;
const visits = 5;
const models = {
  "MLP 32-256-512-784": (shape) => mlp({ shape, latent: 32, hidden: [512, 256] }),
  "conv 32-3136-64-32-1": (shape) => conv({ shape, latent: 32 }),
};
const ways = [
  { label: "wasm, 1 thread", way: "wasm", threads: 1 },
  { label: "wasm, 2 threads", way: "wasm", threads: 2 },
  { label: "tiny", way: "tiny", threads: 1 },
];

/** Decoders in one headless Chromium: WebAssembly with and without threads, our own runtime, and a page's first picture. */
export async function run() {
  if (!findChromium()) {
    console.log("No Chromium here and nothing was measured: install it, or set CHROMIUM_PATH.");
    return true;
  }
  const folder = mkdtempSync(join(tmpdir(), "vaekit-bench-web-"));
  const browser = await launchChromium();
  let served;
  try {
    const sources = await exportModels(folder);
    await buildPage(folder);
    served = await serve({ "/": folder }, { isolated: true });
    const times = await compareDecoders(browser, served, sources);
    await compareFirst(browser, served, sources);
    console.log();
    const of = (label) => times["MLP 32-256-512-784"][label][1];
    return [
      target("MLP, batch 1, wasm, median ms", of("wasm, 1 thread"), 1),
      target("MLP, batch 1, tiny / wasm", of("tiny") / of("wasm, 1 thread"), 1),
    ].every(Boolean);
  } finally {
    await browser.close();
    await served?.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Untrained: the weights' values change no time. -> paths on the server by name */
async function exportModels(folder) {
  const shape = [28, 28, 1];
  const data = images({
    name: "grey",
    shape,
    values: new Uint8Array(64 * 784).map((_, i) => (i * 37) % 256),
  });
  const sources = {};
  for (const [i, [name, model]] of Object.entries(models).entries()) {
    const vae = new Vae(model(shape), data, 7);
    await exportBundle(vae, join(folder, `model-${i}`));
    vae.dispose();
    sources[name] = `/model-${i}/`;
  }
  return sources;
}

async function buildPage(folder) {
  const source = (entry) => join(root, "packages/infer/src", `${entry}.ts`);
  await build({
    entryPoints: { page: join(root, "bench/support/web-page.mjs") },
    bundle: true,
    minify: true,
    format: "esm",
    splitting: true,
    platform: "browser",
    outdir: folder,
    alias: { "@vaekit/infer/web": source("web"), "@vaekit/infer/tiny": source("tiny") },
    logLevel: "warning",
  });
  const wasm = "ort-wasm-simd-threaded.wasm";
  copyFileSync(join(root, "node_modules/onnxruntime-web/dist", wasm), join(folder, wasm));
  writeFileSync(join(folder, "index.html"), '<!doctype html><script type="module" src="page.js"></script>');
}

/** A page for each measurement: onnxruntime takes its threads once. -> median ms by model, way and batch */
async function compareDecoders(browser, { origin }, sources) {
  const times = {};
  for (const [model, source] of Object.entries(sources)) {
    times[model] = {};
    const rows = [];
    const rounded = ways.map(() => []);
    for (let round = 0; round < rounds; round++) {
      for (const [i, { way, threads }] of ways.entries()) {
        rounded[i].push(
          await onPage(browser, origin, (page) =>
            page.evaluate(
              ([name, from, options]) => globalThis.decodeTimes(name, from, options),
              [way, source, { threads, batches, budget }],
            ),
          ),
        );
      }
    }
    for (const [i, { label }] of ways.entries()) {
      const of = (batch, key) => median(rounded[i].map((each) => each[batch][key]));
      times[model][label] = Object.fromEntries(batches.map((batch) => [batch, of(batch, "median")]));
      rows.push([
        label,
        ...batches.flatMap((batch) => [of(batch, "median").toFixed(3), of(batch, "p99").toFixed(3)]),
      ]);
    }
    console.log(`\ndecode, ${model}`);
    printTable(["", ...batches.flatMap((batch) => [`batch ${batch}, median ms`, "p99"])], rows);
  }
  return times;
}

/** Page load to first picture, nothing in any cache; the server is on this machine. */
async function compareFirst(browser, { origin }, sources) {
  const rows = [];
  for (const [model, source] of Object.entries(sources)) {
    for (const way of ["wasm", "tiny"]) {
      const times = [];
      for (let visit = 0; visit < visits; visit++) {
        times.push(
          await onPage(browser, origin, (page) =>
            page.evaluate(([name, from]) => globalThis.firstDecode(name, from), [way, source]),
          ),
        );
      }
      rows.push([model, way, median(times).toFixed(0)]);
    }
  }
  console.log("\npage load to first picture, from this machine, nothing cached");
  printTable(["model", "runtime", "ms"], rows);
}

async function onPage(browser, origin, work) {
  const context = await browser.newContext();
  try {
    const page = await context.newPage();
    await page.goto(origin);
    await page.waitForFunction(() => "firstDecode" in globalThis);
    return await work(page);
  } finally {
    await context.close();
  }
}
