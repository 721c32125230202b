import { loadGraph } from "./bundle/graph.js";
import { type GraphName, graphNames, type Manifest } from "./bundle/manifest.js";
import { openBundle } from "./bundle/open.js";
import { type BundleSource, readManifest } from "./bundle/source.js";
import { checkRows } from "./check.js";
import { DisposedError, UsageError } from "./errors.js";
import { concatRows, NdArray, type TypedArray } from "./nd-array.js";
import { RandomStream } from "./random/stream.js";
import { loadRuntime } from "./runtime/index.js";
import type { Feeds, Runtime, RuntimeTensor, Session } from "./runtime/types.js";

export interface LoadOptions {
  /** Threads inside one operator. Default 1: fastest for small models. */
  threads?: number;
  /** Most rows given to the model at once; larger inputs run in pieces. Default 256. */
  batchSize?: number;
  /** Who runs the graphs. Default: onnxruntime-node in Node, onnxruntime-web elsewhere. */
  runtime?: Runtime;
}

/** Each is a real thread with a stack of its own, however few cores there are. */
export const mostThreads = 256;

/** Parameters of q(z|x), each [batch, latent]; logvar is ln sigma^2. */
export interface Posterior {
  mu: NdArray;
  logvar: NdArray;
}

/** What a decoder returns: x_mean [batch, ...shape] in the data's units, and the likelihood's other parameters. */
export type Decoded = { x_mean: NdArray } & Record<string, NdArray>;

/** Per row [batch], in nats. */
export interface Scores {
  /** ln p(x|z) at a sampled z */
  log_px: NdArray;
  /** ln p(z) */
  log_pz: NdArray;
  /** ln q(z|x) */
  log_qz: NdArray;
  /** log_px + log_pz - log_qz: one-sample estimate of the evidence lower bound (Kingma & Welling 2013) */
  elbo: NdArray;
}

export type Rows = NdArray<TypedArray> | Uint8Array | Float32Array;

/**
 * A trained VAE from a bundle, run by ONNX Runtime.
 *
 * Rows go in as an NdArray [batch, ...shape], or as a bare typed array that holds whole examples one
 * after another. Inputs are borrowed and never changed.
 */
export class Vae {
  private disposed = false;

  private constructor(
    readonly manifest: Manifest,
    private readonly sessions: Record<GraphName, Session>,
    private readonly batchSize: number,
  ) {}

  /**
   * Load a bundle; every file is checked against the manifest's sha256.
   * @throws BundleError when the bundle is missing, damaged or from a later version
   */
  static async load(source: string | BundleSource, options: LoadOptions = {}): Promise<Vae> {
    const { threads = 1, batchSize = 256, runtime = await loadRuntime() } = options;
    if (!(Number.isInteger(batchSize) && batchSize > 0)) {
      throw new UsageError(`Vae.load: batchSize must be a positive integer, got ${batchSize}`);
    }
    if (!(Number.isInteger(threads) && threads > 0 && threads <= mostThreads)) {
      throw new UsageError(`Vae.load: threads must be an integer from 1 to ${mostThreads}, got ${threads}`);
    }
    const bundle = await openBundle(source);
    const manifest = await readManifest(bundle);
    const loaded: Partial<Record<GraphName, Session>> = {};
    try {
      for (const name of graphNames) {
        loaded[name] = await loadGraph(bundle, manifest, name, runtime, { threads });
      }
    } catch (error) {
      await Promise.all(Object.values(loaded).map((session) => session.dispose()));
      throw error;
    }
    return new Vae(manifest, loaded as Record<GraphName, Session>, batchSize);
  }

  get latent(): number {
    return this.manifest.latent;
  }

  /** x [batch, ...shape] in the data's units (uint8 pixels) -> mu, logvar [batch, latent]. @throws ShapeError */
  async encode(x: Rows): Promise<Posterior> {
    const { mu, logvar } = await this.run("encoder", { x: this.examples("encode", x) });
    return { mu: mu!, logvar: logvar! };
  }

  /** z [batch, latent] -> x_mean [batch, ...shape] and the likelihood's other parameters. @throws ShapeError */
  async decode(z: Rows): Promise<Decoded> {
    return (await this.run("decoder", { z: this.latents("decode", z) })) as Decoded;
  }

