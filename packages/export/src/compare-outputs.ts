import { type Feeds, VerificationError } from "@vaekit/infer";

export interface OutputError {
  /** Largest |a - b|. */
  maxAbsolute: number;
  /** Largest |a - b| over the largest |b|: relative to the output's scale. */
  maxRelative: number;
  /** Of an output that is chosen among a few values: elements that were chosen otherwise, which the errors leave out. */
  otherwise?: { count: number; of: number };
}

/** Outputs that are chosen among a few values, and the largest relative error that is no other choice. */
export interface Choices {
  outputs: readonly string[];
  tolerance: number;
}

/**
 * Errors of each output against what is expected of it.
 * @throws VerificationError when an output is missing or has another shape or dtype
 */
export function compareOutputs(
  name: string,
  actual: Feeds,
  expected: Feeds,
  choices?: Choices,
): Record<string, OutputError> {
  return Object.fromEntries(
    Object.entries(expected).map(([output, want]) => {
      const got = actual[output];
      if (!got || `${got.shape}` !== `${want.shape}`) {
        throw new VerificationError(
          `${name}: output ${output} is ${got ? `[${got.shape}]` : "missing"}, tfjs gives [${want.shape}]`,
        );
      }
      if (got.dtype !== want.dtype) {
        throw new VerificationError(`${name}: output ${output} is ${got.dtype}, tfjs gives ${want.dtype}`);
      }
      const [a, b] = [got.data as Float32Array, want.data as Float32Array];
      return [
        output,
        choices?.outputs.includes(output) ? choiceError(a, b, choices.tolerance) : errorOf(a, b),
      ];
    }),
  );
}

/** @throws VerificationError that lists every output beyond the tolerance */
export function assertWithin(
  name: string,
  outputs: Readonly<Record<string, OutputError>>,
  tolerance: number,
  advice = "Please report it with the model.",
): void {
  const failed = Object.entries(outputs).filter(
    ([, error]) => !(error.maxRelative <= tolerance) || isTooOtherwise(error),
  );
  if (failed.length === 0) return;
  const rows = failed.map(([output, { maxAbsolute, maxRelative, otherwise }]) =>
    otherwise
      ? `  ${output}: ${otherwise.count} of ${otherwise.of} elements are chosen otherwise`
      : `  ${output}: largest relative error ${maxRelative.toExponential(2)}, absolute ${maxAbsolute.toExponential(2)}`,
  );
  throw new VerificationError(
    `${name}: ${failed.length} of ${Object.keys(outputs).length} outputs differ from tfjs by more than ${tolerance}\n` +
      `${rows.join("\n")}\n${advice}`,
    { details: { tolerance, outputs } },
  );
}

export function mergeErrors(
  into: Record<string, OutputError>,
  more: Readonly<Record<string, OutputError>>,
): void {
  for (const [output, { maxAbsolute, maxRelative, otherwise }] of Object.entries(more)) {
    const before = into[output];
    const { count = 0, of = 0 } = before?.otherwise ?? {};
    into[output] = {
      maxAbsolute: Math.max(before?.maxAbsolute ?? 0, maxAbsolute),
      maxRelative: Math.max(before?.maxRelative ?? 0, maxRelative),
      ...(otherwise && { otherwise: { count: count + otherwise.count, of: of + otherwise.of } }),
    };
  }
}

/** A NaN or infinity that only one side has is an infinite error. */
function errorOf(actual: ArrayLike<number>, expected: ArrayLike<number>): OutputError {
  let maxAbsolute = 0;
  let scale = 0;
  for (let i = 0; i < expected.length; i++) {
    const [a, b] = [actual[i]!, expected[i]!];
    if (Number.isFinite(b)) scale = Math.max(scale, Math.abs(b));
    if (Object.is(a, b) || a === b) continue;
    const difference = Math.abs(a - b);
    maxAbsolute = Math.max(maxAbsolute, Number.isNaN(difference) ? Number.POSITIVE_INFINITY : difference);
  }
  return { maxAbsolute, maxRelative: scale > 0 ? maxAbsolute / scale : maxAbsolute };
}

/**
 * The share of an output's elements that may be chosen otherwise. Where two values are as near as float32 can tell, two
 * runtimes may choose differently.
 */
const mostOtherwise = 1e-2;

/** Errors of those elements that are the same choice, and how many are not. */
function choiceError(actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number): OutputError {
  let scale = 0;
  for (let i = 0; i < expected.length; i++) scale = Math.max(scale, Math.abs(expected[i]!));
  let maxAbsolute = 0;
  let count = 0;
  for (let i = 0; i < expected.length; i++) {
    const difference = Math.abs(actual[i]! - expected[i]!);
    if (difference <= tolerance * scale) maxAbsolute = Math.max(maxAbsolute, difference);
    else count++;
  }
  const otherwise = { count, of: expected.length };
  return { maxAbsolute, maxRelative: scale > 0 ? maxAbsolute / scale : maxAbsolute, otherwise };
}

function isTooOtherwise({ otherwise }: OutputError): boolean {
  return otherwise !== undefined && otherwise.count > mostOtherwise * otherwise.of;
}
