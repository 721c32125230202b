import type { Graph } from "../ir/graph.js";
import { type Value, staticShape } from "../ir/value.js";
import { fusedActivations } from "./activation.js";
import { reshape } from "./layout.js";
import type { Lowering } from "./kernels.js";

/**
 * a [..., n, k] times b [..., k, m]. One matrix each becomes a Gemm, whose transposes cost nothing;
 * tfjs's fused products arrive as [1, n, k]. Stacks become a MatMul with explicit transposes.
 */
function product(a: Value, b: Value, transposeA: boolean, transposeB: boolean, graph: Graph): Value {
  const [shapeA, shapeB] = [staticShape(a), staticShape(b)];
  const single = (shape: number[]) => shape.slice(0, -2).every((n) => n === 1);
  if (single(shapeA) && single(shapeB)) {
    const flat = (x: Value, shape: number[]) => (x.rank === 2 ? x : reshape(x, shape.slice(-2), graph));
    const attributes = { transA: transposeA ? 1 : 0, transB: transposeB ? 1 : 0 };
    const y = graph.op("Gemm", [flat(a, shapeA), flat(b, shapeB)], { attributes });
    const rank = Math.max(a.rank, b.rank);
    return rank === 2 ? y : reshape(y, [...Array<number>(rank - 2).fill(1), ...staticShape(y)], graph);
  }
  const turned = (x: Value, turn: boolean) => (turn ? swapLastAxes(x, graph) : x);
  return graph.op("MatMul", [turned(a, transposeA), turned(b, transposeB)]);
}

function swapLastAxes(x: Value, graph: Graph): Value {
  const perm = [...x.shape.keys()];
  const [row, column] = perm.splice(-2);
  return graph.op("Transpose", [x], { attributes: { perm: [...perm, column!, row!] } });
}

export const batchMatMul: Lowering<"BatchMatMul"> = ({ a, b }, { transposeA, transposeB }, graph) =>
  product(a, b, transposeA, transposeB, graph);

export const fusedMatMul: Lowering<"_FusedMatMul"> = (
  { a, b, bias, preluActivationWeights },
  { transposeA, transposeB, activation, leakyreluAlpha },
  graph,
) => {
  const y = product(a, b, transposeA, transposeB, graph);
  const biased = bias ? graph.op("Add", [y, bias]) : y;
  const activate = fusedActivations[activation];
  if (!activate) throw new Error(`_FusedMatMul: activation ${activation} is none that tfjs-core 4.22 fuses`);
  return activate(biased, graph, { prelu: preluActivationWeights, leakyRelu: leakyreluAlpha });
};