  /**
   * Decode draws from the prior: z = temperature * eps, eps standard normal.
   * Row i depends on the seed and i alone. Returns z [count, latent] beside the decoder's outputs.
   */
  async sample(
    count: number,
    { seed = 0, temperature = 1 }: { seed?: number; temperature?: number } = {},
  ): Promise<Decoded & { z: NdArray }> {
    if (!(Number.isInteger(count) && count > 0)) {
      throw new UsageError(`sample: count must be a positive integer, got ${count}`);
    }
    if (!(temperature >= 0 && Number.isFinite(temperature))) {
      throw new UsageError(`sample: temperature must be a number of at least 0, got ${temperature}`);
    }
    const z = new RandomStream(seed, "sample").normal(new Float32Array(count * this.latent));
    if (temperature !== 1) for (let i = 0; i < z.length; i++) z[i] = z[i]! * temperature;
    const codes = new NdArray(z, [count, this.latent]);
    return { ...(await this.decode(codes)), z: codes };
  }

  /** Encode, then decode the posterior mean: x [batch, ...shape] -> x_mean [batch, ...shape]. */
  async reconstruct(x: Rows): Promise<NdArray> {
    return (await this.decode((await this.encode(x)).mu)).x_mean;
  }

  /**
   * Score rows under the model: one sample z = mu + exp(logvar / 2) * eps per row, from the seed.
   * x [batch, ...shape] -> log_px, log_pz, log_qz, elbo [batch], nats.
   */
  async score(x: Rows, { seed = 0 }: { seed?: number } = {}): Promise<Scores> {
    const rows = this.examples("score", x);
    const { mu, logvar } = await this.run("encoder", { x: rows });
    const z = new RandomStream(seed, "noise").normal(new Float32Array(mu!.data.length));
    for (let i = 0; i < z.length; i++) z[i] = mu!.data[i]! + Math.exp(logvar!.data[i]! / 2) * z[i]!;
    const codes = new NdArray(z, mu!.shape);
    const decoded = await this.run("decoder", { z: codes });
    const inputs = { x: rows, z: codes, mu: mu!, logvar: logvar!, ...decoded };
    const { log_px, log_pz, log_qz } = await this.run("scorer", inputs);
    const elbo = log_px!.data.map((value, i) => value + log_pz!.data[i]! - log_qz!.data[i]!);
    return { log_px: log_px!, log_pz: log_pz!, log_qz: log_qz!, elbo: new NdArray(elbo, log_px!.shape) };
  }

  /** Free the native sessions; safe to call twice. Any later call throws DisposedError. */
  async dispose(): Promise<void> {
    if (this.disposed) return;
    this.disposed = true;
    await Promise.all(graphNames.map((name) => this.sessions[name].dispose()));
  }

  private examples(call: string, x: Rows): NdArray<TypedArray> {
    const { shape, dtype } = this.manifest.data;
    return checkRows(`${call}: x`, x, { shape, dtype, axes: "height, width, channels" });
  }

  private latents(call: string, z: Rows): NdArray<TypedArray> {
    return checkRows(`${call}: z`, z, { shape: [this.latent], dtype: "float32", axes: "latent" });
  }

  /** Run one graph in batches; a graph takes those of the inputs that it names. */
  private async run(
    name: GraphName,
    inputs: Record<string, NdArray<TypedArray>>,
  ): Promise<Record<string, NdArray>> {
    if (this.disposed) throw new DisposedError("this Vae was disposed; load the bundle again");
    const session = this.sessions[name];
    const rows = Object.values(inputs)[0]!.length;
    const parts: Record<string, NdArray[]> = {};
    for (let start = 0; start < rows; start += this.batchSize) {
      const end = Math.min(rows, start + this.batchSize);
      const feeds: Record<string, RuntimeTensor> = {};
      for (const { name: input, dtype } of session.inputs) {
        const { data, shape } = inputs[input]!.rows(start, end);
        feeds[input] = { dtype, data, shape };
      }
      const outputs = await session.run(feeds as Feeds);
      for (const output in outputs) {
        const { data, shape } = outputs[output]!;
        parts[output] ??= [];
        parts[output].push(new NdArray(data as Float32Array, shape));
      }
    }
    return Object.fromEntries(Object.entries(parts).map(([output, arrays]) => [output, concatRows(arrays)]));
  }
}
