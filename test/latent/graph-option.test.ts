import { describe, expect, it } from "vitest";
import { outliers } from "../../packages/latent/src/describe/outliers.js";
import { DataError, ShapeError, UsageError } from "../../packages/latent/src/errors.js";
import { geodesic } from "../../packages/latent/src/move/geodesic.js";
import { neighbourPath } from "../../packages/latent/src/move/neighbour-path.js";
import {
  type Neighbours,
  nearestNeighbours,
} from "../../packages/latent/src/neighbours/nearest-neighbours.js";
import { tsne } from "../../packages/latent/src/project/tsne.js";
import { umap } from "../../packages/latent/src/project/umap.js";
import { Random } from "../../packages/latent/src/random.js";
import { type Rows, rowsOf } from "../../packages/latent/src/rows.js";

function cloud(rows: number): Rows {
  const random = new Random(rows);
  return rowsOf(
    Float32Array.from({ length: 2 * rows }, () => random.normal()),
    2,
  );
}

const points = cloud(60);
const graph = await nearestNeighbours(points, { count: 20 });
const calls: Record<string, (graph: Neighbours) => Promise<unknown>> = {
  umap: (given) => umap(points, { graph: given, epochs: 5 }),
  tsne: (given) => tsne(points, { graph: given, perplexity: 5, iterations: 5 }),
  outliers: (given) => outliers(points, { graph: given, neighbours: 15 }),
  geodesic: (given) => geodesic(points, { graph: given, from: 0, to: 1, decode: async (z) => z, refine: 1 }),
  neighbourPath: (given) => neighbourPath(points, { graph: given, from: 0, to: 1 }),
};

describe.each(Object.entries(calls))("the graph of %s", (name, call) => {
  it("may be one of these points", async () => {
    await expect(call(graph)).resolves.toBeDefined();
  });

  it("of other points is a DataError", async () => {
    const other = await nearestNeighbours(cloud(50), { count: 20 });
    await expect(call(other)).rejects.toThrow(DataError);
    await expect(call(other)).rejects.toThrow(`${name}: graph has the neighbours of 50 rows, points has 60`);
    for (const strange of [-1, 60]) {
      const beyond = { ...graph, index: graph.index.with(45, strange) };
      await expect(call(beyond)).rejects.toThrow(DataError);
      await expect(call(beyond)).rejects.toThrow(`names row ${strange} as a neighbour of row 2`);
    }
  });

  it("that is no graph is a ShapeError", async () => {
    const strangers = [
      null,
      3,
      {},
      points,
      { ...graph, index: Array.from(graph.index) },
      { ...graph, distance: undefined },
      { ...graph, shape: undefined },
      { ...graph, shape: [60, 19] },
      { ...graph, shape: [1200] },
      { ...graph, distance: graph.distance.slice(1) },
    ];
    for (const stranger of strangers) {
      await expect(call(stranger as never)).rejects.toThrow(ShapeError);
      await expect(call(stranger as never)).rejects.toThrow(`${name}: graph`);
    }
  });
});

it("a graph of too few neighbours is a UsageError that says what would do", async () => {
  const few = await nearestNeighbours(points, { count: 10 });
  const expected = { umap: "neighbours: 11", tsne: "a perplexity of at most 3", outliers: "neighbours: 10" };
  for (const [name, advice] of Object.entries(expected)) {
    await expect(calls[name]!(few)).rejects.toThrow(UsageError);
    await expect(calls[name]!(few)).rejects.toThrow(`or give ${advice}.`);
  }
});
