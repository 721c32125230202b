import { type NdArray, UsageError } from "@vaekit/infer";
import type { Progress } from "@vaekit/latent";
import { checkClasses, checkFlag, checkNames, checkText, shown } from "./check.js";
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
  /** What a conditional model was told of each row [rows, classes or columns]. Default: its label, or the `columns` of these names. */
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

/** @throws UsageError for an option that is none, or has a value that it cannot have */
export function checkSiteOptions(call: string, options: SiteOptions, name: string): CheckedSiteOptions {
  checkNames(call, "options", options, optionNames);
  const { classes = null, runtime = "auto", examples = null, seed = 0, signal, onProgress } = options;
  const refuse = (what: string): never => {
    throw new UsageError(`${call}: ${what}`);
  };
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
    name: checkText(call, "name", options.name ?? shortName(name)),
    description: checkText(call, "description", options.description ?? "", true),
    labelName: checkText(call, "labelName", options.labelName ?? "label"),
    classes: checkClasses(call, classes),
    decoderOnly: checkFlag(call, "decoderOnly", options.decoderOnly ?? false),
    offline: checkFlag(call, "offline", options.offline ?? true),
    ...{ runtime, examples, seed, signal, onProgress },
  };
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
