import { GraphError } from "../../errors.js";
import type { Dim } from "../value.js";
import { numbers, scaleDim } from "./dims.js";
import type { Operator, Operators } from "./types.js";

/** Sizes are given, or follow from the scales; one of the two inputs is left out. */
const resize = (attributes: Operator["attributes"], range: Pick<Operator, "since" | "until">): Operator => ({
  infer: ([x], _attributes, [, , scales, sizes]) => {
    if (sizes) return [{ dtype: x!.dtype, shape: numbers(sizes) }];
    if (!scales) throw new GraphError("neither sizes nor scales are given");
    const shape = numbers(scales).map((by, i): Dim => {
      const dim = x!.shape[i]!;
      return typeof dim === "number" ? Math.floor(dim * by) : scaleDim(dim, by);
    });
    return [{ dtype: x!.dtype, shape }];
  },
  inputs: [3, 4],
  takes: "number",
  attributes: {
    coordinate_transformation_mode: "string",
    mode: "string",
    nearest_mode: "string",
    ...attributes,
  },
  ...range,
});

function divide(dim: Dim, by: number): number {
  if (typeof dim !== "number" || dim % by !== 0)
    throw new GraphError("the channels do not make whole blocks");
  return dim / by;
}

/** Pictures [batch, channels, height, width] made larger, smaller or different. */
export const spatial: Operators = {
  Resize: [
    resize({}, { until: 17 }),
    resize({ antialias: "int", axes: "ints", keep_aspect_ratio_policy: "string" }, { since: 18 }),
  ],
  DepthToSpace: {
    infer: ([x], { blocksize }) => {
      const [n, c, h, w] = x!.shape as [Dim, Dim, Dim, Dim];
      const size = blocksize as number;
      const shape = [n, divide(c, size * size), scaleDim(h, size), scaleDim(w, size)];
      return [{ dtype: x!.dtype, shape }];
    },
    inputs: 1,
    takes: "number",
    attributes: { blocksize: "int!", mode: "string" },
  },
  LRN: {
    infer: ([x]) => [{ dtype: x!.dtype, shape: x!.shape }],
    inputs: 1,
    takes: "float",
    attributes: { size: "int!", alpha: "float", beta: "float", bias: "float" },
  },
};
