import { GraphError } from "../../errors.js";
import { matMulShape } from "./linear.js";
import type { Operators } from "./types.js";

/** Numbers as steps of 8 bits. */
export const quantize: Operators = {
  DynamicQuantizeLinear: {
    infer: ([x]) => [
      { dtype: "uint8", shape: x!.shape },
      { dtype: "float32", shape: [] },
      { dtype: "uint8", shape: [] },
    ],
    inputs: 1,
    takes: "float",
  },
  MatMulInteger: {
    infer: ([a, b]) => {
      for (const { dtype } of [a!, b!])
        if (dtype !== "uint8" && dtype !== "int8") throw new GraphError("it takes uint8 and int8 only");
      return [{ dtype: "int32", shape: matMulShape(a!, b!) }];
    },
    inputs: [2, 4],
    takes: "number",
  },
};
