import { GraphError } from "../../errors.js";
import { type Dim, type Shape, sameDim, type Value } from "../value.js";
import { broadcast, sameDType } from "./dims.js";
import type { Operators } from "./types.js";

/** @throws GraphError when the inner sizes differ */
export function matMulShape(a: Value, b: Value): Shape {
  if (a.rank < 2 || b.rank < 2 || !sameDim(a.shape.at(-1)!, b.shape.at(-2)!)) {
    throw new GraphError("the inner sizes differ");
  }
  return [...broadcast(a.shape.slice(0, -2), b.shape.slice(0, -2)), a.shape.at(-2)!, b.shape.at(-1)!];
}

/** The size of each letter of an equation as `ij,jk->ik`. */
function einsumShape(equation: string, inputs: readonly Value[]): Shape {
  const [given = "", wanted = ""] = equation.split("->");
  const sizes = new Map<string, Dim>();
  given.split(",").forEach((letters, i) => {
    const { shape } = inputs[i]!;
    if (letters.length !== shape.length) throw new GraphError(`${letters} does not name each axis`);
    for (const [axis, letter] of [...letters].entries()) {
      const seen = sizes.get(letter) ?? shape[axis]!;
      if (!sameDim(seen, shape[axis]!)) throw new GraphError(`the sizes of ${letter} differ`);
      sizes.set(letter, seen);
    }
  });
  return [...wanted].map((letter) => {
    const size = sizes.get(letter);
    if (size === undefined) throw new GraphError(`${letter} is in no input`);
    return size;
  });
}

/** Matrix products. */
export const linear: Operators = {
  Einsum: {
    infer: (inputs, { equation }) => [
      { dtype: inputs[0]!.dtype, shape: einsumShape(equation as string, inputs) },
    ],
    inputs: [1, Number.POSITIVE_INFINITY],
    takes: "number",
    attributes: { equation: "string!" },
  },
  MatMul: {
    infer: ([a, b]) => [{ dtype: sameDType(a!, b!), shape: matMulShape(a!, b!) }],
    inputs: 2,
    takes: "number",
  },
  Gemm: {
    infer: ([a, b], { transA, transB }) => {
      const [n, k] = transA === 1 ? a!.shape.toReversed() : a!.shape;
      const [inner, m] = transB === 1 ? b!.shape.toReversed() : b!.shape;
      if (!sameDim(k!, inner!)) throw new GraphError("the inner sizes differ");
      return [{ dtype: sameDType(a!, b!), shape: [n!, m!] }];
    },
    inputs: [2, 3],
    takes: "float",
    attributes: { transA: "int", transB: "int", alpha: "float", beta: "float" },
  },
};
