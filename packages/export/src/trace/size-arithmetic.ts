import { type Atom, type Dim, multiplyDims, SymbolicDim, symbolicDim, type Term } from "../ir/dim.js";
import { productOf } from "../ir/dim-text.js";
import { onnxTypes } from "../ir/element.js";
import type { Graph } from "../ir/graph.js";
import { sameDim, type Value } from "../ir/value.js";

/** Before it ONNX's Shape gives all sizes at once. */
const shapeOfSome = 15;

/** Computes sizes in the graph, from the shapes of its inputs; each is computed once. */
export class SizeArithmetic {
  private readonly vectors = new Map<string, Value>();
  private readonly scalars = new Map<string, Value>();

  constructor(private readonly graph: Graph) {}

  /** Sizes one after the other: int64 [sizes]. */
  shape(dims: readonly Dim[]): Value {
    const parts: Value[] = [];
    for (let at = 0; at < dims.length; ) {
      const fixed = dims.slice(at).findIndex((dim) => typeof dim !== "number");
      const count = fixed < 0 ? dims.length - at : fixed;
      if (count > 0) {
        parts.push(this.graph.ints(dims.slice(at, at + count) as number[]));
        at += count;
        continue;
      }
      const run = this.longestRun(dims.slice(at));
      parts.push(run ? this.sizesOf(run.input, run.axis, run.count) : this.vector(dims[at]!));
      at += run?.count ?? 1;
    }
    return parts.length === 1 ? parts[0]! : this.op("Concat", parts, { axis: 0 });
  }

  /** One size as a scalar of a dtype. */
  scalar(dim: Dim, dtype: Value["dtype"]): Value {
    const key = `${dim} ${dtype}`;
    const made = this.scalars.get(key);
    if (made) return made;
    const whole = this.op("Reshape", [this.vector(dim), this.graph.ints([])]);
    const scalar = dtype === "int64" ? whole : this.op("Cast", [whole], { to: onnxTypes[dtype] });
    this.scalars.set(key, scalar);
    return scalar;
  }

  /** One size: int64 [1]. */
  private vector(dim: Dim): Value {
    if (typeof dim === "number") return this.graph.ints([dim]);
    return this.once(dim.text, () => this.product(dim.terms) ?? this.sum(dim.terms));
  }

  private product(terms: readonly Term[]): Value | null {
    const product = productOf(terms);
    if (!product) return null;
    const { factor, factors } = product;
    const parts = factors.map(({ atom, plus }) => this.plus(this.atom(atom), plus));
    return this.times(
      parts.reduce((a, b) => this.op("Mul", [a, b])),
      factor,
    );
  }

  private sum(terms: readonly Term[]): Value {
    const constant = terms.find(({ atoms }) => atoms.length === 0)?.factor ?? 0;
    const parts = terms.filter(({ atoms }) => atoms.length > 0).map((term) => this.product([term])!);
    return this.plus(
      parts.reduce((a, b) => this.op("Add", [a, b])),
      constant,
    );
  }

  /** What is divided is never negative, so that it does not matter which way ONNX rounds. */
  private atom(atom: Atom): Value {
    const { symbol, times, plus, over } = atom;
    return this.once(new SymbolicDim([{ factor: 1, atoms: [atom] }]).text, () => {
      if (over > 1) {
        const whole = this.atom({ symbol, times: 1, plus: 0, over: 1 });
        return this.op("Div", [this.plus(this.times(whole, times), plus), this.graph.ints([over])]);
      }
      for (const input of this.graph.inputs) {
        const axis = input.shape.findIndex((dim) => `${dim}` === symbol);
        if (axis >= 0) return this.sizesOf(input, axis, 1);
      }
      return this.ofMultiple(symbol);
    });
  }

  /** A symbol of which inputs have multiples only: `4*height` divided by 4. */
  private ofMultiple(symbol: string): Value {
    for (const input of this.graph.inputs) {
      for (const [axis, dim] of input.shape.entries()) {
        const [term, ...rest] = typeof dim === "number" ? [] : dim.terms;
        if (!term || rest.length > 0 || `${multiplyDims(symbolicDim(symbol), term.factor)}` !== `${dim}`)
          continue;
        return this.op("Div", [this.sizesOf(input, axis, 1), this.graph.ints([term.factor])]);
      }
    }
    throw new Error(`no input has the size ${symbol}`);
  }

  private times(value: Value, factor: number): Value {
    return factor === 1 ? value : this.op("Mul", [value, this.graph.ints([factor])]);
  }

  private plus(value: Value, plus: number): Value {
    return plus === 0 ? value : this.op("Add", [value, this.graph.ints([plus])]);
  }

  /** The input with the most axes in a row that are these sizes. */
  private longestRun(dims: readonly Dim[]): { input: Value; axis: number; count: number } | null {
    let best: { input: Value; axis: number; count: number } | null = null;
    for (const input of this.graph.inputs) {
      for (const axis of input.shape.keys()) {
        const rest = input.shape.slice(axis);
        const end = rest.findIndex((dim, i) => dims[i] === undefined || !sameDim(dim, dims[i]));
        const count = end < 0 ? rest.length : end;
        if (count > (best?.count ?? 0)) best = { input, axis, count };
      }
    }
    return best;
  }

  private sizesOf(input: Value, axis: number, count: number): Value {
    return this.once(`shape of ${input.name} ${axis} ${count}`, () => {
      const end = axis + count;
      if (count === input.rank) return this.op("Shape", [input]);
      if (this.graph.opset >= shapeOfSome) return this.op("Shape", [input], { start: axis, end });
      const all = this.once(`shape of ${input.name}`, () => this.op("Shape", [input]));
      return this.op("Slice", [all, ...[axis, end, 0].map((n) => this.graph.ints([n]))]);
    });
  }

  private once(key: string, make: () => Value): Value {
    const made = this.vectors.get(key) ?? make();
    this.vectors.set(key, made);
    return made;
  }

  /** Shared by all that need the size, so that the nodes are of no layer. */
  private op(op: string, inputs: readonly Value[], attributes = {}): Value {
    const { graph } = this;
    const { origin } = graph;
    graph.origin = { kernel: "sizes", scope: "" };
    const value = graph.op(op, inputs, { attributes });
    graph.origin = origin;
    return value;
  }
}
