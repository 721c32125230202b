import { checkPosteriors } from "../describe/posteriors.js";
import type { Pictures } from "../draw/sheet.js";
import { DataError, LatentError, UsageError } from "../errors.js";
import { checkOptions, shown } from "../options.js";
import { type Codes, checkLabels, checkRows, type Labels, type Rows } from "../rows.js";
import { checkColumns, checkFacts, checkIndex } from "./input-parts.js";

export type { Pictures } from "../draw/sheet.js";

/** What an analysis is made of. All but the codes may be left out, and the report leaves out what it needs them for. */
export interface AnalyzeInput {
  /** Of the model or the data: the report's title. */
  name: string;
  /**
   * The posteriors of the examples, mu and logvar [rows, latent]; or codes without variances, as an autoencoder, PCA or anyone's
   * embedding gives them: mu alone. The report is then without all that needs variances or the prior.
   */
  codes: { readonly mu: Rows; readonly logvar?: Rows | null };
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
  /** What a conditional model's decode is told beside z: "label 3". The captions of all decoded pictures say so. */
  decodedUnder?: string | null;
  /** The model's prior (default "standard-normal"): codes are compared with N(0, I) only where it is that. */
  prior?: string;
  /** z [count, latent] drawn from a prior other than the standard normal; the report shows such draws decoded. */
  sample?: ((count: number, seed: number) => Promise<Rows>) | null;
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
  codes: AnalyzeInput["codes"];
  /** The codes where they have variances; null otherwise. */
  posteriors: Codes | null;
  rows: number;
  latent: number;
  classes: Classes | null;
  columns: readonly Column[];
  pictures: Pictures | null;
  index: Int32Array | null;
  /** stage: what it is called for, named where it fails. */
  decode: ((z: Rows, stage: string) => Promise<Pictures>) | null;
  decodedUnder: string | null;
  /** Whether codes are compared with N(0, I): the prior is that, and the codes have variances. */
  standardNormal: boolean;
  prior: string;
  sample: ((count: number, seed: number) => Promise<Rows>) | null;
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
  "decodedUnder",
  "prior",
  "sample",
  "facts",
];

/** @throws ShapeError, DataError or UsageError for parts that do not fit together */
export function checkInput(input: AnalyzeInput): CheckedInput {
  if (typeof input !== "object" || input === null) {
    throw new UsageError(`analyze: the first argument must be { name, codes, ... }, got ${input}`);
  }
  checkOptions("analyze", input, parts);
  const { name, codes, labels, labelName = "label", columns = [], pictures = null, index = null } = input;
  const { prior = "standard-normal", decode = null, facts = [], sample = null, decodedUnder = null } = input;
  if (typeof name !== "string" || name === "") {
    throw new UsageError("analyze: name must be a text: it is the report's title");
  }
  if (typeof prior !== "string" || prior === "") {
    throw new UsageError(
      `analyze: prior must be a text, the name of the model's prior such as "standard-normal"; got ${shown(prior)}`,
    );
  }
  if (decodedUnder !== null && (typeof decodedUnder !== "string" || decodedUnder === "")) {
    throw new UsageError(
      `analyze: decodedUnder must be a text: what decode is told beside z, such as "label 3"; got ${shown(decodedUnder)}`,
    );
  }
  const { posteriors, rows, latent } = checkInputCodes(codes);
  checkColumns(columns, rows);
  checkFacts(facts);
  if (index) checkIndex(index, rows);
  if (decode && typeof decode !== "function") {
    throw new UsageError(`analyze: decode must be a function, z -> pictures; got ${typeof decode}`);
  }
  if (sample && typeof sample !== "function") {
    throw new UsageError(`analyze: sample must be a function, (count, seed) -> z; got ${typeof sample}`);
  }
  if (pictures) checkPictures("analyze: pictures", pictures, rows);
  return {
    name,
    codes,
    posteriors,
    rows,
    latent,
    classes: labels ? classesOf(labels, labelName, rows) : null,
    columns,
    pictures,
    index: index && Int32Array.from(index),
    decode: decode && checkedDecode(decode),
    decodedUnder,
    standardNormal: posteriors !== null && prior === "standard-normal",
    prior,
    sample: sample && checkedSample(sample, latent),
    facts,
  };
}

function checkInputCodes(codes: AnalyzeInput["codes"]): {
  posteriors: Codes | null;
  rows: number;
  latent: number;
} {
  const limits = { rows: fewestRows, because: "a report" };
  const { mu, logvar } = codes ?? {};
  if (mu && (logvar === undefined || logvar === null)) {
    const { rows, columns } = checkRows("analyze: mu", mu, limits);
    return { posteriors: null, rows, latent: columns };
  }
  const posteriors = codes as Codes;
  const { rows, latent } = checkPosteriors("analyze", posteriors, limits);
  return { posteriors, rows, latent };
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

/** What it gives is copied: it may give views of one buffer, which the next call writes over. */
function checkedDecode(decode: NonNullable<AnalyzeInput["decode"]>): NonNullable<CheckedInput["decode"]> {
  return async (z, stage) => {
    const pictures = await called(`decode failed at ${stage}`, () => decode(z));
    checkPictures("analyze: what decode gave", pictures, z.shape[0]!);
    return { data: pictures.data.slice(), shape: [...pictures.shape] };
  };
}

function checkedSample(sample: NonNullable<AnalyzeInput["sample"]>, latent: number) {
  return async (count: number, seed: number) => {
    const z = await called("sample failed", () => sample(count, seed));
    const limits = { rows: count, because: `${count} samples`, columns: latent };
    const { rows } = checkRows("analyze: what sample gave", z, limits);
    if (rows === count) return z;
    throw new DataError(`analyze: what sample gave: ${rows} rows, where ${count} were asked for`);
  };
}

async function called<T>(failed: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (cause) {
    throw new LatentError(`analyze: ${failed}: ${cause instanceof Error ? cause.message : shown(cause)}`, {
      cause,
    });
  }
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
