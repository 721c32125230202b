import { DataError, UsageError } from "@vaekit/infer";
import { checkMatrix, columnOf, type Matrix } from "./matrix.js";

export type FactorKind = "discrete" | "continuous";

/** Known numbers that the examples were made from: [examples, factors]. */
export interface Factors extends Matrix {
  names: readonly string[];
  /** Default: discrete where all values are whole numbers and there are at most 20 different ones. */
  kinds?: readonly FactorKind[];
}

export interface Factor {
  name: string;
  kind: FactorKind;
  values: Float64Array;
  /** Of a discrete factor: its different values, rising. */
  classes: readonly number[];
}

const mostClasses = 20;

/**
 * The factors one by one, checked against the codes that they are compared with.
 * @throws DataError where rows differ, a factor is constant, or a value is not finite; UsageError for fewer than two
 * codes, since each metric compares the best code with the others
 */
export function openFactors(what: string, codes: Matrix, factors: Factors): Factor[] {
  checkMatrix(`${what}: codes`, codes);
  checkMatrix(`${what}: factors`, factors);
  const { rows, columns, names, kinds } = factors;
  if (codes.rows !== rows) {
    throw new DataError(`${what}: ${codes.rows} examples have codes but ${rows} have factors`);
  }
  if (codes.columns < 2)
    throw new UsageError(`${what}: needs at least 2 latent dimensions, got ${codes.columns}`);
  if (names.length !== columns || (kinds && kinds.length !== columns)) {
    throw new DataError(
      `${what}: ${columns} factors but ${names.length} names and ${kinds?.length ?? columns} kinds`,
    );
  }
  return names.map((name, j) => {
    const values = columnOf(factors, j);
    const classes = [...new Set(values)].sort((a, b) => a - b);
    if (classes.length < 2) throw new DataError(`${what}: factor ${name} is ${classes[0]} in every example`);
    const whole = classes.length <= mostClasses && classes.every(Number.isInteger);
    const kind = kinds?.[j] ?? (whole ? "discrete" : "continuous");
    return { name, kind, values, classes: kind === "discrete" ? classes : [] };
  });
}

/** How the kinds read in a protocol: "shape (discrete), scale (continuous)". */
export function describeFactors(factors: readonly Factor[]): string {
  return factors.map(({ name, kind }) => `${name} (${kind})`).join(", ");
}
