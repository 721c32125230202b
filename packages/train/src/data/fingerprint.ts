import { createHash } from "node:crypto";
import type { ConditionConfig } from "../model/condition.js";
import type { Dataset } from "./types.js";

/**
 * sha256 of the values and their shape, and of the labels or columns that a conditional model is told: a resumed run must
 * see the same data.
 */
export function fingerprint(data: Dataset, condition: ConditionConfig | null): string {
  const hash = createHash("sha256").update(`${data.shape}`).update(data.values);
  const told = condition?.kind === "labels" ? data.labels : condition && data.columns?.values;
  if (told) hash.update(new Uint8Array(told.buffer, told.byteOffset, told.byteLength));
  return hash.digest("hex");
}
