import { TraceError } from "../errors.js";
import { type Dim, SymbolicDim, type Term } from "../ir/dim.js";
import { type ElementArray, elementArrays } from "../ir/element.js";
import type { Graph } from "../ir/graph.js";
import { sliceToEnd } from "../ir/operators/shape.js";
import { describe, sameDim, staticShape, type Value } from "../ir/value.js";
import { atPoints, parityAdvice } from "./describe.js";
import type { Fitter } from "./fit.js";
import { type FloatFit, fitFloat, isConstant } from "./float-fit.js";
import { fitRamp, rampValue } from "./ramp.js";
import { SizeArithmetic } from "./size-arithmetic.js";

/** Where a constant is used: an operator with the inputs that it has in the graph that is being made, and which one. */
export interface Use {
  readonly op: string;
  readonly inputs: readonly (Value | null)[];
  readonly at: number;
}

/** An array of numbers times a size that is computed in the graph; over it where `divide`. */
interface Part {
  readonly scalar: () => Value;
  readonly divide: boolean;
  readonly factors: number[];
}

/** Turns constants that differ between recordings into arithmetic on the symbolic sizes, computed in the graph. */
export class SymbolicConstants {
  private readonly arithmetic: SizeArithmetic;

  constructor(
    private readonly graph: Graph,
    private readonly fitter: Fitter,
  ) {
    this.arithmetic = new SizeArithmetic(graph);
  }

  /** One constant as it was in each recording. @throws TraceError when no expression explains the differences */
  unify(values: readonly Value[], use: Use | null, where: string): Value {
    const [first] = values as [Value];
    const arrays = values.map(({ data }) => data!);
    const shapes = values.map(staticShape);
    const { graph } = this;
    if (shapes.some((shape) => `${shape}` !== `${shapes[0]}`)) {
      const ramp = fitRamp(values, this.fitter);
      if (!ramp) throw this.unexplained(values, where);
      return rampValue(ramp, first.dtype as "float32", graph, this.arithmetic);
    }
    if (arrays.every((array) => sameElements(array, arrays[0]!))) {
      return graph.constant(first.dtype, first.data!, shapes[0]!, first.name);
    }
    const rows = arrays[0]!.length;
    const fitAll = <Fit>(fit: (row: number[]) => Fit | null): Fit[] =>
      Array.from({ length: rows }, (_, i) => {
        const row = arrays.map((array) => Number(array[i]));
        const found = fit(row);
        if (found === null)
          throw this.unexplained(values, where, first.rank > 0 ? { row, at: i } : undefined);
        return found;
      });
    if (first.dtype === "float32")
      return this.floats(
        fitAll((row) => fitFloat(this.fitter, row)),
        shapes[0]!,
      );
    if (first.dtype !== "int64" && first.dtype !== "int32") throw this.unexplained(values, where);
    const dims = fitAll((row) => this.fitter.fit(row));
    if (first.dtype === "int64" && first.rank === 1) return this.sizes(dims, use);
    return this.integers(dims, first.dtype, shapes[0]!);
  }

  private sizes(dims: readonly Dim[], use: Use | null): Value {
    const simple = use ? (simplified[use.op]?.(dims, use) ?? dims) : dims;
    return this.arithmetic.shape(simple);
  }

  /** Each element a sum of terms: one part for each term that occurs. */
  private integers(dims: readonly Dim[], dtype: "int64" | "int32", shape: readonly number[]): Value {
    const parts = new Map<string, Part>();
    const constants = dims.map((dim) => (typeof dim === "number" ? dim : 0));
    dims.forEach((dim, i) => {
      if (typeof dim === "number") return;
      for (const { factor, atoms } of dim.terms) {
        if (atoms.length === 0) {
          constants[i] = factor;
          continue;
        }
        const term = new SymbolicDim([{ factor: 1, atoms } satisfies Term]);
        const part = partOf(parts, term.text, dims.length, false, () => this.arithmetic.scalar(term, dtype));
        part.factors[i] = factor;
      }
    });
    return this.combined([...parts.values()], constants, dtype, shape);
  }

  private floats(fits: readonly FloatFit[], shape: readonly number[]): Value {
    const parts = new Map<string, Part>();
    const constants = fits.map((fit) => fit.plus);
    fits.forEach((fit, i) => {
      if (isConstant(fit)) return;
      const { factor, times, over } = fit;
      const divide = times.length === 0;
      const scalar = () => {
        const product = (dims: readonly Dim[]) =>
          dims
            .map((dim) => this.arithmetic.scalar(dim, "float32"))
            .reduce((a, b) => this.graph.op("Mul", [a, b]));
        if (divide) return product(over);
        return over.length === 0 ? product(times) : this.graph.op("Div", [product(times), product(over)]);
      };
      partOf(parts, `${times.join("*")}/${over.join("*")}`, fits.length, divide, scalar).factors[i] = factor;
    });
    return this.combined([...parts.values()], constants, "float32", shape);
  }

