import type { Attributes } from "../node.js";
import type { Dim, Value } from "../value.js";
import { normalAxis, numbers } from "./dims.js";
import type { Operator, Operators, Rule, TypeInfo } from "./types.js";

/** x without the axes (all where none are given), or with 1 in their places. */
function reduced(x: Value, axes: readonly number[] | undefined, { keepdims = 1 }: Attributes): TypeInfo[] {
  const gone = new Set(axes?.map((axis) => normalAxis(axis, x.rank)) ?? x.shape.keys());
  const kept = x.shape.map((dim, i): Dim => (gone.has(i) ? 1 : dim));
  return [{ dtype: x.dtype, shape: keepdims === 1 ? kept : kept.filter((_, i) => !gone.has(i)) }];
}

const byInput: Rule = ([x, axes], attributes) => reduced(x!, axes && numbers(axes), attributes);
const byAttribute: Rule = ([x], attributes) =>
  reduced(x!, attributes.axes as readonly number[] | undefined, attributes);

/** Axes as an input, as all reductions have had them since opset 18. */
const withInput = (since: number): Operator => ({
  infer: byInput,
  inputs: [1, 2],
  takes: "number",
  attributes: { keepdims: "int", noop_with_empty_axes: "int" },
  since,
});
const both: readonly Operator[] = [
  {
    infer: byAttribute,
    inputs: 1,
    takes: "number",
    attributes: { axes: "ints", keepdims: "int" },
    until: 17,
  },
  withInput(18),
];
const arg: Operator = {
  infer: ([x], attributes) => [
    {
      dtype: "int64",
      shape: reduced(x!, [(attributes.axis as number | undefined) ?? 0], attributes)[0]!.shape,
    },
  ],
  inputs: 1,
  takes: "number",
  attributes: { axis: "int", keepdims: "int", select_last_index: "int" },
};

/** Fewer elements along some axes. */
export const reduce: Operators = {
  ReduceSum: withInput(13),
  ReduceMean: both,
  ReduceMax: both,
  ReduceMin: both,
  ReduceProd: both,
  ArgMax: arg,
  ArgMin: arg,
};
