import { onnxTypes } from "../ir/element.js";
import type { Graph } from "../ir/graph.js";
import type { FloatAttribute, Node } from "../ir/node.js";
import { staticShape, type Value } from "../ir/value.js";
import { rewrite } from "../passes/pass.js";
import { nameOf, type Use, weightsOf } from "./constants.js";
import { weightError } from "./encoding.js";
import { dequantize, type Quantized, quantize } from "./int8.js";
import type { WeightLog } from "./report.js";

/** Below it ONNX Runtime takes as long for 8-bit products as for float32, or longer (bench/suites/weights.mjs). */
const smallest = { inner: 256, elements: 2 ** 17 };

/**
 * 7 bits a weight: on x86 without VNNI, ONNX Runtime adds two products of 8 bits in 16, which then overflow, so that
 * the same model gives other results there. 2 * 255 * 63 stays below 2^15.
 */
const most = 63;

/**
 * Matrix products with a large constant on the right are computed with 8-bit integers: the weight has a scale for each
 * column, the other side one scale and zero point that are found as it comes (DynamicQuantizeLinear). ONNX Runtime
 * fuses all of it, bias included.
 */
export function integerProducts(graph: Graph, log: WeightLog): Graph {
  const weights = new Map<Value, Quantized>();
  for (const [weight, uses] of weightsOf(graph)) {
    if (!uses.every((use) => isProduct(use, weight))) continue;
    const turned = isTurned(uses[0]!.node);
    if (uses.some(({ node }) => isTurned(node) !== turned)) continue;
    const shape = staticShape(weight);
    const quantized = quantize(weight.data as Float32Array, shape, [turned ? 0 : 1], most);
    const error = weightError(weight.data as Float32Array, dequantize(quantized, shape));
    if (!Number.isFinite(error.maxAbsolute)) continue;
    weights.set(weight, turned ? transposed(quantized, shape) : quantized);
    const after = quantized.data.byteLength + quantized.scales.byteLength;
    const before = weight.data!.byteLength;
    log.stored.push({ name: nameOf(weight, uses), shape, as: "int8", bytes: { before, after }, error });
  }
  const constants = new Map<Value, IntegerWeight>();
  const inputs = new Map<Value, readonly Value[]>();
  const pass = rewrite(({ node, inputs: [x, w, bias], graph: target }) => {
    const quantized = w && weights.get(w);
    if (!quantized) return null;
    if (!constants.has(w)) constants.set(w, integerWeight(w, quantized, target));
    if (!inputs.has(x!)) inputs.set(x!, target.ops("DynamicQuantizeLinear", [x!]));
    const [codes, scale, zero] = inputs.get(x!) as [Value, Value, Value];
    const { data, scales } = constants.get(w)!;
    const sums = target.op("MatMulInteger", [codes, data, zero]);
    const product = target.op("Mul", [
      target.op("Cast", [sums], { attributes: { to: onnxTypes.float32 } }),
      target.op("Mul", [scale, scales]),
    ]);
    const [output] = node.outputs;
    return bias ? target.op("Add", [product, bias], { outputs: [output!] }) : product;
  });
  return pass(graph).graph;
}

interface IntegerWeight {
  /** [inner, columns] */
  data: Value;
  /** [columns] */
  scales: Value;
}

function integerWeight({ name }: Value, { data, scales }: Quantized, graph: Graph): IntegerWeight {
  const columns = scales.length;
  return {
    data: graph.constant("int8", data, [data.length / columns, columns], name),
    scales: graph.constant("float32", scales, [columns], name && `${name}:scale`),
  };
}

/** x [.., inner] times the weight [inner, columns] (or turned), with nothing but a bias beside it. */
function isProduct({ node, at }: Use, weight: Value): boolean {
  const { op, attributes, inputs } = node;
  if (at !== 1 || weight.rank !== 2 || inputs[0]!.data) return false;
  const inner = weight.shape[isTurned(node) ? 1 : 0] as number;
  if (inner < smallest.inner || weight.data!.length < smallest.elements) return false;
  const factor = (name: string) => (attributes[name] as FloatAttribute | undefined)?.float ?? 1;
  return (
    op === "MatMul" ||
    (op === "Gemm" && attributes.transA !== 1 && factor("alpha") === 1 && factor("beta") === 1)
  );
}

/** Whether the weight is [columns, inner]. */
function isTurned({ attributes }: Node): boolean {
  return attributes.transB === 1;
}

function transposed({ data, scales, scaleShape }: Quantized, [columns, inner]: readonly number[]): Quantized {
  const turned = new Int8Array(data.length);
  for (let column = 0; column < columns!; column++)
    for (let i = 0; i < inner!; i++) turned[i * columns! + column] = data[column * inner! + i]!;
  return { data: turned, scales, scaleShape: scaleShape.toReversed() };
}
