import { type Condition, type Conditions, NdArray, UsageError } from "@vaekit/infer";
import type { Dataset } from "@vaekit/train";
import type { Command } from "commander";
import { readRows } from "./arrays.js";

/** What a conditional model is told, as options. */
export interface ConditionOptions {
  labels?: number[];
  columns?: Record<string, number>;
  c?: string;
}

export function withConditionOptions(command: Command): Command {
  return command
    .option(
      "--label, --labels <list>",
      "of a conditional model: a label for all rows, 7, or in turn, 0,1,2",
      labelList,
    )
    .option("--columns <values>", "of a conditional model: its columns, scale=0.5,rotation=90", columnValues)
    .option("--c <file>", "of a conditional model: rows of c, .npy or .csv, one for all or one for each");
}

/**
 * What the options say of `rows` rows: labels in turn, a row of columns, or a file's rows; undefined where they say
 * nothing, and the model's own calls tell what is missing.
 * @throws UsageError for options of another kind of condition, or more than one of them
 */
export async function givenConditions(
  condition: Condition | null,
  { labels, columns, c }: ConditionOptions,
  rows: number,
): Promise<Conditions | undefined> {
  const given = Object.entries({ "--labels": labels, "--columns": columns, "--c": c }).filter(
    ([, value]) => value,
  );
  if (given.length === 0) return undefined;
  const options = given.map(([name]) => name).join(" and ");
  if (given.length > 1) throw new UsageError(`${options}: give one of them`);
  if (!condition) throw new UsageError(`${options}: this model is not conditional; leave it out`);
  if (c !== undefined) return fileRows(condition, c);
  if (condition.kind === "labels") {
    if (!labels)
      throw new UsageError(`--columns: this model takes labels, 0 to ${condition.classes - 1}: --labels 0`);
    return Array.from({ length: rows }, (_, i) => labels[i % labels.length]!);
  }
  const { names } = condition;
  const example = exampleColumns(condition);
  if (!columns) throw new UsageError(`--labels: this model takes columns: ${example}`);
  const stray = Object.keys(columns).find((name) => !names.includes(name));
  if (stray !== undefined) throw new UsageError(`--columns: the model has no column ${stray}: ${example}`);
  const missing = names.filter((name) => !Object.hasOwn(columns, name));
  if (missing.length > 0) throw new UsageError(`--columns: ${missing.join(", ")} missing: ${example}`);
  return names.map((name) => columns[name]!);
}

/**
 * What the model is told, given or else the data's own.
 * @throws UsageError where there is nothing to tell it
 */
export function toldConditions(
  condition: Condition | null,
  c: Conditions | undefined,
): Conditions | undefined {
  if (!condition || c !== undefined) return c;
  throw new UsageError(
    condition.kind === "labels"
      ? `this model is conditional on labels, 0 to ${condition.classes - 1}: say which, --labels 0, or --c rows.npy`
      : `this model is conditional on ${condition.names.join(", ")}: say which, ${exampleColumns(condition)}, or --c rows.npy`,
  );
}

function exampleColumns({ names, mean }: Extract<Condition, { kind: "columns" }>): string {
  return `--columns ${names.map((name, i) => `${name}=${Number(mean[i]!.toPrecision(3))}`).join(",")}`;
}

/** Numbers of a file; labels may stand in one column. */
async function fileRows(condition: Condition, path: string): Promise<Conditions> {
  const rows = await readRows(path);
  if (condition.kind === "labels" && rows.shape[1] === 1) return Array.from(rows.data);
  return rows;
}

/** The data's own labels or columns, as the model takes them; undefined where they have none, or it takes none. */
export function conditionsOfData(condition: Condition | null, data: Dataset): Conditions | undefined {
  if (!condition) return undefined;
  if (condition.kind === "labels") return data.labels ?? undefined;
  const has = data.columns?.names ?? [];
  const at = condition.names.map((name) => has.indexOf(name));
  if (at.includes(-1)) return undefined;
  const values = Float32Array.from(
    { length: data.count * at.length },
    (_, i) => data.columns!.values[Math.floor(i / at.length) * has.length + at[i % at.length]!]!,
  );
  return new NdArray(values, [data.count, at.length]);
}

function labelList(text: string): number[] {
  const values = text.split(",").map((part) => (/^\s*\d+\s*$/.test(part) ? Number(part) : Number.NaN));
  if (values.every(Number.isSafeInteger)) return values;
  throw new UsageError(`--labels takes integers from 0 such as 7 or 0,1,2, got "${text}"`);
}

function columnValues(text: string): Record<string, number> {
  const pairs = text.split(",").map((part): [string, number] => {
    const at = part.lastIndexOf("=");
    const value = part.slice(at + 1);
    return [part.slice(0, at).trim(), at > 0 && value.trim() !== "" ? Number(value) : Number.NaN];
  });
  if (pairs.every(([, value]) => Number.isFinite(value))) return Object.fromEntries(pairs);
  throw new UsageError(`--columns takes values by name such as scale=0.5,rotation=90, got "${text}"`);
}
