import type { OutputError } from "./verify.js";

/** Outputs that are chosen among a few values, and the largest relative error that is no other choice. */
export interface Choices {
  outputs: readonly string[];
  tolerance: number;
}

/**
 * The share of an output's elements that may be chosen otherwise. Where two values are as near as float32 can tell, two
 * runtimes may choose differently: one element in some 100,000 of a codebook's.
 */
export const mostOtherwise = 1e-2;

/** Errors of those elements that are the same choice, and how many are not. */
export function choiceError(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  tolerance: number,
): OutputError {
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

export function isTooOtherwise({ otherwise }: OutputError): boolean {
  return otherwise !== undefined && otherwise.count > mostOtherwise * otherwise.of;
}
