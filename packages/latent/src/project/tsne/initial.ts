import type { Random } from "../../random.js";
import { type Rows, rowsOf } from "../../rows.js";
import type { Task } from "../../task.js";
import { pcaTask } from "../pca.js";

/** Standard deviation of the first dimension at the start. */
const spread = 1e-4;

/**
 * Where a layout starts: one array of `rows` numbers per dimension. The leading principal components, scaled together (Kobak & Berens
 * 2019), with a breath of noise that parts equal points; normal noise for dimensions that have no component with variance.
 */
export function* initialPositionsTask(
  points: Rows,
  dimensions: number,
  init: "pca" | "random",
  random: Random,
): Task<Float64Array[]> {
  const [rows, columns] = points.shape as [number, number];
  const count = init === "pca" ? Math.min(dimensions, rows, columns) : 0;
  const { embedding, explainedVariance } =
    count > 0
      ? yield* pcaTask(points, { components: count })
      : { embedding: rowsOf(new Float32Array(0), 1), explainedVariance: [] };
  const first = Math.sqrt(((explainedVariance[0] ?? 0) * (rows - 1)) / rows);
  return Array.from({ length: dimensions }, (_, d) => {
    if (!((explainedVariance[d] ?? 0) > 1e-12 * first ** 2)) {
      return Float64Array.from({ length: rows }, () => spread * random.normal());
    }
    return Float64Array.from(
      { length: rows },
      (_, i) => (embedding.data[i * count + d]! / first) * spread + 1e-4 * spread * random.normal(),
    );
  });
}
