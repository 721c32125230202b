import { DataError, ShapeError, UsageError } from "../errors.js";
import type { Neighbours } from "./nearest-neighbours.js";

/**
 * A graph that a call was given in place of searching.
 * rows: of the points; least: neighbours that the call needs of each; instead: an option with which fewer do, for the error
 * @throws ShapeError for what is no graph; DataError for one of other points; UsageError for one of too few neighbours
 */
export function checkGraph(
  call: string,
  graph: Neighbours,
  rows: number,
  { least = 1, instead }: { least?: number; instead?: (count: number) => string } = {},
): void {
  const { index, distance, shape } = (graph ?? {}) as Partial<Neighbours>;
  if (!(index instanceof Int32Array && distance instanceof Float32Array && Array.isArray(shape))) {
    throw new ShapeError(
      `${call}: graph must be what nearestNeighbours gives, { index: Int32Array, distance: Float32Array, shape: [rows, count] }`,
    );
  }
  const [of, count] = shape;
  if (shape.length !== 2 || index.length !== of * count || distance.length !== of * count) {
    throw new ShapeError(
      `${call}: graph has ${index.length} indices and ${distance.length} distances, which do not fill its shape [${shape}]`,
    );
  }
  if (of !== rows) {
    throw new DataError(
      `${call}: graph has the neighbours of ${of} rows, points has ${rows}; give the graph of these points, or leave it out`,
    );
  }
  const strange = index.findIndex((row) => row < 0 || row >= rows);
  if (strange >= 0) {
    throw new DataError(
      `${call}: graph names row ${index[strange]} as a neighbour of row ${Math.floor(strange / count)}, but points has ${rows} rows; ` +
        "give the graph of these points, or leave it out",
    );
  }
  if (count >= least) return;
  throw new UsageError(
    `${call}: graph has ${count} neighbours of each row, ${least} are needed. ` +
      `Ask nearestNeighbours for a higher \`count\`, or ${instead ? `give ${instead(count)}` : "leave the graph out"}.`,
  );
}
