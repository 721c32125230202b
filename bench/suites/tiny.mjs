import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { exportBundle } from "@vaekit/export";
import { conv, mlp, Vae } from "@vaekit/train";
import { build } from "esbuild";
import * as ort from "onnxruntime-web/wasm";
import { root } from "../support/processes.mjs";
import { median, printTable, target } from "../support/table.mjs";

const [rounds, msPerRound] = [9, 250];
const data = { kind: "image", name: "none", shape: [28, 28, 1], dtype: "uint8", range: [0, 255] };
const configs = {
  mlp: mlp({ shape: data.shape, hidden: [512, 256], latent: 32 }),
  conv: conv({ shape: data.shape, latent: 2 }),
};

/**
 * Decoders of the MLP 32-256-512-784 and of Keras's convolutional example, at batches of 1 and 16: the tiny runtime with
 * WebAssembly SIMD, in plain JavaScript, and onnxruntime-web's wasm on one thread, in turns in one process.
 */
export async function run() {
  const folder = mkdtempSync(join(tmpdir(), "vaekit-bench-"));
  try {
    const { plainProducts, simdProducts, makeTinyRuntime } = await tinyModule(folder);
    ort.env.wasm.numThreads = 1;
    const sides = {
      "tiny, SIMD": tinySide(makeTinyRuntime(simdProducts)),
      "tiny, plain": tinySide(makeTinyRuntime(() => plainProducts)),
      "onnxruntime-web, wasm": ortSide,
    };
    const times = Object.fromEntries(Object.keys(sides).map((side) => [side, {}]));
    for (const [name, config] of Object.entries(configs)) {
      const vae = new Vae(config, data, 7);
      await exportBundle(vae, join(folder, name));
      vae.dispose();
      const file = new Uint8Array(readFileSync(join(folder, name, "decoder.onnx")));
      for (const batch of [1, 16]) await measure(sides, times, `${name} ${batch}`, file, batch);
    }
    const cells = Object.keys(times["tiny, SIMD"]);
    printTable(
      ["ms, median", ...cells],
      Object.entries(times).map(([side, row]) => [side, ...cells.map((cell) => row[cell].toFixed(3))]),
    );
    const ratio = (cell) => times["tiny, SIMD"][cell] / times["onnxruntime-web, wasm"][cell];
    return ["mlp 1", "conv 1"]
      .map((cell) => target(`${cell}: tiny / onnxruntime-web`, ratio(cell), 0.999))
      .every(Boolean);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** From the sources, since the package's entry point chooses the way to multiply itself. */
async function tinyModule(folder) {
  const outfile = join(folder, "tiny.mjs");
  const contents = ["runtime", "products-simd", "products-plain"]
    .map((file) => `export * from "./packages/infer/src/tiny/${file}.ts";`)
    .join("\n");
  await build({ stdin: { contents, resolveDir: root }, bundle: true, format: "esm", minify: true, outfile });
  return import(pathToFileURL(outfile).href);
}

const tinySide = (runtime) => async (file, latents, shape) => {
  const session = await runtime.createSession(file);
  return () => session.run({ z: { dtype: "float32", data: latents, shape } });
};

async function ortSide(file, latents, shape) {
  const session = await ort.InferenceSession.create(file, { executionProviders: ["wasm"] });
  return () => session.run({ z: new ort.Tensor("float32", latents, shape) });
}

async function measure(sides, times, cell, file, batch) {
  const latent = cell.startsWith("mlp") ? 32 : 2;
  const latents = Float32Array.from({ length: batch * latent }, (_, i) => Math.sin(i * 7.3));
  const calls = {};
  for (const [side, open] of Object.entries(sides)) {
    calls[side] = await open(file, latents, [batch, latent]);
  }
  const medians = Object.fromEntries(Object.keys(sides).map((side) => [side, []]));
  for (let round = 0; round < rounds; round++) {
    for (const [side, call] of Object.entries(calls)) {
      const taken = [];
      for (const end = performance.now() + msPerRound; performance.now() < end; ) {
        const start = performance.now();
        await call();
        taken.push(performance.now() - start);
      }
      medians[side].push(median(taken));
    }
  }
  for (const side of Object.keys(sides)) times[side][cell] = median(medians[side]);
}
