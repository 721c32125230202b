import { DataError, UsageError } from "@vaekit/infer";
import { z } from "zod";
import { nearest } from "../choose.js";
import type { Dataset } from "../data/types.js";
import { shown } from "../wording.js";

/**
 * What a conditional VAE is told beside x and z: c [batch, size] float32.
 * labels: one class each, one-hot. columns: known numbers in their own units; the graphs standardise them.
 */
export const conditionSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("labels"), classes: z.number().int().min(2) }),
  z.strictObject({
    kind: z.literal("columns"),
    names: z.array(z.string()).min(1),
    mean: z.array(z.number()),
    std: z.array(z.number().positive()),
  }),
]);

export type ConditionConfig = z.infer<typeof conditionSchema>;

/** Numbers per example in c. */
export function conditionSize(condition: ConditionConfig | null): number {
  if (!condition) return 0;
  return condition.kind === "labels" ? condition.classes : condition.names.length;
}

/**
 * A condition on data's labels or on columns of them.
 * @throws UsageError where the data have no labels or no such column
 */
export function conditionOn(data: Dataset, what: "labels" | readonly string[]): ConditionConfig {
  if (what === "labels") {
    if (!data.labels) throw new UsageError(`${data.name} has no labels to condition on.`);
    return {
      kind: "labels",
      classes:
        Math.max(
          1,
          data.labels.reduce((a, b) => Math.max(a, b), 0),
        ) + 1,
    };
  }
  if (!Array.isArray(what)) {
    throw new UsageError(
      `conditionOn takes "labels", or a list of columns such as ["scale"], got ${shown(what)}.`,
    );
  }
  const moments = what.map((name: string) => columnMoments(data, name));
  return {
    kind: "columns",
    names: [...what],
    mean: moments.map(({ mean }) => mean),
    std: moments.map(({ std }) => std),
  };
}

function columnMoments(data: Dataset, name: string): { mean: number; std: number } {
  const values = columnOf(data, name);
  for (const [example, value] of values.entries()) assertFinite(data, example, name, value);
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return { mean, std: variance > 0 ? Math.sqrt(variance) : 1 };
}

function columnOf(data: Dataset, name: string): Float32Array {
  const { names, values } = data.columns ?? { names: [], values: new Float32Array(0) };
  if (!names.includes(name)) throw new UsageError(noColumn(data, name, names));
  const at = names.indexOf(name);
  return Float32Array.from({ length: data.count }, (_, i) => values[i * names.length + at]!);
}

function noColumn({ name: data, labels }: Dataset, name: string, names: readonly string[]): string {
  const has = names.length > 0 ? `it has ${names.join(", ")}` : "it has no columns";
  const near = nearest(name, names);
  const combined = "Labels and columns cannot be combined: condition on labels alone, or on columns.";
  const advice = name === "labels" && labels ? ` ${combined}` : near ? ` Did you mean ${near}?` : "";
  return `${data} has no column "${name}" to condition on; ${has}.${advice}`;
}

/** @throws DataError that names the example and the column */
function assertFinite({ name }: Dataset, example: number, column: string, value: number): void {
  if (Number.isFinite(value)) return;
  throw new DataError(
    `${name}: example ${example} has ${value} in column ${column}, which is no finite number. Leave the example out, or mend it.`,
  );
}

/**
 * The rows at `indices` as c [indices.length, size], row-major.
 * @throws DataError that names the first example without what the condition asks for, or with a number that is not finite
 */
export function gatherConditions(
  data: Dataset,
  condition: ConditionConfig,
  indices: ArrayLike<number>,
  out: Float32Array,
): Float32Array {
  const size = conditionSize(condition);
  if (condition.kind === "labels") {
    if (!data.labels) throw new DataError(`${data.name} has no labels, which this conditional model takes.`);
    out.fill(0);
    for (let i = 0; i < indices.length; i++) {
      const label = data.labels[indices[i]!]!;
      if (label >= size) {
        throw new DataError(
          `${data.name}: example ${indices[i]} has label ${label}, the model knows 0 to ${size - 1}.`,
        );
      }
      out[i * size + label] = 1;
    }
    return out;
  }
  const { names } = condition;
  const has = data.columns?.names ?? [];
  const at = names.map((name) => has.indexOf(name));
  const missing = at.indexOf(-1);
  if (missing >= 0) {
    throw new DataError(`${data.name} has no column ${names[missing]}, which this conditional model takes.`);
  }
  for (let i = 0; i < indices.length; i++) {
    for (let k = 0; k < size; k++) {
      const value = data.columns!.values[indices[i]! * has.length + at[k]!]!;
      assertFinite(data, indices[i]!, names[k]!, value);
      out[i * size + k] = value;
    }
  }
  return out;
}
