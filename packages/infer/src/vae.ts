import type { GraphName, Manifest } from "./bundle/manifest.js";
import type { BundleSource } from "./bundle/source.js";
import { checkRows } from "./check.js";
import { type Conditions, conditionRows } from "./conditions.js";
import { DisposedError, UsageError } from "./errors.js";
import type { LoadedBundle } from "./load.js";
import { checkSteps, defaultSteps, type Path, pathBetween, paths, type Range, rangeValues } from "./moves.js";
import { concatRows, NdArray, sizeOf, type TypedArray } from "./nd-array.js";
import { type Neighbours, nearestRows } from "./nearest.js";
import { RandomStream } from "./random/stream.js";
import type { ReferenceCodes } from "./reference.js";
import { type Inputs, runRows } from "./run-rows.js";
import type { Runtime, Session } from "./runtime/types.js";
import { grouped, type Source } from "./stream.js";

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
 * takes c, and throws UsageError for c that is missing, of another size, or a label that there is not. A call whose graph
 * was left out when loading throws UsageError.
 */
export class BaseVae {
  readonly manifest: Manifest;
  /** Who runs the graphs. */
  readonly runtime: Runtime["name"];
  private readonly source: BundleSource;
  private readonly sessions: Partial<Record<GraphName, Session>>;
  private readonly batchSize: number;
  private disposed = false;
  private kept: Promise<ReferenceCodes> | null = null;

