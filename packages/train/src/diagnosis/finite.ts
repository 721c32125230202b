import { DataError } from "@vaekit/infer";

/** A value, or why there is none: the model computes numbers that are not finite. */
export type Finite<T> = { finite: true; value: T } | { finite: false; reason: string };

/** Metrics refuse numbers that are not finite with a DataError, which is a finding here. */
export async function finiteOf<T>(work: () => Promise<T>): Promise<Finite<T>> {
  try {
    return { finite: true, value: await work() };
  } catch (error) {
    if (error instanceof DataError && /finite/.test(error.message))
      return { finite: false, reason: error.message };
    throw error;
  }
}
