import { onnxTypes } from "../ir/element.js";
import { sameShape, type Value } from "../ir/value.js";
import { intsOf, isConstant } from "./constant.js";
import { type Rule, rewrite, type Site } from "./pass.js";
import { leadingOnes, reshapeTo, transpose } from "./reshape.js";

const toSameShape: Rule = ({ node, inputs: [x] }) =>
  sameShape(x!.shape, node.outputs[0]!.shape) ? x! : null;

const rules: Record<string, Rule> = {
  Identity: ({ inputs }) => inputs[0]!,
  Cast: ({ node, inputs: [x] }) => (node.attributes.to === onnxTypes[x!.dtype] ? x! : null),
  Expand: toSameShape,
  Tile: toSameShape,
  Squeeze: toSameShape,
  Unsqueeze: toSameShape,
  Concat: ({ inputs }) => (inputs.length === 1 ? inputs[0]! : null),
  Pad: ({ inputs: [x, pads] }) => (intsOf(pads)?.every((n) => n === 0) ? x! : null),
  Slice: (site) => {
    const steps = site.inputs[4] ? intsOf(site.inputs[4]) : [];
    return steps?.every((n) => n === 1) ? toSameShape(site) : null;
  },
  Transpose: ({ node, inputs: [x], graph }) => {
    const perm = node.attributes.perm as readonly number[];
    if (perm.every((axis, i) => axis === i)) return x!;
    const before = x!.producer?.op === "Transpose" ? x!.producer : null;
    if (!before) return null;
    const order = before.attributes.perm as readonly number[];
    return transpose(
      graph,
      before.inputs[0]!,
      perm.map((axis) => order[axis]!),
    );
  },
  Reshape: ({ node, inputs: [x, shape], uses, graph }) => {
    const output = node.outputs[0]!;
    if (sameShape(x!.shape, output.shape)) return x!;
    const source = x!.producer?.op === "Reshape" ? x!.producer.inputs[0]! : null;
    if (!source) return null;
    // The first one stays for others: next to it, one that adds ones sinks behind what takes both (sink-reshape.ts).
    const shared = uses.get(node.inputs[0]!)!.length > 1;
    if (shared && leadingOnes(x!, output) && !sameShape(source.shape, output.shape)) return null;
    // A 0 in the target stands for the size that it finds there: another, once the first Reshape is gone.
    if (intsOf(shape)?.includes(0)) return reshapeTo(graph, source, output.shape);
    return graph.op("Reshape", [source, shape!], { outputs: [output] });
  },
  Mul: (site) => neutral(site, 1, [0, 1]),
  Div: (site) => neutral(site, 1, [1]),
  Add: (site) => neutral(site, 0, [0, 1]),
  Sub: (site) => neutral(site, 0, [1]),
  Sum: ({ inputs, graph }) =>
    inputs.length === 1 ? inputs[0]! : inputs.length === 2 ? graph.op("Add", inputs) : null,
};

/** Operators that return what they were given: identities, casts and reshapes to the same, times 1, plus 0. */
export const noOps = rewrite((site) => rules[site.node.op]?.(site) ?? null);

/** The other operand, where one of those at `places` is a constant that changes neither its elements nor its shape. */
function neutral({ node, inputs }: Site, element: number, places: readonly number[]): Value | null {
  for (const place of places) {
    const [operand, other] = [inputs[place]!, inputs[1 - place]!];
    if (!isConstant(operand) || operand.dtype === "float16") continue;
    if (!sameShape(other.shape, node.outputs[0]!.shape)) continue;
    if ((operand.data as Float32Array).every((value) => Number(value) === element)) return other;
  }
  return null;
}
