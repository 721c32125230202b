import { setImmediate } from "node:timers/promises";
import * as tf from "@tensorflow/tfjs-core";
import {
  arrayTypes,
  DataError,
  type Feeds,
  RandomStream,
  type RuntimeTensor,
  type Session,
  sizeOf,
  UsageError,
  VaekitError,
  VerificationError,
} from "@vaekit/infer";
import { assertWithin, compareOutputs, mergeErrors, type OutputError } from "./compare-outputs.js";
import type { Sizes } from "./ir/dim.js";
import { shapeAt } from "./trace/open-size.js";
import type { InputSpec, InputSpecs, TensorFunction, Tensors } from "./trace/trace.js";
import { keepingVariables } from "./trace/variables.js";
import { type PointOptions, verifyPoints } from "./verify-points.js";

export interface VerifyReport {
  tolerance: number;
  /** The batch sizes that were run. */
  batches: number[];
  /** The sizes of all symbolic dimensions, run by run, where there are others than the batch. */
  sizes?: Sizes[];
  /** Outputs of which tfjs gave no finite number in any run (all NaN, say, or empty): nothing of them was compared. */
  uncompared?: string[];
  outputs: Record<string, OutputError>;
}

export interface VerifyOptions extends PointOptions {
  /** Largest maxRelative that passes. Default 1e-5, for float32. */
  tolerance?: number;
  /** Real inputs beside the random ones: rows of each input, row-major, at least one. */
  samples?: Readonly<Record<string, RuntimeTensor["data"]>>;
  /** Run on random inputs too. Default true; false, with samples, for inputs that only make sense in some range. */
  random?: boolean;
  /** Inputs that are indices: random ones are whole numbers from 0 to below this, by input. */
  below?: Readonly<Record<string, number>>;
  /** Inputs whose random values are drawn in another way: `size` of them, row-major, by input. */
  draws?: Readonly<Record<string, (size: number, stream: RandomStream) => RuntimeTensor["data"]>>;
  /** Outputs that are chosen among a few values, such as the nearest code: at most one element in 100 may be another. */
  choices?: readonly string[];
  seed?: number;
  /** What an error says to do next. */
  advice?: string;
  /** Names the model in errors. */
  name?: string;
  /** Ends the comparison between two runs: its reason is thrown. */
  signal?: AbortSignal;
  /** Told the sizes of each run before it. */
  onPoint?: (sizes: Sizes) => void;
}

const defaultTolerance = 1e-5;
/** What to do about a difference; the user's own limit may be the reason. */
export function adviceOn(tolerance: number, otherwise: string): string {
  if (tolerance >= defaultTolerance) return otherwise;
  return (
    `The limit is the one that was given (--tolerance, tolerance), below ${defaultTolerance}: two implementations of ` +
    "float32 differ by some 1e-7 to 1e-6 of an output's scale. Allow more."
  );
}

/**
 * Run a tfjs function and its ONNX session on the same inputs and compare every output.
 * @throws VerificationError when an output differs by more than the tolerance, or in shape or dtype; DataError for
 *   samples that tfjs cannot run on; the signal's reason once it is aborted
 */
export async function verify(
  fn: TensorFunction,
  inputs: InputSpecs,
  session: Session,
  options: VerifyOptions = {},
): Promise<VerifyReport> {
  const { tolerance = defaultTolerance, batches, sizes, samples, seed = 0, name = "model" } = options;
  const {
    random = true,
    below = {},
    draws = {},
    choices = [],
    advice = `Nothing was written. ${adviceOn(tolerance, "Please report it with the model.")}`,
    signal,
    onPoint,
  } = options;
  if (!random && !samples) throw new UsageError(`${name}: without random inputs there must be samples`);
  const outputs: Record<string, OutputError> = {};
  const stream = new RandomStream(seed, "sample");
  const compared = new Set<string>();
  /** Both sides block the thread; the handler of a Ctrl-C runs in between. */
  const pause = async () => {
    if (signal) await setImmediate();
    signal?.throwIfAborted();
  };
  const compareOn = async (feeds: Feeds, real = false) => {
    await pause();
    const expected = await attempt("tfjs", name, real, () => runTfjs(fn, inputs, feeds));
    await pause();
    const actual = await attempt("ONNX Runtime", name, real, () => session.run(feeds));
    mergeErrors(outputs, compareOutputs(name, actual, expected, { outputs: choices, tolerance }));
    for (const [output, { data }] of Object.entries(expected))
      if ((data as Float32Array).some(Number.isFinite)) compared.add(output);
  };
  const points = verifyPoints(inputs, { batches, sizes }, name);
  for (const point of points) {
    onPoint?.(point);
    if (random) {
      await compareOn(
        feedsOf(inputs, point, (spec, shape, input) => {
          const draw = draws[input];
          return draw ? draw(sizeOf(shape), stream) : randomValues(spec, sizeOf(shape), stream, below[input]);
        }),
      );
    }
    if (samples) {
      await compareOn(
        feedsOf(inputs, point, (_, shape, input) => repeatRows(samples[input]!, sizeOf(shape))),
        true,
      );
    }
  }
  await pause();
  assertWithin(name, outputs, tolerance, advice);
  const uncompared = Object.keys(outputs).filter((output) => !compared.has(output));
  const beyondBatch = points.some((point) => Object.keys(point).length > 1);
  const ran = points.map(({ batch }) => batch!);
  return {
    tolerance,
    batches: ran,
    ...(beyondBatch && { sizes: points }),
    ...(uncompared.length > 0 && { uncompared }),
    outputs,
  };
}

