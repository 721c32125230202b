import { batchOf, type Examples } from "./examples.js";
import { ExampleNoise } from "./noise.js";
import { ExampleDraws, type ExampleResult } from "./per-example.js";
import type { Densities, EvaluatedModel, ExampleBatch } from "./types.js";

/** Which examples are drawn how often. */
export interface DrawPlan {
  /** Positions among the examples. */
  positions: Uint32Array;
  /** Draws of z per example. */
  draws: number;
  /** The numbers K of draws under one logarithm. */
  samples: readonly number[];
}

export interface DrawOptions {
  seed: number;
  /** Most draws at once. */
  rows: number;
  /** Of the plan's first examples, from an evaluation that was stopped. Changed: the others follow. */
  results: ExampleResult[];
  /** After each call of the model: draws that are done. */
  onDraws(count: number): void;
  /** After each group of examples. */
  onExamples(): Promise<void>;
  signal?: AbortSignal;
}

/** A call of the model: some draws of some examples. */
interface Call {
  positions: Uint32Array;
  /** Number of the first draw, and how many count. */
  first: number;
  draws: number;
  batch: ExampleBatch;
  eps: Float32Array;
}

/**
 * Draw z from each example's posterior and weigh it. A call has all draws of a few examples, or some of one; the noise of
 * the next is made while the model computes. @throws the signal's reason
 */
export async function drawAll(
  model: EvaluatedModel,
  examples: Examples,
  { positions, draws, samples }: DrawPlan,
  { seed, rows, results, onDraws, onExamples, signal }: DrawOptions,
): Promise<void> {
  if (results.length === positions.length) return;
  const perCall = Math.min(draws, rows);
  const group = Math.min(Math.max(1, Math.floor(rows / perCall)), positions.length);
  const callsPerGroup = Math.ceil(draws / perCall);
  const groups = Math.ceil((positions.length - results.length) / group);
  const start = results.length;
  const spare = [0, 1].map(() => new Float32Array(group * perCall * model.latent));
  let made: { group: number; positions: Uint32Array; batch: ExampleBatch; noise: ExampleNoise[] } | null =
    null;
  const prepare = (number: number): Call | null => {
    const at = Math.floor(number / callsPerGroup);
    if (at >= groups) return null;
    if (made?.group !== at) {
      const chosen = positions.subarray(start + at * group, start + (at + 1) * group);
      const noise = Array.from(chosen, (i) => new ExampleNoise(seed, examples.indices[i]!, model.latent));
      made = { group: at, positions: chosen, batch: batchOf(examples, chosen, group), noise };
    }
    const first = (number % callsPerGroup) * perCall;
    const count = Math.min(perCall, draws - first);
    const eps = spare[number % 2]!;
    for (let draw = 0; draw < count; draw++) {
      for (const [row, noise] of made.noise.entries()) noise.draw(first + draw, eps, draw * group + row);
    }
    return { positions: made.positions, first, draws: count, batch: made.batch, eps };
  };

  const pass = await model.densities({ rows: group, samples: perCall });
  try {
    let current = prepare(0);
    let open: ExampleDraws[] = [];
    for (let number = 1; current; number++) {
      signal?.throwIfAborted();
      const running = pass.run(current.batch, current.eps);
      const next = prepare(number);
      const densities = await running;
      if (current.first === 0) {
        open = Array.from(current.positions, (i) => new ExampleDraws(examples.indices[i]!, draws, samples));
      }
      for (const [row, example] of open.entries()) {
        example.add(...columnsOf(densities, row, group, current.draws));
      }
      onDraws(current.draws * current.positions.length);
      if (current.first + current.draws === draws) {
        results.push(...open.map((example) => example.result()));
        await onExamples();
      }
      current = next;
    }
  } finally {
    await pass.dispose();
  }
}

/** One example's draws out of [samples * group]. */
function columnsOf(
  { logPx, logPz, logQz }: Densities,
  row: number,
  group: number,
  draws: number,
): [Float64Array, Float64Array, Float64Array] {
  const column = (values: Float32Array) =>
    Float64Array.from({ length: draws }, (_, draw) => values[draw * group + row]!);
  return [column(logPx), column(logPz), column(logQz)];
}
