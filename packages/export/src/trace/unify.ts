import { GraphError, TraceError } from "../errors.js";
import type { Sizes } from "../ir/dim.js";
import { Graph } from "../ir/graph.js";
import { inferOutputs } from "../ir/infer.js";
import type { Node } from "../ir/node.js";
import { type Dim, type Shape, staticShape, type Value } from "../ir/value.js";
import { alignForms } from "./align.js";
import { atPoints, nodeText } from "./describe.js";
import { Fitter } from "./fit.js";
import type { Points } from "./points.js";
import { compareStructure } from "./structure.js";
import { SymbolicConstants, type Use } from "./symbolic-constants.js";

/** One recording of a function, at certain sizes of the symbolic dimensions. */
export interface Recording {
  sizes: Sizes;
  graph: Graph;
}

export interface Unified {
  graph: Graph;
  /** Where to record too: until nothing is wanted, some expression in the graph is one of several that fit. */
  wanted: readonly Sizes[];
}

/**
 * Recordings of one function at several sizes become one graph with symbolic sizes.
 *
 * A shape is what the operator's own rule makes of the symbolic shapes that go in, where there is such a rule, and
 * otherwise fitted to what was recorded, as constants are; either way it holds at every recorded point.
 * @throws TraceError when the recordings differ in more than the sizes explain
 */
export function unify(recordings: readonly Recording[], points: Points): Unified {
  alignForms(recordings);
  compareStructure(recordings);
  const first = recordings[0]!.graph;
  const recorded = recordings.map(({ sizes }) => sizes);
  const fitter = new Fitter(points, recorded);
  const result = new Graph(first.opset);
  const known = new Map<Value, Value>();
  const constants = new SymbolicConstants(result, fitter);

  /** The value in the result for one place in all recordings. */
  const resolve = (values: readonly (Value | null)[], use: Use | null, where: string): Value | null => {
    const [value] = values;
    if (!value) return null;
    const found = known.get(value);
    if (found) return found;
    const made = constants.unify(values as Value[], use, where);
    // What is computed may be made for one operator only.
    if (made.data === value.data) known.set(value, made);
    return made;
  };

  first.inputs.forEach((input, i) => {
    const values = recordings.map(({ graph }) => graph.inputs[i]!);
    known.set(
      input,
      result.input(input.name!, input.dtype, fitShape(values, null, fitter, `input ${input.name}`)),
    );
  });
  first.nodes.forEach((node, i) => {
    const nodes = recordings.map(({ graph }) => graph.nodes[i]!);
    const where = nodeText(node);
    result.origin = node.origin;
    const inputs: (Value | null)[] = node.inputs.map((input) => (input && known.get(input)) ?? input);
    // Constants last to first: what an operator can work out for itself is told from those behind, as a Slice's axes.
    for (const at of [...node.inputs.keys()].reverse()) {
      const values = nodes.map((each) => each.inputs[at]!);
      inputs[at] = resolve(values, { op: node.op, inputs, at }, where);
    }
    const derived = deriveShapes(node, inputs, result.opset);
    const outputs = node.outputs.map((output, at) => {
      const values = nodes.map((each) => each.outputs[at]!);
      return { dtype: output.dtype, shape: fitShape(values, derived?.[at] ?? null, fitter, where) };
    });
    const made = result.ops(node.op, inputs, { attributes: node.attributes, outputs });
    node.outputs.forEach((output, at) => {
      known.set(output, made[at]!);
    });
  });
  first.outputs.forEach(({ name }, i) => {
    const values = recordings.map(({ graph }) => graph.outputs[i]!.value);
    result.output(name, resolve(values, null, `output ${name}`)!);
  });
  return { graph: result, wanted: fitter.wanted };
}

/** What the operator's rule says about symbolic inputs; null where it needs numbers. */
function deriveShapes(node: Node, inputs: readonly (Value | null)[], opset: number): Shape[] | null {
  try {
    return inferOutputs(node.op, inputs, node.attributes, opset).map(({ shape }) => shape);
  } catch (error) {
    if (error instanceof GraphError) return null;
    throw error;
  }
}

function fitShape(values: readonly Value[], derived: Shape | null, fitter: Fitter, where: string): Shape {
  const shapes = values.map(staticShape);
  if (shapes.some(({ length }) => length !== shapes[0]!.length)) {
    throw new TraceError(
      `trace: ${where}: its rank is ${atPoints(
        shapes.map(({ length }) => `${length}`),
        fitter.recorded,
      )}`,
    );
  }
  return shapes[0]!.map((_, axis): Dim => {
    const sizes = shapes.map((shape) => shape[axis]!);
    const rule = derived?.length === shapes[0]!.length ? derived[axis]! : null;
    const fitted = (rule !== null && fitter.derived(rule, sizes)) || fitter.fit(sizes);
    if (fitted !== null) return fitted;
    const symbols = fitter.points.symbols.join(" and ");
    throw new TraceError(
      `trace: ${where}: axis ${axis} has size ${atPoints(sizes.map(String), fitter.recorded)}. That is no expression ` +
        `of ${symbols} that can be exported (multiples, sums, products, and divisions rounded to whole numbers). ` +
        `Let the size follow from ${symbols} more simply, or fix it.`,
    );
  });
}
