import { ShapeError } from "../errors.js";
import { nearestNeighboursTask } from "../neighbours/nearest-neighbours.js";
import { checkInteger, checkOptions, runOptionNames, shown } from "../options.js";
import { checkRows, type Rows, rowsOf } from "../rows.js";
import { type RunOptions, runTask, type Task } from "../task.js";
import { layoutTask } from "./umap/layout.js";
import { membershipsTask } from "./umap/memberships.js";
import type { Umap } from "./umap.js";

export interface UmapTransformOptions extends RunOptions {
  /** Passes over the new points' edges (default 100 up to 10,000 of them, else 30); 0 leaves them at their neighbours' weighted mean. */
  epochs?: number;
  /** Default 0. */
  seed?: number;
}

/**
 * New points in an embedding that stays as it is: points [rows, columns of the model's] -> [rows, dimensions]. Each starts at the mean
 * of its neighbours among the model's points, weighted by their memberships, and is laid out with a quarter of the learning rate.
 * @throws ShapeError for what is no model of umap, or when the points have other columns than it has; DataError for NaN
 */
export async function umapTransform(
  model: Umap,
  points: Rows,
  options: UmapTransformOptions = {},
): Promise<Rows> {
  return runTask(umapTransformTask(model, points, options), options);
}

function checkModel(call: string, model: Umap): { size: number; columns: number } {
  const { embedding, points, options, a, b } = model ?? {};
  if (!embedding || !points || !(a > 0 && b > 0) || !(options?.neighbours > 0)) {
    throw new ShapeError(`${call}: model must be what umap returned, got ${shown(model)}`);
  }
  const { rows: size, columns } = checkRows(`${call}: model.points`, points);
  const layout = checkRows(`${call}: model.embedding`, embedding, { columns: options.dimensions });
  if (layout.rows === size) return { size, columns };
  throw new ShapeError(`${call}: model has ${size} points, and an embedding of ${layout.rows}`);
}

/** What `umapTransform` runs. */
export function* umapTransformTask(
  model: Umap,
  points: Rows,
  options: UmapTransformOptions = {},
): Task<Rows> {
  const call = "umapTransform";
  checkOptions(call, options, ["epochs", "seed", ...runOptionNames]);
  const { size, columns } = checkModel(call, model);
  const { rows } = checkRows(call, points, { rows: 0, columns });
  const { epochs = rows <= 10_000 ? 100 : 30, seed = 0 } = options;
  checkInteger(call, "epochs", epochs, 0);
  checkInteger(call, "seed", seed, 0);
  const { a, b } = model;
  const { dimensions, negativeSamples, learningRate } = model.options;
  if (rows === 0) return rowsOf(new Float32Array(0), dimensions);
  const count = Math.min(model.options.neighbours, size);
  const near = yield* nearestNeighboursTask(model.points, { count, queries: points });
  const weight = yield* membershipsTask({ distance: near.distance, rows, stride: count, count }, "other");
  const layout = weightedMeans(near.index, weight, model.embedding.data, rows, count, dimensions);
  const head = new Int32Array(rows * count);
  for (let row = 0; row < rows; row++) head.fill(row, row * count, (row + 1) * count);
  const edges = { head, tail: near.index, weight: Float32Array.from(weight) };
  const rate = learningRate / 4;
  yield* layoutTask(edges, layout, model.embedding.data, dimensions, {
    a,
    b,
    epochs,
    learningRate: rate,
    negativeSamples,
    seed,
  });
  return rowsOf(layout, dimensions);
}

/** Of the neighbours' places; a point that is one of the model's starts at its place. */
function weightedMeans(
  index: Int32Array,
  weight: Float64Array,
  embedding: Float32Array,
  rows: number,
  count: number,
  dimensions: number,
): Float32Array {
  const out = new Float32Array(rows * dimensions);
  for (let row = 0; row < rows; row++) {
    const [start, end] = [row * count, (row + 1) * count];
    const same = weight[start] === 1;
    let total = 0;
    for (let i = start; i < end; i++) total += weight[i]!;
    for (let d = 0; d < dimensions; d++) {
      let sum = 0;
      for (let i = start; i < end; i++) sum += weight[i]! * embedding[index[i]! * dimensions + d]!;
      out[row * dimensions + d] = same ? embedding[index[start]! * dimensions + d]! : sum / total;
    }
  }
  return out;
}
