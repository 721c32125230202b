import { createHash } from "node:crypto";
import { DataError, sizeOf, UsageError } from "@vaekit/infer";
import { gatherRows } from "../data/dataset.js";
import { checkBlackAndWhite, checkSupport } from "../data/support.js";
import type { Dataset } from "../data/types.js";
import type { Likelihood } from "../likelihood/types.js";
import type { Factors } from "../metrics/factors.js";
import { conditionSize, gatherConditions } from "../model/condition.js";
import { binarizeNoise } from "./noise.js";
import type { EvaluatedModel, ExampleBatch } from "./types.js";

/** The examples that are evaluated, as the model takes them. */
export interface Examples {
  count: number;
  /** Their numbers in the data: what their noise depends on. */
  indices: Uint32Array;
  /** [count, ...shape] in the data's units, black and white where they were drawn so. */
  x: Uint8Array;
  /** [count, conditions], where the model takes conditions. */
  c: Float32Array | null;
  /** Numbers they were made from, or their labels as the one factor; null where neither is known. */
  factors: Factors | null;
  /** Whether every value is one of the two ends of the range. */
  binary: boolean;
  /** sha256 of x and c. */
  digest: string;
}

export interface ExampleOptions {
  indices: Uint32Array;
  seed: number;
  binarize: "none" | "dynamic";
}

/** The numbers of the examples that count: `indices`, default all. @throws UsageError for numbers that no example has, or twice */
export function exampleIndices({ name, count }: Dataset, indices?: ArrayLike<number>): Uint32Array {
  if (!indices) return Uint32Array.from({ length: count }, (_, i) => i);
  const seen = new Set<number>();
  for (let i = 0; i < indices.length; i++) {
    const index = indices[i]!;
    if (!(Number.isInteger(index) && index >= 0 && index < count)) {
      throw new UsageError(
        `indices must be whole numbers from 0 to ${count - 1}, the examples of ${name}; got ${index} at position ${i}.`,
      );
    }
    if (seen.has(index))
      throw new UsageError(`indices: each example once, got ${index} again at position ${i}.`);
    seen.add(index);
  }
  return Uint32Array.from(indices);
}

/**
 * @throws DataError for examples of another shape than the model's, labels or columns that a conditional model misses,
 *   and values that its likelihood gives no probability; UsageError for pictures to be drawn for a likelihood that gives
 *   black and white none
 */
export function gatherExamples(
  model: EvaluatedModel,
  data: Dataset,
  { indices, seed, binarize }: ExampleOptions,
): Examples {
  const { likelihood, condition } = model;
  if (`${data.shape}` !== `${model.data.shape}` || `${data.range}` !== `${model.data.range}`) {
    throw new DataError(
      `${data.name}: examples are [${data.shape}] in ${data.range.join(" to ")}, the model of ${model.path} takes ` +
        `[${model.data.shape}] in ${model.data.range.join(" to ")}. Give data of that shape.`,
    );
  }
  const count = indices.length;
  if (count === 0) throw new UsageError(`${data.name}: there are no examples to evaluate on.`);
  const features = sizeOf(data.shape);
  const x = gatherRows(data, indices, new Uint8Array(count * features));
  if (binarize === "dynamic") {
    checkBlackAndWhite(likelihood);
    drawBlackAndWhite(x, data.range, indices, seed);
  } else {
    checkSupport(likelihood as Likelihood, data);
  }
  const c = condition
    ? gatherConditions(data, condition, indices, new Float32Array(count * conditionSize(condition)))
    : null;
  const hash = createHash("sha256").update(x);
  if (c) hash.update(new Uint8Array(c.buffer));
  return {
    count,
    indices,
    x,
    c,
    factors: factorsOf(data, indices),
    binary: binarize === "dynamic" || data.binary,
    digest: hash.digest("hex"),
  };
}

/** Rows of the examples at `positions`, filled up with zeros to `rows`. */
export function batchOf({ x, c, count }: Examples, positions: ArrayLike<number>, rows: number): ExampleBatch {
  const features = x.length / count;
  const conditions = c ? c.length / count : 0;
  const batch = {
    x: new Uint8Array(rows * features),
    c: c ? new Float32Array(rows * conditions) : null,
  };
  for (let i = 0; i < positions.length; i++) {
    const at = positions[i]!;
    batch.x.set(x.subarray(at * features, (at + 1) * features), i * features);
    batch.c?.set(c!.subarray(at * conditions, (at + 1) * conditions), i * conditions);
  }
  return batch;
}

/** Each value becomes one of the range's ends, the upper one with the probability that it is the share of. */
function drawBlackAndWhite(
  x: Uint8Array,
  [low, high]: Dataset["range"],
  indices: Uint32Array,
  seed: number,
): void {
  const features = x.length / indices.length;
  const uniform = new Float32Array(features);
  for (const [i, example] of indices.entries()) {
    binarizeNoise(seed, example, uniform);
    for (let j = 0, at = i * features; j < features; j++, at++) {
      x[at] = uniform[j]! < (x[at]! - low) / (high - low) ? high : low;
    }
  }
}

function factorsOf({ columns, labels }: Dataset, indices: Uint32Array): Factors | null {
  const rows = indices.length;
  if (columns && columns.names.length > 0) {
    const { names } = columns;
    const values = new Float32Array(rows * names.length);
    for (const [i, example] of indices.entries()) {
      const start = example * names.length;
      values.set(columns.values.subarray(start, start + names.length), i * names.length);
    }
    return { values, rows, columns: names.length, names };
  }
  if (!labels) return null;
  const values = Float32Array.from(indices, (example) => labels[example]!);
  return { values, rows, columns: 1, names: ["label"], kinds: ["discrete"] };
}
