import {
  type Condition,
  DataError,
  type Manifest,
  type NdArray,
  ShapeError,
  UsageError,
} from "@vaekit/infer";
import { checkNames, shown } from "./check.js";
import type { SiteExamples } from "./options.js";

const exampleNames = ["mu", "logvar", "labels", "pictures", "columns", "c"];
/** Each has a name in the page, whether it is among the rows or not. */
const mostLabels = 10_000;

/** @throws UsageError, ShapeError or DataError for codes that the model cannot have made */
export function checkExamples(
  call: string,
  examples: SiteExamples,
  { latent, data: { shape }, condition }: Manifest,
): void {
  checkNames(call, "examples", examples, exampleNames);
  const { mu, logvar, labels, pictures, columns = [], c } = examples;
  const rows = mu?.shape?.[0] ?? 0;
  const told = condition?.kind === "labels" ? condition.classes : (condition?.names.length ?? 0);
  const expect = (name: string, array: NdArray<Float32Array | Uint8Array>, size: number, rest: string) => {
    const fits = array?.shape?.[0] === rows && array.data?.length === rows * size;
    if (fits) return;
    const got = array?.shape ? `[${array.shape}]` : shown(array);
    throw new ShapeError(`${call}: examples.${name} must be [rows, ${rest}], got ${got}`);
  };
  if (rows < 2) {
    throw new DataError(
      `${call}: a map takes at least 2 examples, got ${rows === 0 ? shown(mu) : rows}; give more`,
    );
  }
  expect("mu", mu, latent, `${latent}`);
  if (logvar) expect("logvar", logvar, latent, `${latent}`);
  if (pictures) expect("pictures", pictures, shape[0] * shape[1] * shape[2], `${shape}`);
  if (c) expect("c", c, told, `${told}`);
  for (const [name, array] of Object.entries({ mu, logvar, c })) {
    const at = array ? array.data.findIndex((value) => !Number.isFinite(value)) : -1;
    if (at < 0) continue;
    const row = Math.floor(at / (array!.data.length / rows));
    throw new DataError(
      `${call}: examples.${name} has ${array!.data[at]} in row ${row}; only finite numbers can be shown`,
    );
  }
  if (labels && labels.length !== rows) {
    throw new ShapeError(`${call}: ${rows} examples have ${labels.length} labels; give one for each`);
  }
  checkColumns(call, columns, rows);
}

function checkColumns(call: string, columns: NonNullable<SiteExamples["columns"]>, rows: number): void {
  const seen = new Set<string>();
  for (const { name, values } of columns) {
    if (typeof name !== "string" || name.trim() === "") {
      throw new UsageError(`${call}: a column must have a name, got ${shown(name)}`);
    }
    if (seen.has(name)) {
      throw new DataError(`${call}: two columns are called ${name}; give each a name of its own`);
    }
    seen.add(name);
    if (values?.length !== rows) {
      throw new ShapeError(`${call}: column ${name} has ${values?.length} values for ${rows} examples`);
    }
    if (Array.from(values).some((value) => Math.abs(value) === Number.POSITIVE_INFINITY)) {
      throw new DataError(`${call}: column ${name} has infinite values; leave them out as NaN`);
    }
  }
}

export interface Naming {
  classes: readonly string[] | null;
  labelName: string;
  condition: Condition | null;
}

/**
 * examples: those that the map will show; null for draws from the prior, whose labels are what the model is told
 * @throws DataError for labels that there cannot be, UsageError for names that do not fit them
 */
export function checkLabels(
  call: string,
  examples: SiteExamples | null,
  { classes, labelName, condition }: Naming,
): void {
  const told = condition?.kind === "labels" ? condition.classes : null;
  const labels = examples?.labels ?? null;
  const end = told ?? Math.min(classes?.length ?? mostLabels, mostLabels);
  const row = labels ? Array.from(labels).findIndex((label) => !isLabel(label, end)) : -1;
  if (row >= 0) {
    const wanted = labelsWanted(labels![row], end, { told: told !== null, named: classes !== null });
    throw new DataError(`${call}: row ${row} has the label ${labels![row]}; ${wanted}`);
  }
  if (classes && told !== null && classes.length !== told) {
    throw new UsageError(
      `${call}: ${classes.length} names of classes, and the model is told ${told} labels; give one name for each`,
    );
  }
  if (classes && told === null && !labels) {
    throw new UsageError(
      `${call}: classes names labels, and there are none: neither the model nor what the map shows has any; leave it out`,
    );
  }
  if (labels && examples?.columns?.some(({ name }) => name === labelName)) {
    throw new UsageError(
      `${call}: a column and the labels are both called ${labelName}; call the labels something else by labelName`,
    );
  }
}

function labelsWanted(label: number | undefined, end: number, by: { told: boolean; named: boolean }): string {
  if (!isLabel(label, Number.POSITIVE_INFINITY)) return "labels must be integers from 0";
  if (by.told) return `this model is told labels from 0 to ${end - 1}`;
  if (by.named) return `there are names of ${end} classes: give one for each label, label 0 first`;
  return `a page shows labels from 0 to ${end - 1}: number them from 0`;
}

function isLabel(label: number | undefined, end: number): boolean {
  return Number.isInteger(label) && label! >= 0 && label! < end;
}