  protected constructor({ source, manifest, sessions, batchSize, runtime }: LoadedBundle) {
    this.source = source;
    this.manifest = manifest;
    this.sessions = sessions;
    this.batchSize = batchSize;
    this.runtime = runtime;
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
    checkNames("sample", options, ["seed", "temperature", "c"]);
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

  /**
   * Decode the way from a to b, both included: a, b [1, latent] -> the decoder's outputs for z [steps, latent], which is
   * among them. Default 16 steps on a straight line; "slerp" follows the arc, on which latents of many dimensions keep
   * the length that the prior gives them (White 2016).
   */
  async interpolate(
    a: Rows,
    b: Rows,
    options: { steps?: number; path?: Path } & Conditional = {},
  ): Promise<Decoded & { z: NdArray }> {
    checkNames("interpolate", options, ["steps", "path", "c"]);
    const { steps = defaultSteps, path = "linear", c } = options;
    checkSteps("interpolate", steps);
    if (!paths.includes(path)) {
      throw new UsageError(
        `interpolate: path must be one of ${paths.join(", ")}; got ${JSON.stringify(path)}`,
      );
    }
    const ends = [this.latents("interpolate: a", a), this.latents("interpolate: b", b)];
    const many = ends.find(({ length }) => length !== 1);
    if (many)
      throw new UsageError(`interpolate: a and b are one row each, got ${many.length}; take one by row(i)`);
    const [from, to] = ends.map(({ data }) => data as Float32Array);
    return this.decodeAlong(pathBetween(from!, to!, steps, path), c);
  }

  /**
   * Decode z with one dimension moved through a range, the others as they are. The range is values, or { from, to, steps };
   * default 16 steps over the mean of the data's codes +- 2 standard deviations, or +-2 where the bundle has no statistics.
   * z [1, latent]: default the mean of the data's codes, or zeros -> outputs for z [steps, latent], which is among them.
   */
  async traverse(
    dimension: number,
    range: Range = this.usualRange(dimension),
    options: { z?: Rows } & Conditional = {},
  ): Promise<Decoded & { z: NdArray }> {
    checkNames("traverse", options, ["z", "c"]);
    if (!(Number.isInteger(dimension) && dimension >= 0 && dimension < this.latent)) {
      throw new UsageError(`traverse: dimension must be from 0 to ${this.latent - 1}, got ${dimension}`);
    }
    const values = rangeValues(range);
    const base = options.z ? this.latents("traverse: z", options.z) : this.usualCode();
    if (base.length !== 1)
      throw new UsageError(`traverse: z is one row, got ${base.length}; take one by row(i)`);
    const z = new Float32Array(values.length * this.latent);
    values.forEach((value, i) => {
      z.set(base.data as Float32Array, i * this.latent);
      z[i * this.latent + dimension] = value;
    });
    return this.decodeAlong(new NdArray(z, [values.length, this.latent]), options.c);
  }

  /**
   * The rows of `among` [points, latent] that are nearest to each of codes [batch, latent], by an exact search; default
   * one each, among the codes of examples that the bundle keeps (`reference()`).
   * @throws BundleError where it keeps none
   */
  async nearest(codes: Rows, options: { count?: number; among?: Rows } = {}): Promise<Neighbours> {
    checkNames("nearest", options, ["count", "among"]);
    const { count = 1, among } = options;
    if (!(Number.isInteger(count) && count > 0)) {
      throw new UsageError(`nearest: count must be a positive integer, got ${count}`);
    }
    const rows = this.latents("nearest: codes", codes) as NdArray;
    const points = among ? (this.latents("nearest: among", among) as NdArray) : (await this.reference()).mu;
    return nearestRows(rows, points, count);
  }

  /** Codes of examples that the bundle keeps, read once. @throws BundleError where it keeps none */
  reference(): Promise<ReferenceCodes> {
    this.kept ??= import("./reference.js").then(({ readReference }) =>
      readReference(this.source, this.manifest),
    );
    return this.kept;
  }

  /**
   * Encode what comes, bit by bit, and yield the posterior of each item in its order. An item is rows, or { x, c } for a
   * conditional model. Items that are there are joined into batches; one batch and one item are held at a time.
   */
  async *encodeStream(
    items: Source<Rows | ({ x: Rows } & Conditional)>,
    { c }: Conditional = {},
  ): AsyncGenerator<Posterior> {
    const inputs = mapped(items, (item) => {
      const { x, c: own = c } = isRows(item) ? { x: item } : item;
      const rows = this.examples("encodeStream", x);
      return { x: rows, ...this.conditions("encodeStream", own, rows) };
    });
    for await (const { mu, logvar } of this.stream("encoder", inputs)) yield { mu: mu!, logvar: logvar! };
  }

  /** Decode what comes, as `encodeStream` encodes: an item is latents, or { z, c }. */
  async *decodeStream(
    items: Source<Rows | ({ z: Rows } & Conditional)>,
    { c }: Conditional = {},
  ): AsyncGenerator<Decoded> {
    const inputs = mapped(items, (item) => {
      const { z, c: own = c } = isRows(item) ? { z: item } : item;
      const codes = this.latents("decodeStream", z);
      return { z: codes, ...this.conditions("decodeStream", own, codes) };
    });
    for await (const outputs of this.stream("decoder", inputs)) yield outputs as Decoded;
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
    return checkRows(call.includes(":") ? call : `${call}: z`, z, {
      shape: [this.latent],
      dtype: "float32",
      axes: "latent",
    });
  }

  private conditions(
    call: string,
    c: Conditions | undefined,
    { length }: NdArray<TypedArray>,
  ): { c?: NdArray } {
    const rows = conditionRows(call, this.manifest.condition, c, length);
    return rows ? { c: rows } : {};
  }

  private async decodeAlong(z: NdArray, c: Conditions | undefined): Promise<Decoded & { z: NdArray }> {
    return { ...(await this.decode(z, { c })), z };
  }

  private usualCode(): NdArray {
    const mean = this.manifest.latentStatistics?.mean;
    return new NdArray(mean ? Float32Array.from(mean) : new Float32Array(this.latent), [1, this.latent]);
  }

  private usualRange(dimension: number): Range {
    const statistics = this.manifest.latentStatistics;
    const [mean, std] = [statistics?.mean[dimension] ?? 0, statistics?.std[dimension] ?? 1];
    return { from: mean - 2 * std, to: mean + 2 * std };
  }

  private async *stream(
    graph: GraphName,
    items: AsyncIterable<Inputs>,
  ): AsyncGenerator<Record<string, NdArray>> {
    const rowsOf = (inputs: Inputs) => Object.values(inputs)[0]!.length;
    for await (const group of grouped(items, rowsOf, this.batchSize)) {
      const names = Object.keys(group[0]!);
      const joined = names.map((name) => [name, concatRows(group.map((inputs) => inputs[name]!))] as const);
      const outputs = await this.run(graph, Object.fromEntries(joined));
      if (group.length === 1) {
        yield outputs;
        continue;
      }
      let start = 0;
      for (const inputs of group) {
        const end = start + rowsOf(inputs);
        // Copies: who keeps or transfers one item's outputs must not keep or take the whole batch's.
        yield Object.fromEntries(
          Object.entries(outputs).map(([name, all]) => [name, copyRows(all, start, end)]),
        );
        start = end;
      }
    }
  }

  private async run(name: GraphName, inputs: Inputs): Promise<Record<string, NdArray>> {
    if (this.disposed) throw new DisposedError("this Vae was disposed; load the bundle again");
    const session = this.sessions[name];
    if (!session) {
      throw new UsageError(
        `this call needs the ${name}, which was not loaded: graphs were [${Object.keys(this.sessions).join(", ")}]. ` +
          `Add "${name}" to Vae.load's graphs, or leave them out.`,
      );
    }
    for (const first in inputs) return runRows(session, inputs, inputs[first]!.length, this.batchSize);
    throw new UsageError(`the ${name} was given no inputs`);
  }
}

function isRows(item: unknown): item is Rows {
  return item instanceof NdArray || ArrayBuffer.isView(item);
}

async function* mapped<T, U>(items: Source<T>, map: (item: T) => U): AsyncGenerator<U> {
  for await (const item of items) yield map(item);
}

function copyRows({ data, shape }: NdArray, start: number, end: number): NdArray {
  const size = sizeOf(shape.slice(1));
  return new NdArray(data.slice(start * size, end * size), [end - start, ...shape.slice(1)]);
}

/** @throws UsageError for an option that there is not */
function checkNames(call: string, options: object, names: readonly string[]): void {
  const stray = Object.keys(options).find((name) => !names.includes(name));
  if (stray) throw new UsageError(`${call}: there is no option "${stray}"; there are ${names.join(", ")}`);
}
