import { z } from "zod";

/** What a conditional model is told beside x and z: c [batch, size] float32. */
export const conditionSchema = z.discriminatedUnion("kind", [
  /** One-hot rows; a row may spread over classes, as a mixture of them. */
  z.object({ kind: z.literal("labels"), classes: z.number().int().min(2) }),
  /** Known numbers in their own units; the graphs standardise them with these means and deviations. */
  z
    .object({
      kind: z.literal("columns"),
      names: z.array(z.string()).min(1),
      mean: z.array(z.number()),
      std: z.array(z.number().positive()),
    })
    .refine(({ names, mean, std }) => mean.length === names.length && std.length === names.length, {
      message: "there must be one mean and one std for each name",
    }),
]);

export type Condition = z.infer<typeof conditionSchema>;

/** Numbers per row of c; 0 where the model takes none. */
export function conditionSize(condition: Condition | null): number {
  if (!condition) return 0;
  return condition.kind === "labels" ? condition.classes : condition.names.length;
}
