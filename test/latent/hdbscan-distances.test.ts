import { describe, expect, test } from "vitest";
import {
  mostListed,
  squaredCoreDistances,
} from "../../packages/latent/src/cluster/hdbscan/core-distances.js";
import { reachFitted } from "../../packages/latent/src/cluster/hdbscan/reach.js";
import { reachabilityTree } from "../../packages/latent/src/neighbours/spanning-tree.js";
import { Random } from "../../packages/latent/src/random.js";
import { finishTask } from "../../packages/latent/src/task.js";
import "../support/matchers.js";

// Above mostListed core distances come from another pass than below.
const counts = [1, 2, 7, mostListed + 1, mostListed + 2, 300];
const close = { rtol: 1e-12 };

function normals(rows: number, columns: number, seed: number, scale = 1) {
  const random = new Random(seed);
  return new Float32Array(rows * columns).map(() => scale * random.normal());
}

function squares(data: Float32Array, query: Float32Array, columns: number): number[] {
  return Array.from({ length: data.length / columns }, (_, row) => {
    let sum = 0;
    for (let c = 0; c < columns; c++) sum += (data[row * columns + c]! - query[c]!) ** 2;
    return sum;
  });
}

function rowOf(data: Float32Array, row: number, columns: number): Float32Array {
  return data.subarray(row * columns, (row + 1) * columns);
}

describe.each([1, 3, 8, 10])("%i columns", (columns) => {
  const data = normals(300, columns, 1);
  const queries = normals(40, columns, 2, 2);

  test.each(counts)("the core distance is that of the neighbour %i, the row itself the first", (count) => {
    const expected = Array.from(
      { length: 300 },
      (_, row) => squares(data, rowOf(data, row, columns), columns).sort((a, b) => a - b)[count - 1]!,
    );
    expect(finishTask(squaredCoreDistances(data, columns, count))).toBeAllClose(expected, close);
  });

  test.each(counts)("a query joins where it reaches first, minSamples %i", (count) => {
    const core = finishTask(squaredCoreDistances(data, columns, count));
    const reached = finishTask(reachFitted(data, core, queries, columns, count));
    const expected = Array.from({ length: 40 }, (_, query) => {
      const all = squares(data, rowOf(queries, query, columns), columns);
      const own = count === 1 ? 0 : all.slice().sort((a, b) => a - b)[count - 2]!;
      return 1 / Math.sqrt(Math.min(...all.map((square, row) => Math.max(square, core[row]!, own))));
    });
    expect(reached.lambda).toBeAllClose(expected, close);
    reached.row.forEach((row, query) => {
      const square = squares(rowOf(data, row, columns), rowOf(queries, query, columns), columns)[0]!;
      expect(1 / Math.sqrt(Math.max(square, core[row]!))).toBeGreaterThanOrEqual(
        expected[query]! * (1 - 1e-12),
      );
    });
  });

  test("the spanning tree is as short as Kruskal's", () => {
    const core = finishTask(squaredCoreDistances(data, columns, 7));
    const tree = finishTask(reachabilityTree(data, columns, core));
    const edges: [number, number, number][] = [];
    for (let i = 0; i < 300; i++) {
      squares(data, rowOf(data, i, columns), columns).forEach((square, j) => {
        if (j < i) edges.push([Math.max(square, core[i]!, core[j]!), i, j]);
      });
    }
    const group = Array.from({ length: 300 }, (_, i) => i);
    const kruskal: number[] = [];
    for (const [length, i, j] of edges.sort((a, b) => a[0] - b[0])) {
      const [from, to] = [group[i]!, group[j]!];
      if (from === to) continue;
      kruskal.push(length);
      group.forEach((other, row) => {
        if (other === from) group[row] = to;
      });
    }
    expect(tree.squared.slice().sort()).toBeAllClose(kruskal, close);
    expect(new Set([...tree.from, ...tree.to]).size).toBe(300);
  });
});
