import * as v from "valibot";

/** What a conditional model is told beside x and z: c [batch, size] float32. */
export const conditionSchema = v.variant("kind", [
  /** One-hot rows; a row may spread over classes, as a mixture of them. */
  v.object({ kind: v.literal("labels"), classes: v.pipe(v.number(), v.integer(), v.minValue(2)) }),
  /** Known numbers in their own units; the graphs standardise them with these means and deviations. */
  v.pipe(
    v.object({
      kind: v.literal("columns"),
      names: v.pipe(v.array(v.string()), v.minLength(1)),
      mean: v.array(v.pipe(v.number(), v.finite())),
      std: v.array(v.pipe(v.number(), v.finite(), v.gtValue(0))),
    }),
    v.check(
      ({ names, mean, std }) => mean.length === names.length && std.length === names.length,
      "there must be one mean and one std for each name",
    ),
  ),
]);
