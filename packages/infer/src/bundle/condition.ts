import type { InferOutput } from "valibot";
import type { conditionSchema } from "./condition-schema.js";

export type Condition = InferOutput<typeof conditionSchema>;

/** Numbers per row of c; 0 where the model takes none. */
export function conditionSize(condition: Condition | null): number {
  if (!condition) return 0;
  return condition.kind === "labels" ? condition.classes : condition.names.length;
}
