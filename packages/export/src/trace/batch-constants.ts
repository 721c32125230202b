import { TraceError } from "../errors.js";
import { type ElementArray, elementArrays, onnxTypes } from "../ir/element.js";
import type { Graph } from "../ir/graph.js";
import type { Node } from "../ir/node.js";
import { describe, staticShape, type Value } from "../ir/value.js";
import { type Fit, fitNumber } from "./fit.js";

/** Turns constants that differ between recordings into arithmetic on the batch size, computed in the graph. */
export class BatchConstants {
  private readonly batchSizes = new Map<Value["dtype"], Value>();

  constructor(
    private readonly graph: Graph,
    private readonly sizes: readonly number[],
  ) {}

  /** One constant as it was in each recording. @throws TraceError when no fit explains the differences */
  unify(values: readonly Value[], consumer: Node | null, where: string): Value {
    const [first] = values as [Value];
    const arrays = values.map(({ data }) => data!);
    const shapes = values.map(staticShape);
    const { graph } = this;
    if (shapes.some((shape) => `${shape}` !== `${shapes[0]}`)) {
      throw this.unexplained(values, where);
    }
    if (arrays.every((array) => sameElements(array, arrays[0]!))) {
      return graph.constant(first.dtype, first.data!, shapes[0]!, first.name);
    }
    const numbers = arrays.map((array) => Array.from(array as Float32Array, Number));
    const fits = numbers[0]!.map((_, i) => {
      const fit = fitNumber(
        numbers.map((row) => row[i]!),
        this.sizes,
        first.dtype !== "float32",
      );
      if (!fit) throw this.unexplained(values, where);
      return fit;
    });
    if (consumer?.op === "Reshape" && isSingleBatch(fits)) {
      return graph.ints(fits.map(({ term, factor }) => (term === "constant" ? factor : -1)));
    }
    return this.expression(fits, first.dtype, shapes[0]!);
  }

  /** The sum of the terms that occur, each an array with zeros elsewhere. */
  private expression(fits: readonly Fit[], dtype: Value["dtype"], shape: readonly number[]): Value {
    const { graph } = this;
    const kernel = graph.kernel;
    graph.kernel = "batch";
    const part = (term: Fit["term"]): Value | null => {
      if (!fits.some((fit) => fit.term === term)) return null;
      const factors = fits.map((fit) => (fit.term === term ? fit.factor : 0));
      const data =
        dtype === "int64" ? BigInt64Array.from(factors, BigInt) : elementArrays[dtype].from(factors);
      return graph.constant(dtype, data as ElementArray, shape);
    };
    const terms: Value[] = [];
    const constant = part("constant");
    const perBatch = part("perBatch");
    const overBatch = part("overBatch");
    if (perBatch) terms.push(graph.op("Mul", [perBatch, this.batchSize(dtype)]));
    if (overBatch) terms.push(graph.op("Div", [overBatch, this.batchSize(dtype)]));
    if (constant && fits.some((fit) => fit.term === "constant" && fit.factor !== 0)) terms.push(constant);
    const sum = terms.reduce((a, b) => graph.op("Add", [a, b]));
    graph.kernel = kernel;
    return sum;
  }

  /** The batch as a scalar of a dtype, read off the first input that has it. */
  private batchSize(dtype: Value["dtype"]): Value {
    const made = this.batchSizes.get(dtype);
    if (made) return made;
    const { graph } = this;
    const input = graph.inputs.find(({ shape }) => shape.some((dim) => typeof dim !== "number"))!;
    const axis = input.shape.findIndex((dim) => typeof dim !== "number");
    const { times } = input.shape[axis] as { times: number };
    if (times !== 1) throw new TraceError(`trace: input ${input.name} has no axis that is the batch itself`);
    const size = graph.op("Shape", [input], { attributes: { start: axis, end: axis + 1 } });
    const scalar = graph.op("Reshape", [size, graph.ints([])]);
    const cast =
      dtype === "int64" ? scalar : graph.op("Cast", [scalar], { attributes: { to: onnxTypes[dtype] } });
    this.batchSizes.set(dtype, cast);
    return cast;
  }

  private unexplained(values: readonly Value[], where: string): TraceError {
    const shown = values.map((value, i) => `${preview(value)} at batch ${this.sizes[i]}`).join(", ");
    return new TraceError(
      `trace: ${where}: a constant is ${shown}. It is neither the same, nor c * batch, nor c / batch: it depends on ` +
        "the batch in another way, or is drawn at random. Compute it from the inputs, or pass it in as one.",
    );
  }
}

/** Exactly one size is the batch: Reshape can work that one out itself. */
function isSingleBatch(fits: readonly Fit[]): boolean {
  const open = fits.filter(({ term }) => term !== "constant");
  return open.length === 1 && open[0]!.term === "perBatch" && fits.every(({ factor }) => factor !== 0);
}

function sameElements(a: ElementArray, b: ElementArray): boolean {
  if (a === b) return true;
  for (let i = 0; i < a.length; i++) if (!Object.is(a[i], b[i])) return false;
  return true;
}

function preview(value: Value): string {
  const head = Array.from(value.data!.slice(0, 4) as Float32Array, Number).join(", ");
  return `${describe(value)} {${head}${value.data!.length > 4 ? ", ..." : ""}}`;
}