  /** The sum of the parts, each an array with zeros where it does not occur. */
  private combined(
    parts: readonly Part[],
    constants: readonly number[],
    dtype: "int64" | "int32" | "float32",
    shape: readonly number[],
  ): Value {
    const { graph } = this;
    const array = (numbers: readonly number[]) => {
      const data =
        dtype === "int64" ? BigInt64Array.from(numbers, BigInt) : elementArrays[dtype].from(numbers);
      return graph.constant(dtype, data as ElementArray, shape);
    };
    const terms = parts.map(({ scalar, divide, factors }) => {
      if (divide) return graph.op("Div", [array(factors), scalar()]);
      const size = scalar();
      return shape.length === 0 && factors[0] === 1 ? size : graph.op("Mul", [array(factors), size]);
    });
    if (constants.some((constant) => constant !== 0)) terms.push(array(constants));
    return terms.reduce((a, b) => graph.op("Add", [a, b]));
  }

  /** element: the one that no expression explains, at each recorded point. */
  private unexplained(
    values: readonly Value[],
    where: string,
    element?: { row: readonly number[]; at: number },
  ): TraceError {
    const { points, recorded } = this.fitter;
    const symbols = points.symbols.join(" and ") || "anything that is declared";
    const advice =
      parityAdvice("It", values.map(content), recorded) ??
      "It depends on the sizes in another way, or is drawn at random. Compute it from the inputs, or pass it in as one.";
    const what = element
      ? `${describe(values[0]!)}, whose element ${element.at} is ${atPoints(element.row.map(String), recorded)}`
      : atPoints(values.map(preview), recorded);
    return new TraceError(
      `trace: ${where}: a constant is ${what}. It is neither the same at all sizes, ` +
        `nor an expression of ${symbols} that is known here (products, divisions rounded to whole numbers, means). ${advice}`,
    );
  }
}

/** What an operator can work out for itself need not be computed in the graph. */
const simplified: Readonly<Record<string, (dims: readonly Dim[], use: Use) => readonly Dim[]>> = {
  /** One open size is what is left over (-1); of several those that stay as they are are kept (0). */
  Reshape: (dims, { inputs: [x] }) => {
    const isOpen = (dim: Dim) => typeof dim !== "number";
    if (dims.includes(0)) return dims;
    if (dims.filter(isOpen).length === 1) return dims.map((dim) => (isOpen(dim) ? -1 : dim));
    const last = (sizes: readonly Dim[]) =>
      sizes.map((dim, i) => (i === sizes.findLastIndex(isOpen) ? -1 : dim));
    const kept = last(
      dims.map((dim, i) => (isOpen(dim) && x!.shape[i] && sameDim(dim, x!.shape[i]) ? 0 : dim)),
    );
    // Zeros only in constants: there a pass that takes the Reshape before this one away can see them.
    return kept.some(isOpen) ? last(dims) : kept;
  },
  /** A size that x has already need not be repeated. */
  Expand: (dims, { inputs: [x] }) =>
    dims.map((dim, i) => {
      const own = x!.shape[i - dims.length + x!.rank];
      return own !== undefined && typeof dim !== "number" && sameDim(dim, own) ? 1 : dim;
    }),
  /** An end that is the size itself is "to the end". */
  Slice: (dims, { inputs: [x, , , axes, steps], at }) =>
    at !== 2 || !axes?.data || steps
      ? dims
      : dims.map((dim, i) =>
          typeof dim !== "number" && sameDim(dim, x!.shape[Number(axes.data![i])]!) ? sliceToEnd : dim,
        ),
};

function partOf(
  parts: Map<string, Part>,
  key: string,
  length: number,
  divide: boolean,
  scalar: () => Value,
): Part {
  const part = parts.get(key) ?? { scalar, divide, factors: Array<number>(length).fill(0) };
  parts.set(key, part);
  return part;
}

/** Constants that share their memory are the same without a look at it. */
function sameElements(a: ElementArray, b: ElementArray): boolean {
  if (a === b) return true;
  if (a.buffer === b.buffer && a.byteOffset === b.byteOffset && a.length === b.length) return true;
  for (let i = 0; i < a.length; i++) if (!Object.is(a[i], b[i])) return false;
  return true;
}

function content({ data }: Value): string {
  return data!.slice(0, 64).join();
}

function preview(value: Value): string {
  const head = Array.from(value.data!.slice(0, 4) as Float32Array, Number).join(", ");
  return `${describe(value)} {${head}${value.data!.length > 4 ? ", ..." : ""}}`;
}
