import type { Operator, Operators, Rule } from "./types.js";

/** x [..., n, 1 or 2] along one of its axes; the last axis of the result holds real and imaginary part. */
const transform: Rule = ([x]) => [{ dtype: x!.dtype, shape: [...x!.shape.slice(0, -1), 2] }];
const dft: Operator = { infer: transform, inputs: [1, 2], takes: "float" };

/** Spectra. */
export const signal: Operators = {
  DFT: [
    { ...dft, attributes: { axis: "int", inverse: "int" }, since: 17, until: 19 },
    { ...dft, inputs: [1, 3], attributes: { inverse: "int" }, since: 20 },
  ],
};
