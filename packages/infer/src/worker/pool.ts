import type { Manifest } from "../bundle/manifest.js";
import { checkRows } from "../check.js";
import { type Conditions, conditionRows } from "../conditions.js";
import { checkNames } from "../decoder.js";
import { UsageError } from "../errors.js";
import { NdArray, sizeOf } from "../nd-array.js";
import type { ReferenceCodes } from "../reference.js";
import type { Runtime } from "../runtime/types.js";
import type { Source } from "../stream.js";
import type { Conditional, Decoded, Posterior, Rows, Scores } from "../vae.js";
import type { CallArguments, CallName, CallResult, VaeApi } from "../vae-api.js";
import type { Crew } from "./crew.js";
import type { LoadedPool } from "./load-pool.js";
import { checkNotTaken, type Parcel, pack, take } from "./parcel.js";
import { type Given, streamed } from "./streamed.js";

export interface Giveable {
  /**
   * Give the rows' memory to the worker in place of a copy: the array that was passed is empty as soon as the call has
   * begun. What is part of a larger buffer, or of memory that its owner keeps, is copied all the same. Default false.
   */
  transfer?: boolean;
}

type Named = Record<string, NdArray>;
type Splittable = "encode" | "decode" | "reconstruct";
/** The calls that rows can be given away to. */
type OfRows = Splittable | "score";

/**
 * A bundle that is run by workers: the calls of Vae, with its results, while the calling thread stays free.
 *
 * A call goes to the worker that is least busy; encode, decode and reconstruct share more than `batchSize` rows among
 * all of them. Inputs are copied when the call is made, and may be changed afterwards, unless `transfer` gives them away;
 * those in shared memory are read where they are, and must stay as they are until the call settles. A worker that ends rejects what it held with a WorkerError and is
 * replaced; its stand-in too, once that has answered a call. In Node, the process does not wait for an idle pool; before
 * process.exit() call `dispose`, since onnxruntime-node (taken where koffi is not installed) aborts when it is cut off.
 */
export class BasePool implements VaeApi {
  readonly manifest: Manifest;
  readonly runtime: Runtime["name"];
  /** How many were started. */
  readonly workers: number;
  private readonly crew: Crew;
  private readonly batchSize: number;
  private kept: Promise<ReferenceCodes> | null = null;

  protected constructor({ crew, manifest, runtime, workers, batchSize }: LoadedPool) {
    this.crew = crew;
    this.manifest = manifest;
    this.runtime = runtime;
    this.workers = workers;
    this.batchSize = batchSize;
  }

  get latent(): number {
    return this.manifest.latent;
  }

  /** x [batch, ...shape] -> mu, logvar [batch, latent], as Vae's. @throws ShapeError */
  async encode(x: Rows, options: Conditional & Giveable = {}): Promise<Posterior> {
    const { mu, logvar } = await this.byRows("encode", x, options, async (...piece) => ({
      ...(await this.call("encode", ...piece)),
    }));
    return { mu: mu!, logvar: logvar! };
  }

  /** z [batch, latent] -> x_mean [batch, ...shape] and the other outputs, as Vae's. @throws ShapeError */
  async decode(z: Rows, options: Conditional & Giveable = {}): Promise<Decoded> {
    return (await this.byRows("decode", z, options, (...piece) => this.call("decode", ...piece))) as Decoded;
  }

  /** x [batch, ...shape] -> x_mean [batch, ...shape], as Vae's. @throws ShapeError */
  async reconstruct(x: Rows, options: Conditional & Giveable = {}): Promise<NdArray> {
    const { x_mean } = await this.byRows("reconstruct", x, options, async (...piece) => ({
      x_mean: await this.call("reconstruct", ...piece),
    }));
    return x_mean!;
  }

  /** As Vae's, all rows on one worker: a row's noise depends on its place among them. */
  async score(x: Rows, options: { seed?: number } & Conditional & Giveable = {}): Promise<Scores> {
    const { transfer, ...rest } = giveable("score", options, ["seed", "c"]);
    if (!transfer) return this.call("score", [x, rest]);
    const { rows } = this.checked("score", "score", x, rest.c);
    return this.call("score", [take(rows), rest], { own: true });
  }

  /** As Vae's, all rows on one worker. */
  sample(...args: CallArguments<"sample">): Promise<CallResult<"sample">> {
    return this.call("sample", args);
  }

  /** As Vae's. */
  interpolate(...args: CallArguments<"interpolate">): Promise<CallResult<"interpolate">> {
    return this.call("interpolate", args);
  }

  /** As Vae's. */
  traverse(...args: CallArguments<"traverse">): Promise<CallResult<"traverse">> {
    return this.call("traverse", args);
  }

  /** As Vae's. */
  nearest(...args: CallArguments<"nearest">): Promise<CallResult<"nearest">> {
    return this.call("nearest", args);
  }

  /** As Vae's: read once, the same object each time. */
  reference(): Promise<ReferenceCodes> {
    this.kept ??= this.call("reference", []).catch((error: unknown) => {
      this.kept = null;
      throw error;
    });
    return this.kept;
  }

  /** As Vae's; the workers run as many batches at once as there are workers, and one waits. */
  async *encodeStream(
    items: Source<Rows | ({ x: Rows } & Conditional)>,
    options: Conditional = {},
  ): AsyncGenerator<Posterior> {
    checkNames("encodeStream", options, ["c"]);
    const { c } = options;
    const checked = mapped(items, (item) => {
      const { x, c: own = c } = isRows(item) ? { x: item } : item;
      return this.checked("encode", "encodeStream", x, own);
    });
    for await (const { mu, logvar } of this.stream("encode", checked)) yield { mu: mu!, logvar: logvar! };
  }

