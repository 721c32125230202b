import type { Graph } from "../ir/graph.js";
import { staticShape, type Value } from "../ir/value.js";
import { fusedActivations } from "./activation.js";
import type { Lowering } from "./kernels.js";
import { reshape } from "./layout.js";

interface Operands {
  a: Value;
  b: Value;
  bias?: Value;
}

/**
 * a [..., n, k] times b [..., k, m]. One matrix each becomes a Gemm, whose transposes cost nothing;
 * tfjs's fused products arrive as [1, n, k]. A bias is added to the product. Stacks, and integers, which ONNX Runtime's
 * Gemm does not take, become a MatMul with explicit transposes.
 */
function product({ a, b, bias }: Operands, transposeA: boolean, transposeB: boolean, graph: Graph): Value {
  const [shapeA, shapeB] = [staticShape(a), staticShape(b)];
  const single = (shape: number[]) => shape.slice(0, -2).every((n) => n === 1);
  if (single(shapeA) && single(shapeB) && a.dtype === "float32") {
    const flat = (x: Value, shape: number[]) => (x.rank === 2 ? x : reshape(x, shape.slice(-2), graph));
    const attributes = { transA: transposeA ? 1 : 0, transB: transposeB ? 1 : 0 };
    const row = bias && isRow(bias) ? [bias] : [];
    const y = graph.op("Gemm", [flat(a, shapeA), flat(b, shapeB), ...row], { attributes });
    const rank = Math.max(a.rank, b.rank);
    const stacked =
      rank === 2 ? y : reshape(y, [...Array<number>(rank - 2).fill(1), ...staticShape(y)], graph);
    return bias && row.length === 0 ? graph.op("Add", [stacked, bias]) : stacked;
  }
  const turned = (x: Value, turn: boolean) => (turn ? swapLastAxes(x, graph) : x);
  const y = graph.op("MatMul", [turned(a, transposeA), turned(b, transposeB)]);
  return bias ? graph.op("Add", [y, bias]) : y;
}

/** [columns] or [1, columns]: what a Gemm adds to each of its rows. */
function isRow(bias: Value): boolean {
  return bias.rank === 1 || (bias.rank === 2 && bias.shape[0] === 1);
}

function swapLastAxes(x: Value, graph: Graph): Value {
  const perm = [...x.shape.keys()];
  const [row, column] = perm.splice(-2);
  return graph.op("Transpose", [x], { attributes: { perm: [...perm, column!, row!] } });
}

export const batchMatMul: Lowering<"BatchMatMul"> = ({ a, b }, { transposeA, transposeB }, graph) =>
  product({ a, b }, transposeA, transposeB, graph);

export const fusedMatMul: Lowering<"_FusedMatMul"> = (
  { a, b, bias, preluActivationWeights },
  { transposeA, transposeB, activation, leakyreluAlpha },
  graph,
) => {
  const y = product({ a, b, bias }, transposeA, transposeB, graph);
  const activate = fusedActivations[activation];
  if (!activate) throw new Error(`_FusedMatMul: activation ${activation} is none that tfjs-core 4.22 fuses`);
  return activate(y, graph, { prelu: preluActivationWeights, leakyRelu: leakyreluAlpha });
};
