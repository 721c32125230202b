import type { Manifest } from "@vaekit/infer/web";
import { labelOf, namesOf, numbersOf } from "./numbers.js";

type Told = Record<"label" | "c" | "classes", string | null>;

/**
 * What the attributes tell the decoder beside z, as one row; the first label, or the mean of the columns, where they say
 * nothing; null for models that are told nothing.
 * @throws Error for attributes that do not fit the model
 */
export function conditionRow({ condition }: Pick<Manifest, "condition">, told: Told): Float32Array | null {
  const { label, c } = told;
  if (!condition) {
    if (label === null && c === null) return null;
    throw new Error("this model is told nothing beside z: leave label and c out");
  }
  if (condition.kind === "columns" && label !== null) {
    throw new Error(`this model is told ${condition.names.join(", ")}: give c, not label`);
  }
  const size = condition.kind === "labels" ? condition.classes : condition.names.length;
  if (c !== null && label === null) {
    const row = numbersOf(c, size);
    if (!row) throw new Error(`c must be ${size} numbers with commas between them, got "${c}"`);
    return row;
  }
  if (condition.kind === "columns") return Float32Array.from(condition.mean);
  const names = namesOf(told.classes);
  const chosen = label === null ? 0 : labelOf(label, size, names);
  if (chosen === null) {
    const those = names ? `, or one of ${names.join(", ")}` : "";
    throw new Error(`label must be a number from 0 to ${size - 1}${those}; got "${label}"`);
  }
  const row = new Float32Array(size);
  row[chosen] = 1;
  return row;
}

/** The class that a row of labels is mostly of. */
export function mostOf(row: Float32Array): number {
  return row.indexOf(Math.max(...row));
}
