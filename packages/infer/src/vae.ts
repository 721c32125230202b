import type { GraphName } from "./bundle/names.js";
import { ownRows } from "./check.js";
import { BaseDecoder, type Conditional, checkNames, type Decoded, type Rows } from "./decoder.js";
import { UsageError } from "./errors.js";
import { concatRows, NdArray, sizeOf, type TypedArray } from "./nd-array.js";
import { type Neighbours, nearestRows } from "./nearest.js";
import { NoiseStream } from "./random/noise-stream.js";
import type { ReferenceCodes } from "./reference.js";
import type { Inputs } from "./run-rows.js";
import { abandonable, grouped, type Source } from "./stream.js";

export type { Conditional, Decoded, Rows } from "./decoder.js";

/** Parameters of q(z|x), each [batch, latent]; logvar is ln sigma^2. */
export interface Posterior {
  mu: NdArray;
  logvar: NdArray;
}

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

/**
 * A trained VAE from a bundle, run by ONNX Runtime.
 *
 * Rows go in as an NdArray [batch, ...shape], or as a bare typed array that holds whole examples one
 * after another. Inputs are borrowed and never changed. Where the model is conditional (`manifest.condition`), each call
 * takes c, and throws UsageError for c that is missing, of another size, or a label that there is not. A call whose graph
 * was left out when loading throws UsageError.
 */
export class BaseVae extends BaseDecoder {
  private kept: Promise<ReferenceCodes> | null = null;

  /** x [batch, ...shape] in the data's units (uint8 pixels) -> mu, logvar [batch, latent]. @throws ShapeError */
  async encode(x: Rows, options: Conditional = {}): Promise<Posterior> {
    checkNames("encode", options, ["c"]);
    const { c } = options;
    const rows = this.examples("encode", x);
    const { mu, logvar } = await this.run("encoder", { x: rows, ...this.conditions("encode", c, rows) });
    return { mu: mu!, logvar: logvar! };
  }

  /** Encode, then decode the posterior mean, with the same c: x [batch, ...shape] -> x_mean [batch, ...shape]. */
  async reconstruct(x: Rows, options: Conditional = {}): Promise<NdArray> {
    checkNames("reconstruct", options, ["c"]);
    const { c } = options;
    return (await this.decode((await this.encode(x, { c })).mu, { c })).x_mean;
  }

  /**
   * Score rows under the model: one sample z = mu + exp(logvar / 2) * eps per row, from the seed; given c where the
   * model is conditional, so that log_px is ln p(x|z, c).
   * x [batch, ...shape] -> log_px, log_pz, log_qz, elbo [batch], nats.
   */
  async score(x: Rows, options: { seed?: number } & Conditional = {}): Promise<Scores> {
    checkNames("score", options, ["seed", "c"]);
    const { seed = 0, c } = options;
    const rows = this.examples("score", x);
    const conditions = this.conditions("score", c, rows);
    const { mu, logvar } = await this.run("encoder", { x: rows, ...conditions });
    const z = new NoiseStream(seed, "noise").normal(new Float32Array(mu!.data.length));
    for (let i = 0; i < z.length; i++) z[i] = mu!.data[i]! + Math.exp(logvar!.data[i]! / 2) * z[i]!;
    const codes = new NdArray(z, mu!.shape);
    const decoded = await this.run("decoder", { z: codes, ...conditions });
    const inputs = { x: rows, z: codes, mu: mu!, logvar: logvar!, ...decoded };
    const { log_px, log_pz, log_qz } = await this.run("scorer", inputs);
    const elbo = log_px!.data.map((value, i) => value + log_pz!.data[i]! - log_qz!.data[i]!);
    return { log_px: log_px!, log_pz: log_pz!, log_qz: log_qz!, elbo: new NdArray(elbo, log_px!.shape) };
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
    this.checkAlive();
    const points = among
      ? (this.latents("nearest: among", among) as NdArray)
      : (await this.readReference()).mu;
    return nearestRows(rows, points, count);
  }

  /** Codes of examples that the bundle keeps: the caller's, to be changed at will. @throws BundleError where it keeps none */
  async reference(): Promise<ReferenceCodes> {
    const { copyReference } = await import("./reference.js");
    return copyReference(await this.readReference());
  }

  /** Read once; again where that failed. */
  private async readReference(): Promise<ReferenceCodes> {
    this.checkAlive();
    const { readReference } = await import("./reference.js");
    this.kept ??= readReference(this.source, this.manifest);
    try {
      return await this.kept;
    } catch (error) {
      this.kept = null;
      throw error;
    }
  }

  /**
   * Encode what comes, bit by bit, and yield the posterior of each item in its order. An item is rows, or { x, c } for a
   * conditional model. Items that are there are joined into batches; one batch and one item are held at a time.
   */
  encodeStream(
    items: Source<Rows | ({ x: Rows } & Conditional)>,
    options: Conditional = {},
  ): AsyncGenerator<Posterior> {
    checkNames("encodeStream", options, ["c"]);
    const { c } = options;
    const inputs = mapped("encodeStream", items, (item) => {
      const { x, c: own = c } = isRows(item) ? { x: item } : item;
      const rows = this.examples("encodeStream", x);
      return { x: rows, ...this.conditions("encodeStream", own, rows) };
    });
    return abandonable(this.stream("encoder", inputs)) as AsyncGenerator<Record<string, NdArray> & Posterior>;
  }

  /** Decode what comes, as `encodeStream` encodes: an item is latents, or { z, c }. */
  decodeStream(
    items: Source<Rows | ({ z: Rows } & Conditional)>,
    options: Conditional = {},
  ): AsyncGenerator<Decoded> {
    checkNames("decodeStream", options, ["c"]);
    const { c } = options;
    const inputs = mapped("decodeStream", items, (item) => {
      const { z, c: own = c } = isRows(item) ? { z: item } : item;
      const codes = this.latents("decodeStream", z);
      return { z: codes, ...this.conditions("decodeStream", own, codes) };
    });
    return abandonable(this.stream("decoder", inputs)) as AsyncGenerator<Decoded>;
  }

  private examples(call: string, x: Rows): NdArray<TypedArray> {
    const { shape, dtype } = this.manifest.data;
    return ownRows(`${call}: x`, x, { shape, dtype, axes: "height, width, channels", cure: pixelsCure });
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
}

const pixelsCure = "Give pixels 0 to 255 in a Uint8Array; readImages makes them of files.";

function isRows(item: unknown): item is Rows {
  return item instanceof NdArray || ArrayBuffer.isView(item);
}

/** @throws UsageError for what cannot be iterated, and for an item that is nothing */
async function* mapped<T, U>(call: string, items: Source<T>, map: (item: T) => U): AsyncGenerator<U> {
  if (Object(items) !== items || !(Symbol.asyncIterator in items || Symbol.iterator in items)) {
    throw new UsageError(
      `${call}: give something that can be iterated, such as an array of rows; got ${items}`,
    );
  }
  for await (const item of items) {
    if (Object(item) !== item) throw new UsageError(`${call}: an item must be rows, got ${item}`);
    yield map(item);
  }
}

function copyRows({ data, shape }: NdArray, start: number, end: number): NdArray {
  const size = sizeOf(shape.slice(1));
  return new NdArray(data.slice(start * size, end * size), [end - start, ...shape.slice(1)]);
}
