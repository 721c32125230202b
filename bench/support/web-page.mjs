// What bench/suites/web.mjs asks of a page. Bundled from the sources by esbuild; every time is in milliseconds.
import { Vae as TinyVae } from "@vaekit/infer/tiny";
import { Vae } from "@vaekit/infer/web";

const loads = {
  wasm: (source, options) => Vae.load(source, options),
  tiny: (source) => TinyVae.load(source),
};

/** Zeros would be the best case of some kernels. */
function latents(rows, latent) {
  return Float32Array.from({ length: rows * latent }, (_, i) => Math.sin(i + 1));
}

async function timed(work, budget) {
  for (const end = performance.now() + budget.warmup; performance.now() < end; ) await work();
  const times = [];
  for (const end = performance.now() + budget.measure; performance.now() < end; ) {
    const start = performance.now();
    await work();
    times.push(performance.now() - start);
  }
  times.sort((a, b) => a - b);
  return { median: times[Math.floor(times.length / 2)], p99: times[Math.floor(times.length * 0.99)] };
}

/** Decode batches of each size again and again: { [rows]: { median, p99 } } */
globalThis.decodeTimes = async (way, source, { threads, batches, budget }) => {
  const vae = await loads[way](source, { graphs: ["decoder"], threads, cache: false });
  const times = {};
  for (const rows of batches) {
    const z = latents(rows, vae.latent);
    times[rows] = await timed(() => vae.decode(z), budget);
  }
  await vae.dispose();
  return times;
};

/** From the start of the page, its scripts included, to the first picture. */
globalThis.firstDecode = async (way, source) => {
  const vae = await loads[way](source, { graphs: ["decoder"], cache: false });
  await vae.decode(latents(1, vae.latent));
  return performance.now();
};
