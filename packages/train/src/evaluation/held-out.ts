import { UsageError } from "@vaekit/infer";
import { namedData, openData } from "../data/open.js";
import type { Dataset } from "../data/types.js";
import { splitIndices } from "../split.js";
import type { Trained } from "./types.js";

/** Data to evaluate on, and how they were chosen. */
export interface HeldOut {
  data: Dataset;
  /** The examples that count. */
  indices: Uint32Array;
  /** For protocols: "mnist:test", "the 6,000 validation examples of ...". */
  name: string;
}

/**
 * Examples that a model was not trained on: the test part of named data where it learned from their train part, else
 * its validation data, else the examples that its run kept back.
 * @throws UsageError where there are none to be found again
 */
export async function heldOutData({ data, validation, seed }: Trained): Promise<HeldOut> {
  const source = data?.source ?? null;
  const [name = "", part = "train"] = source?.split(":") ?? [];
  if (Object.hasOwn(namedData, name) && part === "train") return wholeData(`${name}:test`);
  if (validation?.separate && validation.source !== null) return wholeData(validation.source);
  if (data && source !== null && validation && !validation.separate && validation.count > 0) {
    const all = await openData(source, { limit: data.count });
    const indices = splitIndices(all.count, validation.count, seed).validation;
    return {
      data: all,
      indices,
      name: `the ${indices.length} examples of ${source} that training kept back`,
    };
  }
  throw new UsageError(
    "the model's training data had no name and no file, or nothing was kept back from them: say what to evaluate on " +
      "(--data mnist:test, or the path of an IDX file).",
  );
}

/** All of a source; of named data without a part, the test part. */
export async function wholeData(source: string): Promise<HeldOut> {
  const data = await openData(source, { split: "test" });
  const name = Object.hasOwn(namedData, source) ? `${source}:test` : source;
  return { data, indices: Uint32Array.from({ length: data.count }, (_, i) => i), name };
}
