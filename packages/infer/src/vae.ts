import { loadGraph } from "./bundle/graph.js";
import { type GraphName, graphsOf, type Manifest, type PerGraph } from "./bundle/manifest.js";
import { openBundle } from "./bundle/open.js";
import { type BundleSource, readManifest } from "./bundle/source.js";
import { checkRows } from "./check.js";
import { type Conditions, conditionRows } from "./conditions.js";
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

/** What a conditional model is told beside x or z; for an unconditional one there is nothing to give. */
export interface Conditional {
  /** One for all rows, or one for each. */
  c?: Conditions;
}

/**
 * A trained VAE from a bundle, run by ONNX Runtime.
 *
 * Rows go in as an NdArray [batch, ...shape], or as a bare typed array that holds whole examples one
 * after another. Inputs are borrowed and never changed. Where the model is conditional (`manifest.condition`), each call
 * takes c, and throws UsageError for c that is missing, of another size, or a label that there is not.
 */
export class Vae {
  private disposed = false;

  private constructor(
    readonly manifest: Manifest,
    private readonly sessions: PerGraph<Session>,
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
      for (const name of graphsOf(manifest)) {
        loaded[name] = await loadGraph(bundle, manifest, name, runtime, { threads });
      }
    } catch (error) {
      await Promise.all(Object.values(loaded).map((session) => session.dispose()));
      throw error;
    }
    return new Vae(manifest, loaded as PerGraph<Session>, batchSize);
  }

  get latent(): number {
    return this.manifest.latent;
  }

  /** x [batch, ...shape] in the data's units (uint8 pixels) -> mu, logvar [batch, latent]. @throws ShapeError */
  async encode(x: Rows, { c }: Conditional = {}): Promise<Posterior> {
    const rows = this.examples("encode", x);
    const { mu, logvar } = await this.run("encoder", { x: rows, ...this.conditions("encode", c, rows) });
    return { mu: mu!, logvar: logvar! };
  }

  /** z [batch, latent] -> x_mean [batch, ...shape] and the likelihood's other parameters. @throws ShapeError */
  async decode(z: Rows, { c }: Conditional = {}): Promise<Decoded> {
    const codes = this.latents("decode", z);
    return (await this.run("decoder", { z: codes, ...this.conditions("decode", c, codes) })) as Decoded;
  }

  /**
   * Decode draws from the prior. z = temperature * eps, eps standard normal; where the prior is another, its graph makes
   * z of temperature * eps (and of uniform numbers, which choose a component or a code and have no temperature).
   * Row i depends on the seed, i and its c alone. Returns z [count, latent] beside the decoder's outputs.
   */
  async sample(
    count: number,
    options: { seed?: number; temperature?: number } & Conditional = {},
  ): Promise<Decoded & { z: NdArray }> {
    const stray = Object.keys(options).find((name) => !["seed", "temperature", "c"].includes(name));
    if (stray) throw new UsageError(`sample: there is no option "${stray}"; there are seed, temperature, c`);
    const { seed = 0, temperature = 1, c } = options;
    if (!(Number.isInteger(count) && count > 0)) {
      throw new UsageError(`sample: count must be a positive integer, got ${count}`);
    }
    if (!(temperature >= 0 && Number.isFinite(temperature))) {
      throw new UsageError(`sample: temperature must be a number of at least 0, got ${temperature}`);
    }
    const { name: prior, uniforms, graph } = this.manifest.prior;
    if (temperature !== 1 && prior === "codebook") {
      throw new UsageError(
        `sample: temperature scales normal noise, and this model's prior, a codebook, draws codes without any; got ${temperature}. Leave it out.`,
      );
    }
    const stream = new RandomStream(seed, "sample");
    const eps = new NdArray(stream.normal(new Float32Array(count * this.latent)), [count, this.latent]);
    if (temperature !== 1) for (let i = 0; i < eps.data.length; i++) eps.data[i] = eps.data[i]! * temperature;
    const conditions = this.conditions("sample", c, eps);
    let codes = eps;
    if (graph) {
      const uniform = stream.fork(1).uniform(new Float32Array(count * uniforms));
      const noise = { eps, uniform: new NdArray(uniform, [count, uniforms]) };
      codes = (await this.run("prior", noise)).z!;
    }
    return { ...((await this.run("decoder", { z: codes, ...conditions })) as Decoded), z: codes };
  }

  /** Encode, then decode the posterior mean, with the same c: x [batch, ...shape] -> x_mean [batch, ...shape]. */
  async reconstruct(x: Rows, { c }: Conditional = {}): Promise<NdArray> {
    return (await this.decode((await this.encode(x, { c })).mu, { c })).x_mean;
  }

  /**
   * Score rows under the model: one sample z = mu + exp(logvar / 2) * eps per row, from the seed; given c where the
   * model is conditional, so that log_px is ln p(x|z, c).
   * x [batch, ...shape] -> log_px, log_pz, log_qz, elbo [batch], nats.
   */
  async score(x: Rows, { seed = 0, c }: { seed?: number } & Conditional = {}): Promise<Scores> {
    const rows = this.examples("score", x);
    const conditions = this.conditions("score", c, rows);
    const { mu, logvar } = await this.run("encoder", { x: rows, ...conditions });
    const z = new RandomStream(seed, "noise").normal(new Float32Array(mu!.data.length));
    for (let i = 0; i < z.length; i++) z[i] = mu!.data[i]! + Math.exp(logvar!.data[i]! / 2) * z[i]!;
    const codes = new NdArray(z, mu!.shape);
    const decoded = await this.run("decoder", { z: codes, ...conditions });
    const inputs = { x: rows, z: codes, mu: mu!, logvar: logvar!, ...decoded };
    const { log_px, log_pz, log_qz } = await this.run("scorer", inputs);
    const elbo = log_px!.data.map((value, i) => value + log_pz!.data[i]! - log_qz!.data[i]!);
    return { log_px: log_px!, log_pz: log_pz!, log_qz: log_qz!, elbo: new NdArray(elbo, log_px!.shape) };
  }

  /** Free the native sessions; safe to call twice. Any later call throws DisposedError. */
  async dispose(): Promise<void> {
    if (this.disposed) return;
    this.disposed = true;
    await Promise.all(Object.values(this.sessions).map((session) => session.dispose()));
  }

  private examples(call: string, x: Rows): NdArray<TypedArray> {
    const { shape, dtype } = this.manifest.data;
    return checkRows(`${call}: x`, x, { shape, dtype, axes: "height, width, channels" });
  }

  private latents(call: string, z: Rows): NdArray<TypedArray> {
    return checkRows(`${call}: z`, z, { shape: [this.latent], dtype: "float32", axes: "latent" });
  }

  private conditions(
    call: string,
    c: Conditions | undefined,
    { length }: NdArray<TypedArray>,
  ): { c?: NdArray } {
    const rows = conditionRows(call, this.manifest.condition, c, length);
    return rows ? { c: rows } : {};
  }

  /** Run one graph in batches; a graph takes those of the inputs that it names. */
  private async run(
    name: GraphName,
    inputs: Record<string, NdArray<TypedArray>>,
  ): Promise<Record<string, NdArray>> {
    if (this.disposed) throw new DisposedError("this Vae was disposed; load the bundle again");
    const session = this.sessions[name]!;
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
