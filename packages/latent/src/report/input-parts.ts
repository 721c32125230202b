import { DataError, UsageError } from "../errors.js";
import { shown } from "../options.js";
import type { AnalyzeInput, Column } from "./input.js";

/** @throws UsageError for what is no list of named columns; DataError for one without a number for each row */
export function checkColumns(columns: readonly Column[], rows: number): void {
  if (!Array.isArray(columns)) {
    throw new UsageError(`analyze: columns must be a list of { name, values }, got ${shown(columns)}`);
  }
  for (const column of columns) checkColumn(column, rows);
}

function checkColumn(column: Column, rows: number): void {
  if (typeof column !== "object" || column === null) {
    throw new UsageError(`analyze: a column must be { name, values }, got ${shown(column)}`);
  }
  const { name, values } = column;
  if (typeof name !== "string" || name === "") {
    throw new UsageError(`analyze: a column's name must be a text, got ${JSON.stringify(name)}`);
  }
  if (values?.length !== rows) {
    throw new DataError(
      `analyze: column ${name} has ${values?.length ?? "no"} values for ${rows} rows; give one for each, NaN where it is missing`,
    );
  }
  const odd = Array.from(values).findIndex((value) => typeof value !== "number");
  if (odd < 0) return;
  throw new DataError(
    `analyze: column ${name}: the value of row ${odd} is ${JSON.stringify(values[odd])}; columns are of numbers, NaN where one ` +
      "is missing. Give words as labels.",
  );
}

/** @throws DataError for what is no place in the data for each row */
export function checkIndex(index: ArrayLike<number>, rows: number): void {
  if (index.length !== rows) {
    throw new DataError(`analyze: index has ${index.length} entries for ${rows} rows; give one for each`);
  }
  const odd = Array.from(index).findIndex((place) => !(Number.isInteger(place) && place >= 0));
  if (odd < 0) return;
  throw new DataError(
    `analyze: index: the entry of row ${odd} is ${index[odd]}; give its place in the data, from 0`,
  );
}

/** @throws UsageError for what is no list of texts with their labels */
export function checkFacts(facts: NonNullable<AnalyzeInput["facts"]>): void {
  if (!Array.isArray(facts)) {
    throw new UsageError(`analyze: facts must be a list of { label, value }, got ${shown(facts)}`);
  }
  for (const fact of facts) {
    if (typeof fact?.label === "string" && typeof fact.value === "string") continue;
    const got = Object(fact) === fact ? `{ ${shown(fact.label)}, ${shown(fact.value)} }` : shown(fact);
    throw new UsageError(`analyze: a fact must be { label, value }, two texts; got ${got}`);
  }
}
