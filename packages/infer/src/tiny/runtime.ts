import { DisposedError, ShapeError } from "../errors.js";
import type { TypedArray } from "../nd-array.js";
import type { Feeds, Port, Runtime, RuntimeTensor, Session } from "../runtime/types.js";
import { TinyError } from "./errors.js";
import { foldConstants, makePlan, type Plan } from "./plan.js";
import { type Model, readModel } from "./read-model.js";
import { type Elements, product, type Tensor } from "./tensor.js";

/** Plans for so many batch sizes are kept. */
const mostPlans = 4;

/**
 * Decoders and encoders of dense layers and plain convolutions in plain JavaScript: no WebAssembly, nothing to download
 * beside it, one thread. Options are those of other runtimes; none of them matters here.
 */
export const tinyRuntime: Runtime = {
  name: "tiny",
  async createSession(file) {
    try {
      return new TinySession(foldConstants(readModel(file)));
    } catch (cause) {
      if (cause instanceof TinyError || !(cause instanceof Error)) throw cause;
      throw new TinyError(`tiny runtime: damaged model: ${cause.message}`, { cause });
    }
  },
};

class TinySession implements Session {
  readonly inputs: readonly Port[];
  readonly outputs: readonly Port[];
  private plans = new Map<string, Plan>();
  private disposed = false;

  constructor(private model: Model) {
    this.inputs = model.inputs;
    this.outputs = model.outputs;
    // What cannot be run is said when the model is loaded.
    this.plan(
      new Map(
        model.inputs.map(({ name, shape }) => [
          name,
          shape.map((size) => (typeof size === "number" ? size : 1)),
        ]),
      ),
    );
  }

  async run(feeds: Feeds, fetches?: Feeds): Promise<Record<string, RuntimeTensor>> {
    if (this.disposed) throw new DisposedError("run: this session was disposed; load the model again");
    const { inputs, outputs, run } = this.plan(shapesOf(this.inputs, feeds));
    checkNames("output", fetches ?? {}, this.outputs);
    for (const [name, { data }] of inputs) copy(feeds[name]!.data, data);
    run();
    const results: Record<string, RuntimeTensor> = {};
    for (const { name, tensor } of outputs) {
      if (!fetches) results[name] = resultOf(tensor);
      else if (fetches[name]) results[name] = fill(name, tensor, fetches[name]);
    }
    return results;
  }

  async dispose(): Promise<void> {
    this.disposed = true;
    this.plans.clear();
  }

  private plan(shapes: ReadonlyMap<string, readonly number[]>): Plan {
    const key = JSON.stringify([...shapes.values()]);
    const made = this.plans.get(key) ?? makePlan(this.model, shapes);
    this.plans.delete(key);
    this.plans.set(key, made);
    if (this.plans.size > mostPlans) this.plans.delete(this.plans.keys().next().value!);
    return made;
  }
}

function resultOf({ shape, data }: Tensor): RuntimeTensor {
  if (data instanceof Uint8Array) return { dtype: "uint8", shape, data: data.slice() };
  return { dtype: "float32", shape, data: new Float32Array(data) };
}

function fill(name: string, { dtype, shape, data }: Tensor, target: RuntimeTensor): RuntimeTensor {
  if (target.dtype !== dtype || target.data.length !== data.length) {
    throw new ShapeError(
      `run: ${name} is ${dtype} of ${data.length} elements, and the array for it ${target.dtype} of ${target.data.length}`,
    );
  }
  copy(data, target.data);
  return { ...target, shape };
}

function copy(from: TypedArray | Elements, to: TypedArray | Elements): void {
  if (!(from instanceof BigInt64Array || to instanceof BigInt64Array)) to.set(from);
}

function checkNames(what: string, given: Feeds, ports: readonly Port[]): void {
  const stray = Object.keys(given).find((name) => !ports.some((port) => port.name === name));
  if (!stray) return;
  throw new ShapeError(
    `run: there is no ${what} ${stray}; there are ${ports.map(({ name }) => name).join(", ")}`,
  );
}

/** The feeds' shapes, held against the ports: a symbol is one size wherever it stands. */
function shapesOf(ports: readonly Port[], feeds: Feeds): Map<string, readonly number[]> {
  const sizes = new Map<string, number>();
  const shapes = new Map<string, readonly number[]>();
  checkNames("input", feeds, ports);
  for (const { name, dtype, shape } of ports) {
    const feed = feeds[name];
    const fits =
      feed?.dtype === dtype &&
      feed.shape.length === shape.length &&
      feed.data.length === product(feed.shape) &&
      shape.every((size, axis) => {
        const given = feed.shape[axis]!;
        if (typeof size === "string" && !sizes.has(size)) sizes.set(size, given);
        return given === (typeof size === "string" ? sizes.get(size) : size);
      });
    if (!fits) {
      const got = feed ? `[${feed.shape}] ${feed.dtype} of ${feed.data.length} elements` : "nothing";
      throw new ShapeError(`run: ${name} must be [${shape.join(", ")}] ${dtype}, got ${got}`);
    }
    shapes.set(name, feed.shape);
  }
  return shapes;
}