/**
 * real: whether the inputs are the user's samples; then it is these that tfjs cannot run on.
 * @throws VerificationError where a side cannot compute these inputs at all, DataError for samples
 */
async function attempt<T>(
  side: "tfjs" | "ONNX Runtime",
  name: string,
  real: boolean,
  run: () => T | Promise<T>,
): Promise<T> {
  try {
    return await run();
  } catch (cause) {
    if (cause instanceof VaekitError) throw cause;
    const message = (cause as Error).message.trim();
    if (real && side === "tfjs") {
      throw new DataError(
        `${name}: tfjs cannot run on the samples (--samples, samples): ${message}\n` +
          "Look for values that the model does not take, such as an index beyond the rows of its table.",
        { cause },
      );
    }
    if (real)
      throw new VerificationError(`${name}: ${side} cannot run on the samples: ${message}`, { cause });
    throw new VerificationError(
      `${name}: ${side} cannot run on the inputs it was given: ${message}\n` +
        "Where an input holds indices or is limited in another way, random numbers do not fit: give real ones " +
        "(--samples file.npz, or samples and random: false).",
      { cause },
    );
  }
}

/** The tfjs function's outputs for the same feeds. */
export function runTfjs(fn: TensorFunction, inputs: InputSpecs, feeds: Feeds): Record<string, RuntimeTensor> {
  const results: Record<string, RuntimeTensor> = {};
  // What the function assigns is part of one run: the next starts from the same values, as the graph does.
  keepingVariables(() =>
    tf.tidy(() => {
      const tensors: Tensors = {};
      for (const [input, { dtype = "float32" }] of Object.entries(inputs)) {
        const { data, shape } = feeds[input]!;
        tensors[input] = tf.tensor(data as Float32Array, [...shape], dtype);
      }
      for (const [output, tensor] of Object.entries(fn(tensors))) {
        const data = tensor.dataSync().slice() as Float32Array;
        results[output] = { dtype: tensor.dtype as "float32", shape: tensor.shape, data };
      }
    }),
  );
  return results;
}

function feedsOf(
  inputs: InputSpecs,
  sizes: Sizes,
  values: (spec: InputSpec, shape: readonly number[], input: string) => RuntimeTensor["data"],
): Record<string, RuntimeTensor> {
  return Object.fromEntries(
    Object.entries(inputs).map(([input, spec]) => {
      const shape = shapeAt(spec.shape, sizes);
      return [
        input,
        { dtype: spec.storage ?? spec.dtype ?? "float32", shape, data: values(spec, shape, input) },
      ];
    }),
  );
}

function randomValues(
  { dtype = "float32", storage }: InputSpec,
  size: number,
  stream: RandomStream,
  below?: number,
): RuntimeTensor["data"] {
  if (below !== undefined) {
    const kind = arrayTypes[storage ?? dtype] as Float32ArrayConstructor;
    return kind.from({ length: size }, () => stream.below(below));
  }
  if (storage === "uint8") return Uint8Array.from({ length: size }, () => stream.below(256));
  if (dtype === "int32") return Int32Array.from({ length: size }, () => stream.below(10));
  if (dtype === "bool") return Uint8Array.from({ length: size }, () => stream.below(2));
  return stream.normal(new Float32Array(size));
}

/** `size` elements of `rows`, from the start again where they run out. */
function repeatRows(rows: RuntimeTensor["data"], size: number): RuntimeTensor["data"] {
  const out = new (rows.constructor as Float32ArrayConstructor)(size);
  for (let i = 0; i < size; i++) out[i] = (rows as Float32Array)[i % rows.length]!;
  return out;
}
