import { expect, TinyError } from "./errors.js";
import { kernels } from "./kernels/index.js";
import type { Step } from "./kernels/types.js";
import type { Model, Node } from "./read-model.js";
import { bytesPer, type Element, type Elements, elements, product, type Tensor } from "./tensor.js";

/** A model for inputs of certain shapes: buffers are there, and used again by each run. */
export interface Plan {
  inputs: ReadonlyMap<string, Tensor>;
  outputs: readonly { name: string; tensor: Tensor }[];
  run(): void;
}

/** Bytes that one plan's buffers may take, however large the sizes in a file or a request. */
const mostBytes = (rows: number) => Math.min(2 ** 30, 2 ** 26 * Math.max(1, rows));

/**
 * The model without the nodes that constants alone decide, such as those that make float32 of smaller weights.
 * @throws TinyError that lists all operators that there are not
 */
export function foldConstants(model: Model): Model {
  const unknown = model.nodes.filter(({ op }) => !Object.hasOwn(kernels, op));
  if (unknown.length > 0) {
    const lines = unknown.map(
      ({ op, name, outputs }) => `  ${op}  (${name || outputs[0] || "without a name"})`,
    );
    throw new TinyError(
      `tiny runtime: ${unknown.length} nodes have operators that it does not run\n${lines.join("\n")}\nUse @vaekit/infer/web for this model.`,
    );
  }
  const values = new Map(model.initializers);
  const stored = [...values.values()].reduce((sum, { data }) => sum + data.byteLength, 0);
  const pool = new Pool(mostBytes(1) + 16 * stored);
  const nodes = model.nodes.filter((node) => {
    if (!decided(node, values)) return true;
    const { outputs, run } = place(node, values, pool);
    settle(outputs, run);
    return false;
  });
  return { ...model, nodes, initializers: values };
}

/** Whether all that a node reads is known before the model runs. */
function decided({ inputs }: Node, values: ReadonlyMap<string, Tensor>): boolean {
  return inputs.length > 0 && inputs.every((name) => name === "" || values.get(name)?.constant);
}

function settle(outputs: readonly Tensor[], run: (() => void) | null): void {
  run?.();
  for (const tensor of outputs) tensor.constant = true;
}

/** shapes: of the inputs, by name. @throws TinyError where the model cannot be run with them */
export function makePlan(model: Model, shapes: ReadonlyMap<string, readonly number[]>): Plan {
  const pool = new Pool(mostBytes(Math.max(0, ...[...shapes.values()].map(([rows = 1]) => rows))));
  const values = new Map(model.initializers);
  const inputs = new Map<string, Tensor>();
  for (const { name, dtype } of model.inputs) {
    const tensor = pool.allocate(dtype, shapes.get(name)!);
    inputs.set(name, tensor);
    values.set(name, tensor);
  }
  const uses = new Map<string, number>();
  const names = [
    ...model.nodes.flatMap((node) => node.inputs),
    ...model.outputs.map(({ name }) => name),
    ...inputs.keys(),
  ];
  for (const name of names) uses.set(name, (uses.get(name) ?? 0) + 1);
  for (const name of values.keys()) pool.hold(values.get(name)!.data, uses.get(name) ?? 0);
  const runs: (() => void)[] = [];
  for (const node of model.nodes) {
    const { outputs, run } = place(node, values, pool);
    node.outputs.forEach((name, i) => {
      if (name !== "") pool.hold(outputs[i]!.data, uses.get(name) ?? 0);
    });
    if (decided(node, values)) settle(outputs, run);
    else if (run) runs.push(run);
    for (const name of node.inputs) if (name !== "") pool.release(values.get(name)!);
  }
  const outputs = model.outputs.map(({ name, dtype }) => {
    const tensor = values.get(name);
    expect(tensor, `the output ${name} is made by no node`);
    expect(tensor.dtype === dtype, `the output ${name} is ${tensor.dtype}, and the model says ${dtype}`);
    return { name, tensor };
  });
  return {
    inputs,
    outputs,
    run() {
      for (const run of runs) run();
    },
  };
}

/** Ask a node's kernel for its outputs, and note them under their names. */
function place(node: Node, values: Map<string, Tensor>, pool: Pool): Step {
  try {
    const inputs = node.inputs.map((name) => {
      if (name === "") return null;
      const value = values.get(name);
      expect(value, `${name} is used before it is made`);
      return value;
    });
    const allocate = (dtype: Element, shape: readonly number[]) => pool.allocate(dtype, shape);
    const step = kernels[node.op]!({
      inputs,
      attributes: node.attributes,
      outputs: node.outputs.length,
      allocate,
    });
    node.outputs.forEach((name, i) => {
      if (name === "") return;
      expect(step.outputs[i], `there is no output ${i}`);
      expect(!values.has(name), `${name} is made twice`);
      values.set(name, step.outputs[i]);
    });
    return step;
  } catch (cause) {
    if (!(cause instanceof Error)) throw cause;
    const reason = cause.message.replace(/^tiny runtime: /, "");
    throw new TinyError(`tiny runtime: ${node.op} (${node.name || node.outputs[0]}): ${reason}`, { cause });
  }
}

/** Buffers, which serve again once the last of those that read them has. */
class Pool {
  private bytes = 0;
  private readonly free: { dtype: Element; data: Elements }[] = [];
  private readonly holds = new Map<Elements, number>();

  constructor(private readonly most: number) {}

  allocate(dtype: Element, shape: readonly number[]): Tensor {
    const size = product(shape);
    expect(
      shape.every((n) => Number.isSafeInteger(n) && n >= 0),
      `a shape would be [${shape}]`,
    );
    const at = this.free.findIndex((buffer) => buffer.dtype === dtype && buffer.data.length === size);
    if (at >= 0) return { dtype, shape, data: this.free.splice(at, 1)[0]!.data, constant: false };
    this.bytes += size * bytesPer(dtype);
    expect(
      this.bytes <= this.most,
      `its buffers would take more than ${this.most / 2 ** 20} MiB; give it fewer rows at once, or use @vaekit/infer/web`,
    );
    return { dtype, shape, data: elements(dtype, size), constant: false };
  }

  /** So many more are going to read these elements. */
  hold(data: Elements, readers: number): void {
    this.holds.set(data, (this.holds.get(data) ?? 0) + readers);
  }

  /** One of them has. */
  release({ dtype, data, constant }: Tensor): void {
    const left = this.holds.get(data)! - 1;
    this.holds.set(data, left);
    if (left === 0 && !constant) this.free.push({ dtype, data });
  }
}
