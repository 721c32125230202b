import { Value } from "../ir/value.js";
import { type Constant, smallSize } from "./constant.js";
import { allConstant, evaluators } from "./evaluate.js";
import { type Rule, rewrite, type Site } from "./pass.js";

/**
 * Operators on constants are computed at once, where that stores no more than before: a scalar that is spread, a
 * half-precision weight that is cast and a large weight that something else uses as it is stay what they are.
 */
export const foldConstants = rewrite((site) => {
  if (site.node.op === "Shape") return shapeOf(site);
  const { node, inputs } = site;
  const evaluate = Object.hasOwn(evaluators, node.op) ? evaluators[node.op]! : null;
  const [output] = node.outputs as [Value];
  if (!evaluate || inputs.length === 0 || !allConstant(inputs)) return null;
  // Whoever uses it broadcasts a scalar, or else writes it out when the model is loaded.
  if (node.op === "Expand" && output.dtype !== "int64" && inputs[0]!.data!.length === 1) return null;
  if (!output.shape.every((dim) => typeof dim === "number") || !worthStoring(site, output)) return null;
  const data = evaluate(inputs, output, node.attributes);
  return data && new Value(output.dtype, output.shape, data, largest(inputs as Constant[]).name);
});

function worthStoring({ node, inputs, uses }: Site, output: Value): boolean {
  const size = (output.shape as readonly number[]).reduce((product, n) => product * n, 1);
  if (size <= smallSize) return true;
  const source = largest(inputs as Constant[]);
  const shared = node.inputs.some((input, i) => inputs[i] === source && uses.get(input!)!.length > 1);
  return !shared && size <= source.data.length && !widens(source, output);
}

/** int8 and float16 are what a weight is stored in to be small. */
function widens(source: Value, output: Value): boolean {
  return source.dtype !== output.dtype && ["int8", "uint8", "float16"].includes(source.dtype);
}

function largest(inputs: readonly Constant[]): Constant {
  return inputs.reduce((a, b) => (b && b.data.length > a.data.length ? b : a));
}

/** A shape without open sizes is a constant, whatever it is the shape of. */
const shapeOf: Rule = ({ node, inputs: [x], graph }) => {
  const { start = 0, end } = node.attributes as { start?: number; end?: number };
  const dims = x!.shape.slice(start, end);
  return dims.every((dim) => typeof dim === "number") ? graph.ints(dims as number[]) : null;
};
