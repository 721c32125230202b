import { DataError, type Manifest, type NdArray, ShapeError, UsageError } from "@vaekit/infer";
import type { Progress } from "@vaekit/latent";
import type { SiteRuntime } from "./manifest.js";

/** Codes of one's own for the map, with what is known of each row. */
export interface SiteExamples {
  /** Posterior means [rows, latent] */
  mu: NdArray;
  /** ln sigma^2 [rows, latent] */
  logvar?: NdArray | null;
  /** From 0, one for each row. */
  labels?: ArrayLike<number> | null;
  /** The examples themselves [rows, height, width, channels] */
  pictures?: NdArray<Uint8Array> | null;
  /** More ways to colour the map, one number for each row; NaN where it is missing. */
  columns?: readonly { name: string; values: ArrayLike<number> }[];
  /** What a conditional model was told of each row [rows, classes or columns]. Default: its label, or the columns' means. */
  c?: NdArray | null;
}

export interface SiteOptions {
  /** The page's title. Default: the bundle's name. */
  name?: string;
  /** A sentence or two under the title. Default: none. */
  description?: string;
  /** Names of the labels, label 0 first. Default: numbers. */
  classes?: readonly string[] | null;
  /** What a label is called, such as "digit". Default: "label". */
  labelName?: string;
  /** Leave the encoder out: no drawing or uploading, about half the size. Default: false. */
  decoderOnly?: boolean;
  /**
   * What runs the model in the page. Default "auto": the page's own small runtime ("tiny") where it has every operator and computes
   * what onnxruntime does, else onnxruntime on WebAssembly ("wasm").
   */
  runtime?: SiteRuntime | "auto";
  /** Codes that the map shows. Default: those that the bundle keeps, else draws from the prior. */
  examples?: SiteExamples | null;
  /** Whether a service worker keeps the site for visits without a network. Default: true. */
  offline?: boolean;
  /** Decides all that is random. Default: 0. */
  seed?: number;
  signal?: AbortSignal;
  onProgress?: (progress: Progress) => void;
}

export interface CheckedSiteOptions {
  name: string;
  description: string;
  classes: readonly string[] | null;
  labelName: string;
  decoderOnly: boolean;
  runtime: SiteRuntime | "auto";
  examples: SiteExamples | null;
  offline: boolean;
  seed: number;
  signal?: AbortSignal;
  onProgress?: (progress: Progress) => void;
}

const runtimes = ["auto", "tiny", "wasm", "webgpu"] as const;
const optionNames = [
  ...["name", "description", "classes", "labelName", "decoderOnly", "runtime", "examples", "offline", "seed"],
  ...["signal", "onProgress"],
];
const exampleNames = ["mu", "logvar", "labels", "pictures", "columns", "c"];

/** @throws UsageError for an option that is none, or has a value that it cannot have */
export function checkSiteOptions(call: string, options: SiteOptions, name: string): CheckedSiteOptions {
  checkNames(call, "options", options, optionNames);
  const { classes = null, runtime = "auto", examples = null, seed = 0, signal, onProgress } = options;
  const refuse = (what: string): never => {
    throw new UsageError(`${call}: ${what}`);
  };
  const word = (option: "name" | "description" | "labelName", value: string, empty = false) => {
    if (typeof value === "string" && (empty || value.trim() !== "")) return value.trim();
    return refuse(`${option} must be ${empty ? "a text" : "a text that is not empty"}, got ${shown(value)}`);
  };
  const flag = (option: string, value: boolean) =>
    typeof value === "boolean" ? value : refuse(`${option} must be true or false, got ${shown(value)}`);
  if (classes !== null && !(Array.isArray(classes) && classes.length > 0 && classes.every(isName))) {
    refuse(`classes must be a list of the labels' names, such as ["cat", "dog"], got ${shown(classes)}`);
  }
  if (!runtimes.includes(runtime))
    refuse(`runtime must be one of ${runtimes.join(", ")}; got ${shown(runtime)}`);
  if (!(Number.isSafeInteger(seed) && seed >= 0))
    refuse(`seed must be an integer of at least 0, got ${shown(seed)}`);
  if (signal !== undefined && typeof signal?.throwIfAborted !== "function") {
    refuse(`signal must be an AbortSignal, got ${shown(signal)}`);
  }
  if (onProgress !== undefined && typeof onProgress !== "function") {
    refuse(`onProgress must be a function, got ${shown(onProgress)}`);
  }
  return {
    name: word("name", options.name ?? shortName(name)),
    description: word("description", options.description ?? "", true),
    labelName: word("labelName", options.labelName ?? "label"),
    decoderOnly: flag("decoderOnly", options.decoderOnly ?? false),
    offline: flag("offline", options.offline ?? true),
    ...{ classes, runtime, examples, seed, signal, onProgress },
  };
}

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
  const strange = labels && Array.from(labels).find((label) => !(Number.isInteger(label) && label >= 0));
  if (strange !== undefined && strange !== null) {
    throw new DataError(`${call}: labels must be integers from 0, got ${strange}`);
  }
  for (const { name, values } of columns) {
    if (values?.length !== rows) {
      throw new ShapeError(`${call}: column ${name} has ${values?.length} values for ${rows} examples`);
    }
    if (Array.from(values).some((value) => Math.abs(value) === Number.POSITIVE_INFINITY)) {
      throw new DataError(`${call}: column ${name} has infinite values; leave them out as NaN`);
    }
  }
}

function checkNames(call: string, what: string, given: object, known: readonly string[]): void {
  if (typeof given !== "object" || given === null || Array.isArray(given)) {
    throw new UsageError(
      `${call}: ${what} must be an object, got ${shown(given)}; there are ${known.join(", ")}`,
    );
  }
  const strange = Object.keys(given).find((name) => !known.includes(name));
  if (strange !== undefined) {
    const place = what === "options" ? "" : ` in ${what}`;
    throw new UsageError(`${call}: there is no option "${strange}"${place}; there are ${known.join(", ")}`);
  }
}

/** The last part of a bundle's path or address. */
function shortName(path: string): string {
  return (
    path
      .replace(/[\\/]+$/, "")
      .replace(/^.*[\\/]/, "")
      .replace(/\.zip$/i, "") || "Explorer"
  );
}

const isName = (name: unknown) => typeof name === "string" && name.trim() !== "";

function shown(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (Array.isArray(value)) return value.length === 0 ? "an empty list" : "a list of something else";
  return Object(value) === value ? ((value as object).constructor?.name ?? "an object") : `${value}`;
}
