import { normalAxis, numbers } from "./dims.js";
import type { Operators } from "./types.js";

/** What runs along an axis in order, or puts it into one. */
export const order: Operators = {
  CumSum: {
    infer: ([x]) => [{ dtype: x!.dtype, shape: x!.shape }],
    inputs: 2,
    takes: "number",
    attributes: { exclusive: "int", reverse: "int" },
  },
  TopK: {
    infer: ([x, k], { axis = -1 }) => {
      const at = normalAxis(axis as number, x!.rank);
      const shape = x!.shape.map((dim, i) => (i === at ? numbers(k!)[0]! : dim));
      return [
        { dtype: x!.dtype, shape },
        { dtype: "int64", shape },
      ];
    },
    inputs: 2,
    takes: "number",
    attributes: { axis: "int", largest: "int", sorted: "int" },
  },
  NonMaxSuppression: {
    /** As many rows as may be chosen at most: whoever emits it sees to it that there are as many. */
    infer: ([, , most]) => [{ dtype: "int64", shape: [numbers(most!)[0]!, 3] }],
    inputs: [2, 5],
    takes: "float",
    attributes: { center_point_box: "int" },
  },
};
