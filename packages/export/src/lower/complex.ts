import { GraphError } from "../errors.js";
import type { Graph } from "../ir/graph.js";
import { staticShape, type Value } from "../ir/value.js";
import { transform } from "./fourier.js";
import { castTo, filled } from "./layout.js";
import * as shape from "./shape.js";

/** A complex64 tensor of tfjs. ONNX Runtime computes with real numbers, so it stays two tensors of one shape. */
export class Complex {
  constructor(
    readonly real: Value,
    readonly imag: Value,
  ) {}
}

type Operand = Value | Complex;
type Operands = Readonly<Record<string, Operand>>;
type ComplexLowering = (inputs: Operands, attrs: Readonly<Record<string, unknown>>, graph: Graph) => Operand;

const realOf = (x: Operand): Value => (x instanceof Complex ? x.real : x);
const complexOf = (x: Operand, graph: Graph): Complex =>
  x instanceof Complex
    ? x
    : new Complex(castTo(x, "float32", graph), filled(0, "float32", staticShape(x), graph));

/** A kernel that treats both parts alike. */
function each(x: Operand, graph: Graph, lower: (part: Value) => Value): Complex {
  const { real, imag } = complexOf(x, graph);
  return new Complex(lower(real), lower(imag));
}

const pairwise =
  (lower: (a: Complex, b: Complex, graph: Graph) => Complex): ComplexLowering =>
  ({ a, b }, _attrs, graph) =>
    lower(complexOf(a!, graph), complexOf(b!, graph), graph);

const fourier =
  (inverse: boolean): ComplexLowering =>
  ({ input }, _attrs, graph) => {
    const { real, imag } = complexOf(input!, graph);
    return new Complex(...transform([real, imag], inverse, graph));
  };

/** |x| as m * sqrt((re / m)^2 + (im / m)^2) with m the larger part, so that no square under- or overflows. */
const magnitude: ComplexLowering = ({ x }, _attrs, graph) => {
  const { real, imag } = complexOf(x!, graph);
  const largest = graph.op("Max", [graph.op("Abs", [real]), graph.op("Abs", [imag])]);
  const one = graph.scalar(1);
  const m = graph.op("Where", [graph.op("Equal", [largest, graph.scalar(0)]), one, largest]);
  const square = (part: Value) => {
    const ratio = graph.op("Div", [part, m]);
    return graph.op("Mul", [ratio, ratio]);
  };
  return graph.op("Mul", [m, graph.op("Sqrt", [graph.op("Add", [square(real), square(imag)])])]);
};

/** What tfjs's kernels do with complex tensors: those that know complex numbers only, and those of its other kernels that take them. */
const complexLowerings: Readonly<Record<string, ComplexLowering>> = {
  Complex: ({ real, imag }) => new Complex(realOf(real!), realOf(imag!)),
  Real: ({ input }) => realOf(input!),
  Imag: ({ input }, _attrs, graph) => complexOf(input!, graph).imag,
  ComplexAbs: magnitude,
  FFT: fourier(false),
  IFFT: fourier(true),
  Add: pairwise(
    (a, b, graph) => new Complex(graph.op("Add", [a.real, b.real]), graph.op("Add", [a.imag, b.imag])),
  ),
  Sub: pairwise(
    (a, b, graph) => new Complex(graph.op("Sub", [a.real, b.real]), graph.op("Sub", [a.imag, b.imag])),
  ),
  Multiply: pairwise((a, b, graph) => {
    const times = (x: Value, y: Value) => graph.op("Mul", [x, y]);
    return new Complex(
      graph.op("Sub", [times(a.real, b.real), times(a.imag, b.imag)]),
      graph.op("Add", [times(a.real, b.imag), times(a.imag, b.real)]),
    );
  }),
  Cast: ({ x }, { dtype }, graph) =>
    dtype === "complex64" ? complexOf(x!, graph) : castTo(realOf(x!), dtype as "float32", graph),
  Concat: (values, attrs, graph) => {
    const parts = Object.values(values).map((value) => complexOf(value, graph));
    const join = (part: "real" | "imag") =>
      shape.concat(
        parts.map((value) => value[part]),
        attrs as { axis: number },
        graph,
      ) as Value;
    return new Complex(join("real"), join("imag"));
  },
  Identity: ({ x }) => x!,
  Reshape: ({ x }, attrs, graph) =>
    each(x!, graph, (part) => shape.reshape({ x: part }, attrs as { shape: number[] }, graph) as Value),
  OnesLike: ({ x }, _attrs, graph) => {
    const sizes = staticShape(realOf(x!));
    return new Complex(filled(1, "float32", sizes, graph), filled(0, "float32", sizes, graph));
  },
  ZerosLike: ({ x }, _attrs, graph) =>
    each(x!, graph, (part) => filled(0, "float32", staticShape(part), graph)),
};

/** Those of tfjs's kernels that are about complex numbers only, and so have no row in lower/index.ts. */
export const complexKernels = ["Complex", "ComplexAbs", "FFT", "IFFT", "Imag", "Real"] as const;

/** Whether a call makes or takes complex numbers, so that `lowerComplex` has to lower it. */
export function isComplexKernel(kernel: string, inputs: readonly string[], attrs: object): boolean {
  if (kernel === "Complex" || inputs.includes("complex64")) return true;
  return kernel === "Cast" && (attrs as { dtype: string }).dtype === "complex64";
}

/** @throws GraphError for a kernel that takes no complex numbers */
export function lowerComplex(kernel: string, inputs: Operands, attrs: object, graph: Graph): Operand {
  const lower = complexLowerings[kernel];
  if (!lower) throw new GraphError("it takes no complex numbers");
  return lower(inputs, attrs as Record<string, unknown>, graph);
}
