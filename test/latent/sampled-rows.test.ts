import { describe, expect, it } from "vitest";
import { hdbscan } from "../../packages/latent/src/cluster/hdbscan.js";
import { countDistinct } from "../../packages/latent/src/cluster/kmeans/distinct.js";
import { aggregatedPosterior } from "../../packages/latent/src/describe/aggregated-posterior.js";
import { distanceToPrior } from "../../packages/latent/src/describe/distance-to-prior.js";
import { holes } from "../../packages/latent/src/describe/holes.js";
import { intrinsicDimension } from "../../packages/latent/src/describe/intrinsic-dimension.js";
import { squaredMmd } from "../../packages/latent/src/describe/mmd.js";
import { mutualInformation } from "../../packages/latent/src/describe/mutual-information.js";
import { totalCorrelation } from "../../packages/latent/src/describe/total-correlation.js";
import { distinctRows } from "../../packages/latent/src/distinct-rows.js";
import { columnMoments } from "../../packages/latent/src/linear/column-moments.js";
import { geodesic } from "../../packages/latent/src/move/geodesic.js";
import { posteriorQuantiles } from "../../packages/latent/src/move/posterior-quantiles.js";
import { trustworthiness } from "../../packages/latent/src/project/quality.js";
import { Random } from "../../packages/latent/src/random.js";
import { type Codes, type Rows, rowsOf } from "../../packages/latent/src/rows.js";
import { someRows, takeRows } from "../../packages/latent/src/sample-rows.js";
import "../support/matchers.js";

const rows = 2000;
const half = rows / 2;
const labels = Int32Array.from({ length: rows }, (_, i) => i % 2);

/** Rows that take turns between two groups, whose middles are at 0 and 12 in the first column; of standard deviation `sigma`. */
function turns(columns: number, sigma: number, seed = 1): Rows {
  const random = new Random(seed);
  const data = Float32Array.from({ length: rows * columns }, (_, at) => {
    const [row, column] = [Math.floor(at / columns), at % columns];
    return (column === 0 ? 12 * labels[row]! : 0) + sigma * random.normal();
  });
  return rowsOf(data, columns);
}

/** Posteriors of one width in each group: all that z tells of a row is its group. */
const codes: Codes = {
  mu: turns(1, 0),
  logvar: rowsOf(new Float32Array(rows), 1),
};

describe("someRows", () => {
  it("are different rows in ascending order, the same for the same seed", () => {
    const chosen = someRows(rows, 500, 3);
    expect(chosen).toHaveLength(500);
    for (let i = 1; i < 500; i++) expect(chosen[i]).toBeGreaterThan(chosen[i - 1]!);
    expect(chosen.at(-1)).toBeLessThan(rows);
    expect(someRows(rows, 500, 3)).toEqual(chosen);
    expect(someRows(rows, 500, 4)).not.toEqual(chosen);
    expect(someRows(rows, 500, new Random(3))).toEqual(chosen);
  });

  it("are all rows where there are not more, for which nothing is drawn", () => {
    const random = new Random(5);
    expect(someRows(3, 3, random)).toEqual(Uint32Array.of(0, 1, 2));
    expect(someRows(0, 3, random)).toEqual(new Uint32Array(0));
    expect(random.uint32()).toBe(new Random(5).uint32());
  });

  it("keep the shares of groups that take turns, whatever their period", () => {
    for (const period of [2, 3, 4, 10]) {
      const counts = new Array(period).fill(0);
      for (const row of someRows(10_000, 2500, 7)) counts[row % period]++;
      const expected = 2500 / period;
      for (const count of counts) expect(Math.abs(count - expected)).toBeLessThan(4 * Math.sqrt(expected));
    }
  });

  it("are copied by takeRows in the order that is asked for", () => {
    const points = rowsOf(Float32Array.of(0, 1, 2, 3, 4, 5), 2);
    expect(takeRows(points, [2, 0, 2])).toEqual(rowsOf(Float32Array.of(4, 5, 0, 1, 4, 5), 2));
    expect(takeRows(points, [])).toEqual({ data: new Float32Array(0), shape: [0, 2] });
  });
});

