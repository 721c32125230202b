import { GraphError } from "../../errors.js";
import { normalAxis } from "./dims.js";
import type { Operator, Operators } from "./types.js";

const scatterElements = (
  attributes: Operator["attributes"],
  range: Pick<Operator, "since" | "until">,
): Operator => ({
  infer: ([data]) => [{ dtype: data!.dtype, shape: data!.shape }],
  inputs: 3,
  attributes: { axis: "int", ...attributes },
  ...range,
});

const scatterNd = (
  attributes: Operator["attributes"],
  range: Pick<Operator, "since" | "until">,
): Operator => ({
  infer: ([data]) => [{ dtype: data!.dtype, shape: data!.shape }],
  inputs: 3,
  attributes,
  ...range,
});

/** Elements read from, and written to, the places that another input names. */
export const indexing: Operators = {
  Gather: {
    infer: ([x, indices], { axis = 0 }) => {
      const at = normalAxis(axis as number, x!.rank);
      return [
        { dtype: x!.dtype, shape: [...x!.shape.slice(0, at), ...indices!.shape, ...x!.shape.slice(at + 1)] },
      ];
    },
    inputs: 2,
    attributes: { axis: "int" },
  },
  GatherND: {
    infer: ([x, indices], { batch_dims = 0 }) => {
      const depth = indices!.shape.at(-1);
      if (typeof depth !== "number") throw new GraphError("the depth of the indices is not a number");
      const inner = x!.shape.slice((batch_dims as number) + depth);
      return [{ dtype: x!.dtype, shape: [...indices!.shape.slice(0, -1), ...inner] }];
    },
    inputs: 2,
    attributes: { batch_dims: "int" },
  },
  ScatterElements: [
    scatterElements({}, { until: 15 }),
    scatterElements({ reduction: "string" }, { since: 16 }),
  ],
  ScatterND: [scatterNd({}, { until: 15 }), scatterNd({ reduction: "string" }, { since: 16 })],
};
