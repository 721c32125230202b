import { checkPosteriors } from "../describe/posteriors.js";
import type { Pictures } from "../draw/sheet.js";
import { DataError, UsageError } from "../errors.js";
import { checkOptions } from "../options.js";
import { type Codes, checkLabels, type Labels, type Rows } from "../rows.js";

export type { Pictures } from "../draw/sheet.js";

/** What an analysis is made of. All but the codes may be left out, and the report leaves out what it needs them for. */
export interface AnalyzeInput {
  /** Of the model or the data: the report's title. */
  name: string;
  /** The posteriors of the examples, mu and logvar [rows, latent]. */
  codes: Codes;
  /** One for each row: numbers or words. */
  labels?: Labels | null;
  /** What the labels are: "digit". Default "label". */
  labelName?: string;
  /** What else is known of each row, as numbers: NaN where it is missing. */
  columns?: readonly Column[];
  /** The examples themselves, one for each row. */
  pictures?: Pictures | null;
  /** Which row of the data each is, where the rows are some of many. */
  index?: ArrayLike<number> | null;
  /** z [rows, latent] -> a picture for each row. */
  decode?: ((z: Rows) => Promise<Pictures>) | null;
  /** The model's prior (default "standard-normal"): codes are compared with N(0, I) only where it is that. */
  prior?: string;
  /** What is said of model and data at the top of the report. */
  facts?: readonly { label: string; value: string }[];
}

export interface Column {
  name: string;
  values: ArrayLike<number>;
}

/** An input whose parts fit together. */
export interface CheckedInput {
  name: string;
  codes: Codes;
  rows: number;
  latent: number;
  classes: Classes | null;
  columns: readonly Column[];
  pictures: Pictures | null;
  index: Int32Array | null;
  decode: ((z: Rows) => Promise<Pictures>) | null;
  standardNormal: boolean;
  prior: string;
  facts: readonly { label: string; value: string }[];
}

/** Labels as numbers 0 .. names.length - 1 in the order of their names. */
export interface Classes {
  /** What the labels are: "digit". */
  title: string;
  names: string[];
  /** [rows] */
  of: Int32Array;
}

/** Fewest rows that there is anything to say of. */
const fewestRows = 10;
/** Most labels that a report can show; more are no classes. */
const mostClasses = 1000;

const parts = [
  "name",
  "codes",
  "labels",
  "labelName",
  "columns",
  "pictures",
  "index",
  "decode",
  "prior",
  "facts",
];

/** @throws ShapeError, DataError or UsageError for parts that do not fit together */
export function checkInput(input: AnalyzeInput): CheckedInput {
  if (typeof input !== "object" || input === null) {
    throw new UsageError(`analyze: the first argument must be { name, codes, ... }, got ${input}`);
  }
  checkOptions("analyze", input, parts);
  const { name, codes, labels, labelName = "label", columns = [], pictures = null, index = null } = input;
  const { prior = "standard-normal", decode = null, facts = [] } = input;
  if (typeof name !== "string" || name === "") {
    throw new UsageError("analyze: name must be a text: it is the report's title");
  }
  const { rows, latent } = checkPosteriors("analyze", codes, { rows: fewestRows, because: "a report" });
  for (const column of columns) checkColumn(column, rows);
  if (index) checkIndex(index, rows);
  if (decode && typeof decode !== "function") {
    throw new UsageError(`analyze: decode must be a function, z -> pictures; got ${typeof decode}`);
  }
  if (pictures) checkPictures("analyze: pictures", pictures, rows);
  return {
    name,
    codes,
    rows,
    latent,
    classes: labels ? classesOf(labels, labelName, rows) : null,
    columns,
    pictures,
    index: index && Int32Array.from(index),
    decode: decode && checkedDecode(decode),
    standardNormal: prior === "standard-normal",
    prior,
    facts,
  };
}

function checkColumn({ name, values }: Column, rows: number): void {
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

function checkIndex(index: ArrayLike<number>, rows: number): void {
  if (index.length !== rows) {
    throw new DataError(`analyze: index has ${index.length} entries for ${rows} rows; give one for each`);
  }
  const odd = Array.from(index).findIndex((place) => !(Number.isInteger(place) && place >= 0));
  if (odd < 0) return;
  throw new DataError(
    `analyze: index: the entry of row ${odd} is ${index[odd]}; give its place in the data, from 0`,
  );
}

/** @throws DataError unless there are `count` pictures of 1, 3 or 4 channels, and bytes for them all */
export function checkPictures(where: string, pictures: Pictures, count: number): void {
  const { data, shape } = (pictures ?? {}) as Partial<Pictures>;
  const [, , , channels = 0] = shape ?? [];
  const bytes = data instanceof Uint8Array || data instanceof Uint8ClampedArray;
  const fits =
    bytes &&
    shape?.length === 4 &&
    shape[0] === count &&
    shape.every((size) => Number.isSafeInteger(size) && size > 0) &&
    [1, 3, 4].includes(channels) &&
    data.length === shape.reduce((product, size) => product * size, 1);
  if (fits) return;
  const got = data?.constructor ? `a ${data.constructor.name} of ${data.length} values` : "nothing";
  throw new DataError(
    `${where}: must be ${count} pictures, [${count}, height, width, 1, 3 or 4 channels] bytes from 0 to 255 in a Uint8Array; ` +
      `got ${got}${shape ? ` with the shape [${shape}]` : ""}`,
  );
}

function checkedDecode(decode: (z: Rows) => Promise<Pictures>): (z: Rows) => Promise<Pictures> {
  return async (z) => {
    const pictures = await decode(z);
    checkPictures("analyze: what decode gave", pictures, z.shape[0]!);
    return pictures;
  };
}

function classesOf(labels: Labels, title: string, rows: number): Classes {
  checkLabels("analyze", labels, rows);
  if (typeof title !== "string" || title === "") {
    throw new UsageError('analyze: labelName must be a text: what the labels are, such as "digit"');
  }
  const values = Array.from(labels as ArrayLike<number | string>);
  const odd = values.findIndex((value) => typeof value !== "string" && !Number.isFinite(value));
  if (odd >= 0) {
    throw new DataError(
      `analyze: the label of row ${odd} is ${values[odd]}; each must be a word or a finite number. Give rows without one ` +
        'a word of their own, such as "none".',
    );
  }
  const distinct = [...new Set(values)];
  if (distinct.length > mostClasses) {
    throw new DataError(
      `analyze: there are ${distinct.length} distinct labels of ${rows} rows, more than the ${mostClasses} that a report can show. ` +
        "Give them as a column if they are numbers, or labels of fewer kinds.",
    );
  }
  distinct.sort((a, b) =>
    typeof a === "number" && typeof b === "number"
      ? a - b
      : `${a}`.localeCompare(`${b}`, "en", { numeric: true }),
  );
  const names = [...new Set(distinct.map(String))];
  const place = new Map(names.map((name, i) => [name, i]));
  return { title, names, of: Int32Array.from(values, (value) => place.get(String(value))!) };
}

/** The pictures at `indices`, copied. */
export function takePictures({ data, shape }: Pictures, indices: ArrayLike<number>): Pictures {
  const size = shape.slice(1).reduce((product, n) => product * n, 1);
  const taken = new Uint8Array(indices.length * size);
  for (let i = 0; i < indices.length; i++) {
    taken.set(data.subarray(indices[i]! * size, (indices[i]! + 1) * size), i * size);
  }
  return { data: taken, shape: [indices.length, ...shape.slice(1)] };
}
