import { DisposedError, ShapeError } from "../errors.js";
import type { Feeds, Port, Runtime, RuntimeTensor, Session } from "../runtime/types.js";
import { TinyError } from "./errors.js";
import { foldConstants, makePlan, type Plan } from "./plan.js";
import type { MakeProduct } from "./products.js";
import { simdProducts } from "./products-simd.js";
import { type Model, readModel } from "./read-model.js";
import { product } from "./tensor.js";
import { Weights } from "./weights.js";

/** Plans, with their buffers, are kept for so many batch sizes. */
const mostPlans = 2;

/**
 * Decoders of dense layers and plain convolutions: nothing to download beside the script, one thread. Their products run
 * in WebAssembly SIMD, whose few bytes are in the script, or in plain JavaScript. Options are those of other runtimes;
 * none of them matters here.
 * makeProducts: each session's own way to multiply
 */
export function makeTinyRuntime(makeProducts: () => MakeProduct | Promise<MakeProduct>): Runtime {
  return {
    name: "tiny",
    explain: (words) => `${words}\nUse @vaekit/infer/web for this model.`,
    async createSession(file) {
      try {
        const weights = new Weights(await makeProducts());
        return new TinySession(foldConstants(readModel(file), weights), weights);
      } catch (cause) {
        if (cause instanceof TinyError || !(cause instanceof Error)) throw cause;
        throw new TinyError(`tiny runtime: damaged model: ${cause.message}`, { cause });
      }
    },
  };
}

export const tinyRuntime = makeTinyRuntime(
  async () => simdProducts() ?? (await import("./products-plain.js")).plainProducts,
);

class TinySession implements Session {
  readonly inputs: readonly Port[];
  readonly outputs: readonly Port[];
  private plans = new Map<number, Plan>();
  private loaded: { model: Model; weights: Weights } | null;

  constructor(model: Model, weights: Weights) {
    this.loaded = { model, weights };
    this.inputs = model.inputs;
    this.outputs = model.outputs;
    // What cannot be run is said when the model is loaded.
    this.plan(1);
    this.loaded.model = weights.without(model);
  }

  async run(feeds: Feeds, fetches?: Feeds): Promise<Record<string, RuntimeTensor>> {
    if (!this.loaded) throw new DisposedError("run: this session was disposed; load the model again");
    const rows = feeds[this.inputs[0]?.name ?? ""]?.shape[0] ?? 0;
    check("inputs", feeds, this.inputs, rows, true);
    const { inputs, outputs, run } = this.plan(rows);
    check("outputs", fetches ?? {}, outputs, rows, false);
    for (const [name, { data }] of inputs) data.set(feeds[name]!.data as ArrayLike<number>);
    run();
    const results: Record<string, RuntimeTensor> = {};
    for (const { name, shape, data: from } of outputs) {
      if (fetches && !fetches[name]) continue;
      const data = fetches ? (fetches[name]!.data as Float32Array) : new Float32Array(from.length);
      data.set(from);
      results[name] = { dtype: "float32", shape, data };
    }
    return results;
  }

  async dispose(): Promise<void> {
    this.loaded = null;
    this.plans.clear();
  }

  private plan(rows: number): Plan {
    const { model, weights } = this.loaded!;
    const made = this.plans.get(rows) ?? makePlan(model, rows, weights);
    this.plans.delete(rows);
    this.plans.set(rows, made);
    if (this.plans.size > mostPlans) this.plans.delete(this.plans.keys().next().value!);
    return made;
  }
}

type Described = Omit<Port, "dtype"> & { dtype: string };

/** @throws ShapeError unless what is given is of these ports and fits them; all: every one must be given */
function check(what: string, given: Feeds, ports: readonly Described[], rows: number, all: boolean): void {
  const fits =
    (!all || ports.every(({ name }) => name in given)) &&
    Object.entries(given).every(([name, { dtype, shape, data }]) => {
      const port = ports.find((other) => other.name === name);
      const expected = `${[rows, ...(port?.shape.slice(1) ?? [])]}`;
      return port?.dtype === dtype && data.length === product(shape) && `${shape}` === expected;
    });
  if (fits) return;
  const told = ({ name, dtype, shape }: Described) => `${name} [${shape}] ${dtype}`;
  const got = Object.entries(given).map(([name, tensor]) => told({ ...tensor, name }));
  throw new ShapeError(`run: ${what} are ${ports.map(told)}; got ${got.join() || "nothing"}`);
}