  /** As Vae's; see encodeStream. */
  async *decodeStream(
    items: Source<Rows | ({ z: Rows } & Conditional)>,
    options: Conditional = {},
  ): AsyncGenerator<Decoded> {
    checkNames("decodeStream", options, ["c"]);
    const { c } = options;
    const checked = mapped(items, (item) => {
      const { z, c: own = c } = isRows(item) ? { z: item } : item;
      return this.checked("decode", "decodeStream", z, own);
    });
    for await (const outputs of this.stream("decode", checked)) yield outputs as Decoded;
  }

  /** End the workers when they have finished what they run; what waits is rejected with DisposedError. Safe to call twice. */
  dispose(): Promise<void> {
    return this.crew.dispose();
  }

  /** own: whether the first argument is in the pool's own memory, which is sent, or copied, when a worker takes the call. */
  private async call<K extends CallName>(
    method: K,
    args: CallArguments<K>,
    { own = false, signal }: Handing = {},
  ): Promise<CallResult<K>> {
    const check = (view: unknown) => checkNotTaken(method, view);
    const [first, ...rest]: readonly unknown[] = args;
    const packed = pack(own ? rest : args, false, check);
    const parcel = (): Parcel => {
      if (!own) return packed;
      const rows = pack(first, true);
      const others = packed.value as unknown[];
      return { value: [rows.value, ...others], transfer: [...rows.transfer, ...packed.transfer] };
    };
    return (await this.crew.run({ method, parcel, signal })) as CallResult<K>;
  }

  /** In pieces of batchSize, the very runs that Vae makes, each joined to the whole as it comes. */
  private async byRows(
    method: Splittable,
    given: Rows,
    options: Conditional & Giveable,
    run: (args: [Rows, Conditional], handing: Handing) => Promise<Named>,
  ): Promise<Named> {
    const { c, transfer: own = false } = giveable(method, options, ["c"]);
    const many = this.countOf(method, given) > this.batchSize;
    if (!own && !many) return run([given, { c }], { own });
    const { rows, c: told } = this.checked(method, method === "reconstruct" ? "encode" : method, given, c);
    const all = own ? take(rows) : rows;
    if (!many) return run([all, { c }], { own });
    const stop = new AbortController();
    const whole: Named = {};
    const piece = async (start: number): Promise<void> => {
      const end = Math.min(all.length, start + this.batchSize);
      const condition = told ? { c: told.rows(start, end) } : {};
      const part = await run([all.rows(start, end), condition], { own, signal: stop.signal });
      for (const name in part) {
        const { data, shape } = part[name]!;
        const rest = shape.slice(1);
        whole[name] ??= new NdArray(new Float32Array(all.length * sizeOf(rest)), [all.length, ...rest]);
        whole[name].data.set(data, start * sizeOf(rest));
      }
    };
    const starts = Array.from(
      { length: Math.ceil(all.length / this.batchSize) },
      (_, i) => i * this.batchSize,
    );
    try {
      await Promise.all(starts.map(piece));
    } catch (error) {
      stop.abort();
      throw error;
    }
    return whole;
  }

  private stream(method: "encode" | "decode", items: AsyncIterable<Given>): AsyncGenerator<Named> {
    return streamed(items, {
      limit: this.batchSize,
      ahead: this.workers + 1,
      run: async ({ rows, c }, transfer) => ({
        ...(await this[method](rows, { c: c ?? undefined, transfer })),
      }),
    });
  }

  /** How many rows there are; NaN for what is no rows, which a worker's Vae refuses. */
  private countOf(method: OfRows, rows: Rows): number {
    return rows instanceof NdArray ? rows.length : rows?.length / sizeOf(this.rowShape(method));
  }

  private rowShape(method: OfRows): readonly number[] {
    return method === "decode" ? [this.latent] : this.manifest.data.shape;
  }

  private checked(method: OfRows, call: string, given: Rows, c: Conditions | undefined): Given {
    checkNotTaken(call, given);
    const shape = this.rowShape(method);
    const { dtype } = this.manifest.data;
    const rows =
      method === "decode"
        ? checkRows(`${call}: z`, given, { shape, dtype: "float32", axes: "latent" })
        : checkRows(`${call}: x`, given, { shape, dtype, axes: "height, width, channels" });
    return { rows, c: conditionRows(call, this.manifest.condition, c, rows.length) };
  }
}

/** How a call's arguments are handed to a worker. */
interface Handing {
  own?: boolean;
  signal?: AbortSignal;
}

/** @throws UsageError for options that there are not, and a `transfer` that is neither true nor false */
function giveable<T extends Giveable>(call: string, options: T, names: readonly string[]): T {
  checkNames(call, options, [...names, "transfer"]);
  const { transfer } = options;
  if (transfer === undefined || typeof transfer === "boolean") return options;
  throw new UsageError(`${call}: transfer must be true or false, got ${JSON.stringify(transfer)}`);
}

function isRows(item: unknown): item is Rows {
  return item instanceof NdArray || ArrayBuffer.isView(item);
}

async function* mapped<T, U>(items: Source<T>, map: (item: T) => U): AsyncGenerator<U> {
  for await (const item of items) yield map(item);
}
