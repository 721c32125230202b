import type { Manifest } from "./bundle/manifest.js";
import type { GraphName } from "./bundle/names.js";
import type { BundleSource } from "./bundle/source.js";
import { ownRows } from "./check.js";
import { type Conditions, conditionRows } from "./conditions.js";
import { DisposedError, UsageError } from "./errors.js";
import type { LoadedBundle } from "./load.js";
import { checkSteps, defaultSteps, type Path, pathBetween, paths, type Range, rangeValues } from "./moves.js";
import { NdArray, type TypedArray } from "./nd-array.js";
import { NoiseStream } from "./random/noise-stream.js";
import { type Inputs, runRows } from "./run-rows.js";
import type { Runtime, Session } from "./runtime/types.js";

/** What a decoder returns: x_mean [batch, ...shape] in the data's units, and the likelihood's other parameters. */
export type Decoded = { x_mean: NdArray } & Record<string, NdArray>;

export type Rows = NdArray<TypedArray> | Uint8Array | Float32Array;

/** What a conditional model is told beside x or z; for an unconditional one there is nothing to give. */
export interface Conditional {
  /** One for all rows, or one for each. */
  c?: Conditions;
}

/** The half of a Vae that makes data of latents: all that a page with a decoder needs. */
export class BaseDecoder {
  readonly manifest: Manifest;
  /** Who runs the graphs. */
  readonly runtime: Runtime["name"];
  protected readonly source: BundleSource;
  protected readonly batchSize: number;
  private readonly sessions: Partial<Record<GraphName, Session>>;
  private disposal: Promise<unknown> | null = null;

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

  /** z [batch, latent] -> x_mean [batch, ...shape] and the likelihood's other parameters. @throws ShapeError */
  async decode(z: Rows, options: Conditional = {}): Promise<Decoded> {
    checkNames("decode", options, ["c"]);
    const { c } = options;
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
    if (!(Number.isInteger(count) && count > 0 && count <= mostRows)) {
      throw new UsageError(
        `sample: count must be a positive integer, got ${JSON.stringify(count)}; at most ${mostRows}`,
      );
    }
    if (!(temperature >= 0 && Number.isFinite(temperature))) {
      throw new UsageError(`sample: temperature must be a number of at least 0, got ${temperature}`);
    }
    const { name: prior, uniforms, graph } = this.manifest.prior;
    if (temperature !== 1 && prior === "codebook") {
      throw new UsageError(`sample: a codebook has no temperature; got ${temperature}. Leave it out.`);
    }
    const stream = new NoiseStream(seed, "sample");
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
    const [from, to] = [this.oneLatent("interpolate: a", a), this.oneLatent("interpolate: b", b)];
    return this.decodeAlong(pathBetween(from, to, steps, path), c);
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
    if (Object(range) === range && "from" in range)
      checkNames("traverse: range", range, ["from", "to", "steps"]);
    const values = rangeValues(range);
    const base = this.oneLatent("traverse: z", options.z ?? this.usualCode());
    const z = new Float32Array(values.length * this.latent);
    values.forEach((value, i) => {
      z.set(base, i * this.latent);
      z[i * this.latent + dimension] = value;
    });
    return this.decodeAlong(new NdArray(z, [values.length, this.latent]), options.c);
  }

  /** Free the native sessions, once runs under way are done; safe to call twice. Any later call throws DisposedError. */
  async dispose(): Promise<void> {
    this.disposal ??= Promise.all(Object.values(this.sessions).map((session) => session.dispose()));
    await this.disposal;
  }

  /** @throws DisposedError */
  protected checkAlive(): void {
    if (this.disposal) throw new DisposedError("this Vae was disposed; load the bundle again");
  }

  protected latents(call: string, z: Rows): NdArray<TypedArray> {
    const where = call.includes(":") ? call : `${call}: z`;
    return ownRows(where, z, { shape: [this.latent], dtype: "float32", axes: "latent" });
  }

  private oneLatent(where: string, z: Rows): Float32Array {
    const { data, length } = this.latents(where, z);
    if (length !== 1) throw new UsageError(`${where} is one row, got ${length}; take one by row(i)`);
    return data as Float32Array;
  }

  protected conditions(
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

  protected async run(name: GraphName, inputs: Inputs): Promise<Record<string, NdArray>> {
    this.checkAlive();
    const session = this.sessions[name];
    if (!session) {
      throw new UsageError(
        `this call needs the ${name}, which was not loaded: graphs were [${Object.keys(this.sessions).join(", ")}]. ` +
          `Add "${name}" to them.`,
      );
    }
    return runRows(session, inputs, Object.values(inputs)[0]!.length, this.batchSize);
  }
}

/** @throws UsageError for an option that there is not */
export function checkNames(call: string, options: object, names: readonly string[]): void {
  const stray =
    Object(options) === options ? Object.keys(options).find((name) => !names.includes(name)) : `${options}`;
  if (stray) throw new UsageError(`${call}: there is no option "${stray}"; there are ${names.join(", ")}`);
}

/** Of one call: more are a slip, and would end the process when their memory is asked for. */
const mostRows = 2 ** 24;
