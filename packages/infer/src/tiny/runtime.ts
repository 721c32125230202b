import { DisposedError, ShapeError } from "../errors.js";
import type { Feeds, Port, Runtime, RuntimeTensor, Session } from "../runtime/types.js";
import { TinyError } from "./errors.js";
import { foldConstants, makePlan, type Plan } from "./plan.js";
import { type Model, readModel } from "./read-model.js";
import { product } from "./tensor.js";

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

  async run(feeds: Feeds, fetches: Feeds = {}): Promise<Record<string, RuntimeTensor>> {
    if (this.disposed) throw new DisposedError("run: this session was disposed; load the model again");
    const { inputs, outputs, run } = this.plan(shapesOf(this.inputs, feeds));
    for (const [name, { data }] of inputs) data.set(feeds[name]!.data as Float32Array);
    run();
    const results: Record<string, RuntimeTensor> = {};
    for (const { name, tensor } of outputs) {
      const { shape, data } = tensor;
      const target = fetches[name];
      if (target && target.data.length !== data.length) {
        throw new ShapeError(
          `run: ${name} has ${data.length} elements, and the array for it ${target.data.length}`,
        );
      }
      if (!(data instanceof Float32Array || data instanceof Uint8Array)) throw new TinyError(`run: ${name}`);
      const dtype = data instanceof Float32Array ? "float32" : "uint8";
      if (target) (target.data as Float32Array).set(data);
      results[name] = target ?? { dtype, shape, data: data.slice() };
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

/** The feeds' shapes, held against the ports: a symbol is one size wherever it stands. */
function shapesOf(ports: readonly Port[], feeds: Feeds): Map<string, readonly number[]> {
  const sizes = new Map<string, number>();
  const shapes = new Map<string, readonly number[]>();
  const stray = Object.keys(feeds).find((name) => !ports.some((port) => port.name === name));
  if (stray)
    throw new ShapeError(
      `run: there is no input ${stray}; there are ${ports.map(({ name }) => name).join(", ")}`,
    );
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
