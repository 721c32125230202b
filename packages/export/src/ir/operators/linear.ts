import { GraphError } from "../../errors.js";
import { type Shape, sameDim, type Value } from "../value.js";
import { broadcast, sameDType } from "./dims.js";
import type { Operators } from "./types.js";

function matMulShape(a: Value, b: Value): Shape {
  if (a.rank < 2 || b.rank < 2 || !sameDim(a.shape.at(-1)!, b.shape.at(-2)!)) {
    throw new GraphError("the inner sizes differ");
  }
  return [...broadcast(a.shape.slice(0, -2), b.shape.slice(0, -2)), a.shape.at(-2)!, b.shape.at(-1)!];
}

/** Matrix products. */
export const linear: Operators = {
  MatMul: {
    infer: ([a, b]) => [{ dtype: sameDType(a!, b!), shape: matMulShape(a!, b!) }],
    inputs: 2,
    takes: "number",
  },
  Gemm: {
    infer: ([a, b], { transA = 0, transB = 0 }) => [
      { dtype: sameDType(a!, b!), shape: [a!.shape[transA === 1 ? 1 : 0]!, b!.shape[transB === 1 ? 0 : 1]!] },
    ],
    inputs: [2, 3],
    takes: "float",
    attributes: { transA: "int", transB: "int", alpha: "float", beta: "float" },
  },
};
