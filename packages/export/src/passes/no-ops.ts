import { onnxTypes } from "../ir/element.js";
import { sameShape, type Value } from "../ir/value.js";
import { type Rule, rewrite } from "./pass.js";

const rules: Record<string, Rule> = {
  Identity: ({ inputs }) => inputs[0]!,
  Cast: ({ node, inputs: [x] }) => (node.attributes.to === onnxTypes[x!.dtype] ? x! : null),
  Expand: ({ node, inputs: [x] }) => (sameShape(x!.shape, node.outputs[0]!.shape) ? x! : null),
  Tile: ({ node, inputs: [x] }) => (sameShape(x!.shape, node.outputs[0]!.shape) ? x! : null),
  Transpose: ({ node, inputs: [x] }) =>
    (node.attributes.perm as readonly number[]).every((axis, i) => axis === i) ? x! : null,
  Reshape: ({ node, inputs: [x, shape], graph }) => {
    const output = node.outputs[0]!;
    if (sameShape(x!.shape, output.shape)) return x!;
    if (x!.producer?.op !== "Reshape") return null;
    return graph.op("Reshape", [x!.producer.inputs[0]!, shape!], { outputs: [output] });
  },
  Mul: ({ inputs }) => neutral(inputs as readonly Value[], 1, [0, 1]),
  Div: ({ inputs }) => neutral(inputs as readonly Value[], 1, [1]),
  Add: ({ inputs }) => neutral(inputs as readonly Value[], 0, [0, 1]),
  Sub: ({ inputs }) => neutral(inputs as readonly Value[], 0, [1]),
  Sum: ({ inputs, graph }) =>
    inputs.length === 1 ? inputs[0]! : inputs.length === 2 ? graph.op("Add", inputs) : null,
};

/** Operators that return what they were given: identities, casts and reshapes to the same, times 1, plus 0. */
export const noOps = rewrite((site) => rules[site.node.op]?.(site) ?? null);

/** The other operand, where one of those at `places` is a scalar constant that changes nothing. */
function neutral(inputs: readonly Value[], element: number, places: readonly number[]): Value | null {
  for (const place of places) {
    const { data, rank } = inputs[place]!;
    if (data && rank === 0 && Number(data[0]) === element) return inputs[1 - place]!;
  }
  return null;
}
