import { onnxTypes } from "../ir/element.js";
import { Graph } from "../ir/graph.js";
import type { Node } from "../ir/node.js";
import type { Value } from "../ir/value.js";
import { decodedInt8 } from "./encoding.js";
import { largestHalf, smallestNormalHalf, toHalves } from "./half.js";
import { constantBytes } from "./report.js";

/**
 * What WebGPU gains from: products run in half precision wherever their weights fit. Their sums go over many elements
 * too, but runtimes add those up in blocks, or in float32.
 */
const products = new Set(["MatMul", "Gemm", "Conv", "ConvTranspose"]);

/**
 * Operators that stay in half precision where all that comes in is so already. All others are float32: exponentials,
 * logarithms, powers, and sums over many elements (reductions, averages, softmax, normalisation) overflow at 65504 or
 * need more than 11 bits, and so does what follows them, up to the next product.
 */
const followers = new Set([
  ...["Add", "Sub", "Mul", "Neg", "Abs", "Max", "Min", "Clip", "Relu", "LeakyRelu", "PRelu", "Elu", "Selu"],
  ...["Sigmoid", "Tanh", "HardSigmoid", "HardSwish", "Where", "MaxPool", "Identity"],
  ...["Reshape", "Transpose", "Concat", "Split", "Slice", "Pad", "Expand", "Tile", "Gather", "Squeeze"],
  ...["Unsqueeze", "Flatten", "DepthToSpace", "Resize"],
]);

/** Inputs that are float32 whatever the others are. */
const alwaysFloat: Readonly<Record<string, readonly number[]>> = { Resize: [2] };

export interface PrecisionReport {
  /** Of all constants. */
  bytes: { before: number; after: number };
  /** Nodes that compute in half precision, and those that stay in float32, by operator. */
  half: Record<string, number>;
  float32: Record<string, number>;
}

/**
 * A graph that computes in half precision where that is safe, for WebGPU. Its inputs and outputs stay float32: Casts
 * stand where numbers change from one to the other. For a graph that is optimised already.
 */
export function toHalfPrecision(old: Graph): { graph: Graph; report: PrecisionReport } {
  const graph = new Graph(old.opset);
  graph.inputs.push(...old.inputs);
  const report: PrecisionReport = { bytes: { before: constantBytes(old), after: 0 }, half: {}, float32: {} };
  /** Each value of the old graph in the new one, as float32 and as float16; made where they are first needed. */
  const floats = new Map<Value, Value>();
  const halves = new Map<Value, Value>();
  /** Values that nodes give in half precision. */
  const given = new Set<Value>();
  const cast = (value: Value, to: "float32" | "float16") =>
    graph.op("Cast", [value], { attributes: { to: onnxTypes[to] } });
  const asFloat = (value: Value): Value => {
    if (!floats.has(value))
      floats.set(value, halves.has(value) ? cast(halves.get(value)!, "float32") : value);
    return floats.get(value)!;
  };
  const asHalf = (value: Value): Value => {
    if (!halves.has(value)) {
      const { data, shape, name } = value;
      const half = data
        ? graph.constant("float16", toHalves(data as Float32Array), shape as number[], name)
        : cast(asFloat(value), "float16");
      halves.set(value, half);
    }
    return halves.get(value)!;
  };
  for (const node of old.nodes) {
    graph.origin = node.origin;
    const chosen = halfInputs(node, given);
    const inputs = node.inputs.map((value, at) => {
      if (value?.dtype !== "float32") return value && asFloat(value);
      return chosen?.includes(at) ? asHalf(value) : asFloat(value);
    });
    const outputs = node.outputs.map(({ dtype, shape }) => ({
      dtype: chosen && dtype === "float32" ? ("float16" as const) : dtype,
      shape,
    }));
    const values = graph.ops(node.op, inputs, { attributes: node.attributes, outputs });
    node.outputs.forEach((output, i) => {
      const isHalf = values[i]!.dtype === "float16";
      (isHalf ? halves : floats).set(output, values[i]!);
      if (isHalf) given.add(output);
    });
    if (node.outputs.some(({ dtype }) => dtype === "float32")) {
      const counts = chosen ? report.half : report.float32;
      counts[node.op] = (counts[node.op] ?? 0) + 1;
    }
  }
  for (const { name, value } of old.outputs) {
    graph.origin = value.producer?.origin ?? { kernel: "", scope: "" };
    graph.output(name, asFloat(value));
  }
  report.bytes.after = constantBytes(graph);
  return { graph, report };
}

/** The inputs that are float16 where the node runs in half precision, else null. */
function halfInputs({ op, inputs, outputs }: Node, halves: ReadonlySet<Value>): readonly number[] | null {
  if (outputs.every(({ dtype }) => dtype !== "float32")) return null;
  const floats = [...inputs.keys()].filter(
    (at) => inputs[at]?.dtype === "float32" && !alwaysFloat[op]?.includes(at),
  );
  if (!floats.every((at) => fitsHalf(inputs[at]!))) return null;
  const computed = floats.filter((at) => !inputs[at]!.data);
  const follows = followers.has(op) && computed.length > 0 && computed.every((at) => halves.has(inputs[at]!));
  return products.has(op) || follows ? floats : null;
}

/**
 * A node with a constant beyond half's range stays float32, and one with a constant that is below it as a whole too:
 * small weights would become zeros, and what is added to keep a logarithm or a quotient finite (1e-7) must not vanish.
 * Next to a normal half, smaller elements lose no more than it does itself: 2^-11 of it.
 */
function fitsHalf(value: Value): boolean {
  const numbers = (value.data as Float32Array | null) ?? decodedInt8(value);
  if (!numbers) return true;
  let largest = 0;
  for (const number of numbers) {
    const size = Math.abs(number);
    if (!(size <= largestHalf)) return false;
    if (size > largest) largest = size;
  }
  return largest === 0 || largest >= smallestNormalHalf;
}