describe("of two groups that take turns, a sample of half the rows has both, in", () => {
  it("aggregatedPosterior", async () => {
    const { mutualInformation: information } = await aggregatedPosterior(codes, { rows: half });
    expect(information.value).toBeCloseTo(Math.log(2), 1);
  });

  it("totalCorrelation", async () => {
    // Both columns say the group, and nothing else: ln 2 nats in common.
    const both = { mu: rowsOf(codes.mu.data.slice(), 1), logvar: codes.logvar };
    const data = Float32Array.from({ length: 2 * rows }, (_, at) => both.mu.data[at >> 1]!);
    const twice = { mu: rowsOf(data, 2), logvar: rowsOf(new Float32Array(2 * rows), 2) };
    expect((await totalCorrelation(twice, { rows: half })).estimate).toBeCloseTo(Math.log(2), 1);
  });

  it("distanceToPrior", async () => {
    const few = await distanceToPrior(codes, { rows: half });
    const all = await distanceToPrior(codes);
    expect([few.mmd]).toBeAllClose([all.mmd], { rtol: 0.1 });
    expect(few.mutualInformation).toBeCloseTo(Math.log(2), 1);
    expect([few.aggregateKl]).toBeAllClose([all.aggregateKl], { rtol: 0.1 });
  });

  it("squaredMmd", async () => {
    const [x, y] = [turns(1, 1), turns(1, 1, 2)];
    const prior = rowsOf(
      y.data.map((value, row) => value - 12 * labels[row]!),
      1,
    );
    const all = await squaredMmd(x, prior, { rows });
    expect([(await squaredMmd(x, prior, { rows: half })).value]).toBeAllClose([all.value], { rtol: 0.1 });
    expect(await squaredMmd(x, prior, { rows: half, seed: 1 })).not.toEqual(
      await squaredMmd(x, prior, { rows: half }),
    );
  });

  it("posteriorQuantiles", () => {
    const quartiles = posteriorQuantiles(codes, 0, [0.25, 0.75], { rows: half });
    expect(quartiles).toBeAllClose([0, 12], { atol: 0.2 });
  });

  it("geodesic", async () => {
    const points = turns(2, 1);
    const across = (row: number) => points.data[2 * row]!;
    const order = Array.from(labels.keys()).sort((a, b) => across(a) - across(b));
    const [from, to] = [order[0]!, order.at(-1)!];
    const decode = async (z: Rows) => z;
    const { nodes } = await geodesic(points, { from, to, decode, rows: half, refine: 0 });
    // From one end to the other over more rows of each group than the ends.
    const odd = nodes.filter((row) => row % 2 === 1).length;
    expect(odd).toBeGreaterThan(1);
    expect(nodes.length - odd).toBeGreaterThan(1);
  });

  it("mutualInformation", async () => {
    const { nats } = await mutualInformation(turns(1, 1), labels, { rows: half });
    expect(nats[0]).toBeCloseTo(Math.log(2), 1);
  });

  it("holes", async () => {
    // The group at 0 is the prior: without it all of the prior were far from data.
    const far = { mu: turns(2, 0), logvar: rowsOf(new Float32Array(2 * rows), 2) };
    expect((await holes(far, { rows: half, samples: 2000 })).share).toBeLessThan(0.1);
    const other = {
      mu: rowsOf(
        far.mu.data.map((value, i) => (i % 2 ? value : 12 - value)),
        2,
      ),
      logvar: far.logvar,
    };
    expect((await holes(other, { rows: half, samples: 2000 })).share).toBeLessThan(0.1);
  });

  it("intrinsicDimension", async () => {
    // One group on a line, the other one filling three dimensions.
    const points = turns(3, 1);
    for (let row = 0; row < rows; row += 2) points.data.fill(0, 3 * row + 1, 3 * row + 3);
    const few = await intrinsicDimension(points, { rows: half });
    const all = await intrinsicDimension(points, { rows });
    expect([few.mle]).toBeAllClose([all.mle], { rtol: 0.1 });
    expect(all.mle).toBeGreaterThan(1.2);
    expect(all.mle).toBeLessThan(2.5);
  });

  it("hdbscan", async () => {
    const {
      clusters,
      labels: found,
      fitted,
    } = await hdbscan(turns(2, 1), {
      minClusterSize: 100,
      exactLimit: half,
    });
    expect(fitted).toHaveLength(half);
    expect(clusters).toBe(2);
    const [first, second] = [found[0]!, found[1]!];
    const wrong = found.filter((label, row) => label === (row % 2 === 0 ? second : first)).length;
    expect(wrong).toBe(0);
  });

  it("trustworthiness", async () => {
    // Of one group the embedding keeps everything, of the other one nothing.
    const points = turns(2, 1);
    const random = new Random(9);
    const embedding = rowsOf(
      points.data.map((value, at) =>
        (at >> 1) % 2 === 0 ? value : random.normal() + (at % 2 === 0 ? 12 : 0),
      ),
      2,
    );
    const all = await trustworthiness(points, embedding, { rows });
    expect(all).toBeLessThan(0.9);
    expect([await trustworthiness(points, embedding, { rows: half })]).toBeAllClose([all], { atol: 0.02 });
  });
});

describe("distinctRows", () => {
  /** By comparing all with all. */
  function naive({ data, shape }: Rows): number[] {
    const found: number[] = [];
    const same = (a: number, b: number) =>
      Array.from({ length: shape[1]! }, (_, j) => data[a * shape[1]! + j] === data[b * shape[1]! + j]).every(
        Boolean,
      );
    for (let row = 0; row < shape[0]!; row++) if (!found.some((other) => same(other, row))) found.push(row);
    return found;
  }

  it("are those that comparing all with all finds", () => {
    const random = new Random(2);
    for (const columns of [1, 2, 5]) {
      const points = rowsOf(
        Float32Array.from({ length: 600 * columns }, () => random.below(4) - 2),
        columns,
      );
      expect(Array.from(distinctRows(points))).toEqual(naive(points));
      expect(Array.from(distinctRows(points, { limit: 3 }))).toEqual(naive(points).slice(0, 3));
    }
    expect(distinctRows(rowsOf(new Float32Array(0), 3))).toHaveLength(0);
  });

  it("take 0 and -0 for one, and pass over rows of weight 0", () => {
    const points = rowsOf(Float32Array.of(0, -0, 1, 2, 1, 3), 1);
    expect(Array.from(distinctRows(points))).toEqual([0, 2, 3, 5]);
    const weights = Float32Array.of(0, 1, 0, 1, 1, 0);
    expect(Array.from(distinctRows(points, { weights }))).toEqual([1, 3, 4]);
    expect(countDistinct({ data: points.data, rows: 6, columns: 1, weights }, 2)).toBe(2);
  });
});

describe("columnMoments", () => {
  it("has means and variances, exactly 0 for a constant column far from 0", () => {
    const { mean, variance } = columnMoments(Float32Array.of(1, 1e7 + 1, 3, 1e7 + 1, 8, 1e7 + 1), 2);
    expect(mean).toBeAllClose([4, 1e7 + 1], { rtol: 1e-12 });
    expect(variance).toBeAllClose([(9 + 1 + 16) / 3, 0], { rtol: 1e-12 });
    expect(variance[1]).toBe(0);
  });
});
