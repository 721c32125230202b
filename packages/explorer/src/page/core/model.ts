import { tinyRuntime } from "@vaekit/infer/tiny";
import { type BaseVae, type Manifest, NdArray, Vae } from "@vaekit/infer/web";
import type { SiteManifest } from "../../site/manifest.js";
import { normals } from "./random.js";
import { bundleOf } from "./site.js";

/** Numbers of codes or pictures, one row after another. */
export interface Posterior {
  mu: Float32Array;
  logvar: Float32Array;
}

/** The deployed model. Rows are in flat arrays; a condition is one row that holds for all, or null. */
export interface Model {
  readonly manifest: Manifest;
  readonly latent: number;
  /** Height, width, channels. */
  readonly shape: readonly [height: number, width: number, channels: number];
  /** What runs the graphs: "tiny", "web" or "webgpu". */
  readonly runtime: string;
  readonly threads: number;
  /** z [rows, latent] -> pixels [rows, height, width, channels], 0 to 255 */
  decode(z: Float32Array, condition: Float32Array | null): Promise<Uint8Array>;
  /** The same for many rows: in pieces that leave the page time to answer, each told of as it is there. */
  decodeMany(
    z: Float32Array,
    condition: Float32Array | null,
    onRows: (first: number, pixels: Uint8Array) => void,
    signal?: AbortSignal,
  ): Promise<void>;
  /** Draws from the prior: z [count, latent] */
  sample(
    count: number,
    seed: number,
    temperature: number,
    condition: Float32Array | null,
  ): Promise<Float32Array>;
  /** pixels [rows, height, width, channels] -> mu, logvar [rows, latent]. Loads the encoder at the first call. @throws Error without encoder */
  encode(pixels: Uint8Array, condition: Float32Array | null): Promise<Posterior>;
}

/** Milliseconds that a piece of decodeMany takes at most, about. */
const piece = 12;

/**
 * Load the decoder (and the prior, where it has a graph).
 * @throws Error when a file is missing or damaged, or the browser cannot run the model
 */
export async function loadModel(
  site: SiteManifest,
  onProgress: (loaded: number, total: number) => void,
): Promise<Model> {
  const { prior } = site.model;
  const threads = threadsOf(site);
  const load = await loader(site, threads);
  const decoder = await load(prior ? ["decoder", "prior"] : ["decoder"], onProgress);
  const { manifest } = decoder.vae;
  const { latent, data, condition: kind } = manifest;
  const size = data.shape.reduce((a, b) => a * b, 1);
  let encoder: ReturnType<typeof load> | null = null;
  let rowsAtOnce = 1;

  // As a table of one row: ten numbers alone could be ten rows' labels.
  const given = (condition: Float32Array | null) =>
    kind && condition ? { c: new NdArray(condition, [1, condition.length]) } : {};
  const decode: Model["decode"] = async (z, condition) => {
    const { x_mean } = await decoder.vae.decode(
      new NdArray(z, [z.length / latent, latent]),
      given(condition),
    );
    return x_mean.toUint8().data;
  };
  return {
    manifest,
    latent,
    shape: data.shape,
    runtime: decoder.runtime,
    threads,
    decode,
    async decodeMany(z, condition, onRows, signal) {
      const rows = z.length / latent;
      for (let first = 0; first < rows; ) {
        signal?.throwIfAborted();
        const began = performance.now();
        const count = Math.min(rowsAtOnce, rows - first);
        const pixels = await decode(z.subarray(first * latent, (first + count) * latent), condition);
        signal?.throwIfAborted();
        onRows(first, pixels);
        first += count;
        const each = (performance.now() - began) / count;
        // Powers of two: each number of rows has buffers of its own.
        rowsAtOnce = 2 ** Math.max(0, Math.min(6, Math.floor(Math.log2(piece / Math.max(each, 0.01)))));
        await new Promise((resolve) => setTimeout(resolve));
      }
    },
    async sample(count, seed, temperature, condition) {
      if (!manifest.prior.graph) {
        // As Vae.sample draws it, without a decode of all at once, which would hold up the page.
        const eps = normals(count * latent, seed);
        return temperature === 1 ? eps : eps.map((value) => value * temperature);
      }
      const warm = manifest.prior.name === "codebook" ? {} : { temperature };
      const { z } = await decoder.vae.sample(count, { seed, ...warm, ...given(condition) });
      return z.data;
    },
    async encode(pixels, condition) {
      if (!site.model.encoder) throw new Error("this site was deployed without its encoder");
      encoder ??= load(["encoder"], () => {});
      const { vae } = await encoder.catch((error) => {
        encoder = null;
        throw error;
      });
      const rows = new NdArray(pixels, [pixels.length / size, ...data.shape]);
      const { mu, logvar } = await vae.encode(rows, given(condition));
      return { mu: mu.data, logvar: logvar.data };
    },
  };
}

/** WebAssembly has threads in isolated pages alone, and only large models gain by them. */
function threadsOf({ model, files }: SiteManifest): number {
  const bytes = files[`${model.path}/decoder.onnx`]?.bytes ?? 0;
  if (model.runtime === "tiny" || !globalThis.crossOriginIsolated || bytes < 4 * 2 ** 20) return 1;
  return Math.min(4, navigator.hardwareConcurrency || 1);
}

type Graph = "encoder" | "decoder" | "prior";
type Loaded = { vae: BaseVae; runtime: string };

async function loader(site: SiteManifest, threads: number) {
  const { runtime, wasm } = site.model;
  const webgpu = runtime === "webgpu" && (await hasAdapter());
  return async (graphs: Graph[], onProgress: (loaded: number, total: number) => void): Promise<Loaded> => {
    const arrived = new Map<string, number>();
    const total = graphs.reduce(
      (sum, name) => sum + (site.files[`${site.model.path}/${name}.onnx`]?.bytes ?? 0),
      0,
    );
    const options = {
      graphs,
      onProgress: ({ file, loaded }: { file: string; loaded: number }) => {
        arrived.set(file, loaded);
        onProgress(loaded, total);
      },
    };
    const source = bundleOf(site);
    if (runtime === "tiny") {
      return { vae: await Vae.load(source, { ...options, runtime: tinyRuntime }), runtime: "tiny" };
    }
    const paths = { wasmPaths: { wasm: new URL(wasm!, document.baseURI).href }, threads };
    if (runtime === "wasm") return { vae: await Vae.load(source, { ...options, ...paths }), runtime: "web" };
    const { Vae: Both } = await import("@vaekit/infer/web/webgpu");
    const device = webgpu ? "webgpu" : "wasm";
    return {
      vae: await Both.load(source, { ...options, ...paths, device }),
      runtime: webgpu ? "webgpu" : "web",
    };
  };
}

async function hasAdapter(): Promise<boolean> {
  const { gpu } = navigator as Navigator & { gpu?: { requestAdapter(): Promise<unknown> } };
  return Boolean(await gpu?.requestAdapter().catch(() => null));
}
