import { TraceError } from "../errors.js";
import { Graph } from "../ir/graph.js";
import type { Node } from "../ir/node.js";
import { type Dim, describe, type Shape, staticShape, type Value } from "../ir/value.js";
import { BatchConstants } from "./batch-constants.js";
import { fitDim } from "./fit.js";

/** One recording of a function at one batch size. */
export interface Recording {
  size: number;
  graph: Graph;
}

/**
 * Recordings of one function at several batch sizes become one graph with a symbolic batch.
 * @throws TraceError when they differ in more than the batch explains
 */
export function unify(recordings: readonly Recording[]): Graph {
  const [first, ...others] = recordings.map(({ graph }) => graph) as [Graph, ...Graph[]];
  const sizes = recordings.map(({ size }) => size);
  for (const other of others) compareStructure(first, other);

  const result = new Graph(first.opset);
  const known = new Map<Value, Value>();
  first.inputs.forEach((input, i) => {
    const shape = fitShape(
      recordings.map(({ graph }) => graph.inputs[i]!),
      sizes,
      `input ${input.name}`,
    );
    known.set(input, result.input(input.name!, input.dtype, shape));
  });
  const constants = new BatchConstants(result, sizes);

  /** The value in the result for one place in all recordings. */
  const resolve = (values: readonly (Value | null)[], consumer: Node | null, where: string): Value | null => {
    const [value] = values;
    if (!value) return null;
    const found = known.get(value);
    if (found) return found;
    const made = constants.unify(values as Value[], consumer, where);
    known.set(value, made);
    return made;
  };

  first.nodes.forEach((node, i) => {
    const nodes = recordings.map(({ graph }) => graph.nodes[i]!);
    const where = `${node.op} of tfjs ${node.kernel}`;
    result.origin = node.origin;
    const inputs = node.inputs.map((_, at) =>
      resolve(
        nodes.map((each) => each.inputs[at]!),
        node,
        where,
      ),
    );
    const outputs = node.outputs.map((output, at) => ({
      dtype: output.dtype,
      shape: fitShape(
        nodes.map((each) => each.outputs[at]!),
        sizes,
        where,
      ),
    }));
    const made = result.ops(node.op, inputs, { attributes: node.attributes, outputs });
    node.outputs.forEach((output, at) => {
      known.set(output, made[at]!);
    });
  });
  first.outputs.forEach(({ name }, i) => {
    const values = recordings.map(({ graph }) => graph.outputs[i]!.value);
    result.output(name, resolve(values, null, `output ${name}`)!);
  });
  return result;
}

function fitShape(values: readonly Value[], sizes: readonly number[], where: string): Shape {
  const shapes = values.map(staticShape);
  return shapes[0]!.map((_, axis): Dim => {
    const dims = shapes.map((shape) => shape[axis]!);
    const fitted = fitDim(dims, sizes);
    if (fitted !== null) return fitted;
    throw new TraceError(
      `trace: ${where}: axis ${axis} has size ${dims.join(", ")} at batch ${sizes.join(", ")}, ` +
        "which is no multiple of the batch. Only sizes c * batch can be exported.",
    );
  });
}

/** Same operators on the same values in the same order, or the function is not one graph. */
function compareStructure(a: Graph, b: Graph): void {
  const numbering = (graph: Graph) => {
    const ids = new Map<Value, number>();
    for (const value of [...graph.inputs, ...graph.nodes.flatMap(({ outputs }) => outputs)])
      ids.set(value, ids.size);
    return ids;
  };
  const [idsA, idsB] = [numbering(a), numbering(b)];
  const differ = (what: string): never => {
    throw new TraceError(
      `trace: ${what}. The function does different things at different batch sizes or from call to call; ` +
        "a graph holds one way only.",
    );
  };
  if (a.inputs.length !== b.inputs.length) differ("the recordings use different variables");
  if (a.nodes.length !== b.nodes.length) {
    differ(`one recording has ${a.nodes.length} operations, another ${b.nodes.length}`);
  }
  a.nodes.forEach((node, i) => {
    const twin = b.nodes[i]!;
    const name = `operation ${i} (${node.op} of tfjs ${node.kernel})`;
    if (node.op !== twin.op) differ(`${name} is ${twin.op} in another recording`);
    if (JSON.stringify(node.attributes) !== JSON.stringify(twin.attributes)) {
      differ(`${name} has other attributes in another recording`);
    }
    if (node.inputs.length !== twin.inputs.length) differ(`${name} has another number of inputs`);
    node.inputs.forEach((input, at) => {
      const other = twin.inputs[at];
      const same =
        input === null || other == null
          ? input === other
          : idsA.get(input) === idsB.get(other) && input.dtype === other.dtype && input.rank === other.rank;
      if (!same)
        differ(
          `${name}: input ${at} is ${input && describe(input)} here and ${other && describe(other)} there`,
        );
    });
  });
  a.outputs.forEach(({ name, value }, i) => {
    const other = b.outputs[i];
    if (other?.name !== name || idsA.get(value) !== idsB.get(other.value)) differ(`output ${name} differs`);
  });
}
