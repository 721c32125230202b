import { DataError, UsageError } from "../errors.js";
import { type Codes, checkCodes, checkLabels, type Labels, type Rows, rowsOf } from "../rows.js";

/** Pictures as bytes, [count, height, width, channels]; 1 channel is grey, 3 red, green and blue, 4 with alpha. */
export interface Pictures {
  readonly data: Uint8Array | Uint8ClampedArray;
  readonly shape: readonly number[];
}

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

/** @throws ShapeError, DataError or UsageError for parts that do not fit together */
export function checkInput(input: AnalyzeInput): CheckedInput {
  const { name, codes, labels, labelName = "label", columns = [], pictures = null, index = null } = input;
  const { prior = "standard-normal", decode = null, facts = [] } = input;
  if (typeof name !== "string" || name === "") {
    throw new UsageError("analyze: name must be a text: it is the report's title");
  }
  const { rows, latent } = checkCodes("analyze", codes, { rows: fewestRows, because: "a report" });
  for (const column of columns) checkLabels(`analyze: column ${column.name}`, column.values, rows);
  if (index && index.length !== rows) {
    throw new DataError(`analyze: index has ${index.length} entries for ${rows} rows; give one for each`);
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

/** @throws DataError unless there are `count` pictures of 1, 3 or 4 channels, and bytes for them all */
export function checkPictures(where: string, { data, shape }: Pictures, count: number): void {
  const [pictures, height, width, channels] = shape as [number, number, number, number];
  const fits =
    shape.length === 4 &&
    pictures === count &&
    [1, 3, 4].includes(channels) &&
    data?.length === count * height * width * channels;
  if (fits) return;
  throw new DataError(
    `${where}: must be ${count} pictures [${count}, height, width, 1, 3 or 4 channels] as bytes, got ` +
      `${data?.length ?? "no"} values with the shape [${shape}]`,
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
  const values = Array.from(labels as ArrayLike<number | string>);
  const names = [...new Set(values)].sort((a, b) =>
    typeof a === "number" && typeof b === "number"
      ? a - b
      : `${a}`.localeCompare(`${b}`, "en", { numeric: true }),
  );
  if (names.length > mostClasses) {
    throw new DataError(
      `analyze: there are ${names.length} distinct labels of ${rows} rows, more than the ${mostClasses} that a report can show. ` +
        "Give them as a column if they are numbers, or labels of fewer kinds.",
    );
  }
  const place = new Map(names.map((value, i) => [value, i]));
  return { title, names: names.map(String), of: Int32Array.from(values, (value) => place.get(value)!) };
}

/** The rows at `indices`, copied. */
export function takeRows({ data, shape }: Rows, indices: ArrayLike<number>): Rows {
  const columns = shape[1]!;
  const taken = new Float32Array(indices.length * columns);
  for (let i = 0; i < indices.length; i++) {
    taken.set(data.subarray(indices[i]! * columns, (indices[i]! + 1) * columns), i * columns);
  }
  return rowsOf(taken, columns);
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
