import { sizeOf } from "@vaekit/infer";
import type { Value } from "../ir/value.js";
import { staticShape } from "../ir/value.js";

/** The elements of a constant, also of one that is stored as an expanded scalar; null for what is computed. */
export function constantNumbers(value: Value): number[] | null {
  if (value.data) return Array.from(value.data as Float32Array, Number);
  const { producer } = value;
  const [scalar] = producer?.op === "Expand" ? producer.inputs : [];
  if (!scalar?.data || scalar.rank > 0) return null;
  return Array<number>(sizeOf(staticShape(value))).fill(Number(scalar.data[0]));
}
