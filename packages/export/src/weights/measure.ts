import type { Feeds, Session } from "@vaekit/infer";
import { assertWithin, compareOutputs, mergeErrors, type OutputError } from "../compare-outputs.js";
import type { InputSpecs, TensorFunction } from "../trace/trace.js";
import { type VerifyOptions, type VerifyReport, verify } from "../verify.js";
import type { Precision, WeightFormat } from "./report.js";

/** What a smaller model's outputs cost against those of the float32 graph. */
export interface OutputCost {
  /** Largest relative error that passes. */
  tolerance: number;
  outputs: Record<string, OutputError>;
  /** The user's metric of the float32 graph's outputs and of the smaller one's; null where there is none. */
  metric: { before: number; after: number } | null;
}

/** A number that tells how good outputs are: the larger batch's, of real samples where there are any. */
export type Metric = (outputs: Feeds, inputs: Feeds) => number;

export interface MeasureOptions extends Omit<VerifyOptions, "tolerance" | "advice"> {
  /** Of the float32 graph against tfjs. Default 1e-5. */
  float32Tolerance?: number;
  /** Of the smaller graph against the float32 one. Default by kind: `costLimits`. */
  tolerance?: number;
  metric?: Metric;
}

/**
 * The largest relative errors that pass where the user states none: three to four times what the decoder of
 * `npm run demo` shows once it is trained (fp16 5.3e-4, int8 5.2e-2: one steep pixel of the worst picture), so that a
 * model which is hurt is found and a usual one is not.
 *
 * - fp16 rounds each weight by at most 2^-11 of itself
 * - int8 by 1/254 of its channel's largest; int8-dynamic by 1/126, and what goes into each product by 1/510 of its range
 * - fp16 activations round every result by 2^-11; some twenty times the decoder's error, since a GPU may keep sums in
 *   half precision, which onnxruntime's CPU never does
 */
export const costLimits: Readonly<Record<WeightFormat, number>> & { readonly activations: number } = {
  fp32: 1e-5,
  fp16: 2e-3,
  int8: 1.5e-1,
  "int8-dynamic": 3e-1,
  activations: 1e-2,
};

/** The limit for a choice of weights and precision: that of the coarser. */
export function costLimit(weights: WeightFormat, precision: Precision = "fp32"): number {
  return Math.max(costLimits[weights], precision === "fp16" ? costLimits.activations : 0);
}

/**
 * Two checks on the same inputs, random and real: the float32 graph against tfjs, as for any export, and the smaller
 * graph against the float32 one. Outputs that are no floats (an argmax) or chosen among a few values are reported and not
 * held to the limit: they do not change by a little.
 * @throws VerificationError where either fails
 */
export async function verifySmall(
  fn: TensorFunction,
  inputs: InputSpecs,
  { full, small }: { full: Session; small: Session },
  limit: number,
  { metric, tolerance = limit, float32Tolerance, ...options }: MeasureOptions = {},
): Promise<{ verified: VerifyReport; cost: OutputCost }> {
  const name = options.name ?? "model";
  const outputs: Record<string, OutputError> = {};
  const { choices = [] } = options;
  const discrete = new Set(choices);
  let last: { feeds: Feeds; before: Feeds; after: Feeds } | null = null;
  const both: Session = {
    ...full,
    run: async (feeds) => {
      const before = await full.run(feeds);
      const after = await small.run(feeds);
      mergeErrors(
        outputs,
        compareOutputs(`${name}, smaller`, after, before, { outputs: choices, tolerance }),
      );
      for (const [output, { dtype }] of Object.entries(before)) if (dtype !== "float32") discrete.add(output);
      last = { feeds, before, after };
      return before;
    },
  };
  const verified = await verify(fn, inputs, both, { ...options, tolerance: float32Tolerance });
  const held = Object.fromEntries(Object.entries(outputs).filter(([output]) => !discrete.has(output)));
  assertWithin(`${name}, smaller`, held, tolerance, advice);
  const { feeds, before, after } = last!;
  const measured = metric && { before: metric(before, feeds), after: metric(after, feeds) };
  return { verified, cost: { tolerance, outputs, metric: measured ?? null } };
}

const advice =
  "Nothing was written. The float32 graph is as it should be: it is the smaller numbers that cost too much here.\n" +
  "Choose fp16 or fp32 weights, or allow more (--tolerance, tolerance).";
