import { expect, TinyError } from "./errors.js";
import { kernels } from "./kernels/index.js";
import type { Step } from "./kernels/types.js";
import type { MakeProduct } from "./products.js";
import type { Model, Node } from "./read-model.js";
import { bytesPer, type Element, elements, product, type Tensor } from "./tensor.js";
import type { Weights } from "./weights.js";

/** A model for inputs of certain shapes: buffers are there. */
export interface Plan {
  inputs: ReadonlyMap<string, Tensor>;
  outputs: readonly (Tensor & { name: string })[];
  run(): void;
}

/** Bytes that one plan's buffers may take, however large the sizes in a file or a request. */
const mostBytes = (rows: number) => Math.min(2 ** 30, 2 ** 26 * Math.max(1, rows));

/**
 * The model without the nodes that constants alone decide, such as those that make float32 of smaller weights.
 * @throws TinyError that lists all operators that there are not
 */
export function foldConstants(model: Model, weights: Weights): Model {
  const unknown = model.nodes.filter(({ op }) => !Object.hasOwn(kernels, op));
  if (unknown.length > 0) {
    const lines = unknown.map(({ op, name, outputs }) => `  ${op}  (${name || outputs[0]})`);
    throw new TinyError(
      `tiny runtime: ${unknown.length} nodes have operators that it does not run\n${lines.join("\n")}`,
    );
  }
  const values = new Map(model.initializers);
  const stored = [...values.values()].reduce((sum, { data }) => sum + data.byteLength, 0);
  const allocate = allocator(mostBytes(1) + 16 * stored);
  const nodes = model.nodes.filter((node) => {
    if (!decided(node, values)) return true;
    const { outputs, run } = place(node, values, allocate, weights.of(node, values));
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

/** rows: of all inputs. @throws TinyError where the model cannot be run with so many */
export function makePlan(model: Model, rows: number, weights: Weights): Plan {
  const allocate = allocator(mostBytes(rows));
  const values = new Map(model.initializers);
  const inputs = new Map<string, Tensor>();
  for (const { name, dtype, shape } of model.inputs) {
    const tensor = allocate(dtype, [rows, ...shape.slice(1).map(Number)]);
    inputs.set(name, tensor);
    values.set(name, tensor);
  }
  const runs: (() => void)[] = [];
  for (const node of model.nodes) {
    const { outputs, run } = place(node, values, allocate, weights.of(node, model.initializers));
    if (decided(node, values)) settle(outputs, run);
    else if (run) runs.push(run);
  }
  const outputs = model.outputs.map(({ name, dtype }) => {
    const tensor = values.get(name);
    expect(tensor?.dtype === dtype, `no node makes the output ${name}, ${dtype}`);
    return { ...tensor, name };
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
function place(node: Node, values: Map<string, Tensor>, allocate: Allocate, product: MakeProduct): Step {
  try {
    const inputs = node.inputs.map((name) => {
      if (name === "") return null;
      const value = values.get(name);
      expect(value, `${name} is used before it is made`);
      return value;
    });
    const step = kernels[node.op]!({
      inputs,
      attributes: node.attributes,
      outputs: node.outputs.length,
      allocate,
      product,
    });
    node.outputs.forEach((name, i) => {
      expect(step.outputs[i] && !values.has(name), `${name} is made twice, or not at all`);
      if (name) values.set(name, step.outputs[i]);
    });
    return step;
  } catch (cause) {
    if (!(cause instanceof Error)) throw cause;
    const reason = cause.message.replace(/^tiny runtime: /, "");
    throw new TinyError(`tiny runtime: ${node.op} (${node.name || node.outputs[0]}): ${reason}`, { cause });
  }
}

type Allocate = (dtype: Element, shape: readonly number[]) => Tensor;

/** Buffers of at most so many bytes together. */
function allocator(most: number): Allocate {
  let left = most;
  return (dtype, shape) => {
    const size = product(shape);
    expect(
      shape.every((n) => Number.isSafeInteger(n) && n >= 0),
      `a shape would be [${shape}]`,
    );
    left -= size * bytesPer(dtype);
    expect(left >= 0, `its buffers would take over ${most / 2 ** 20} MiB; give it fewer rows`);
    return { dtype, shape, data: elements(dtype, size), constant: false };
  };
}
