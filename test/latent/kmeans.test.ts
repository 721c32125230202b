import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { type KMeansOptions, kmeans, kmeansPredict } from "../../packages/latent/src/cluster/kmeans.js";
import { Random } from "../../packages/latent/src/random.js";
import { type Rows, rowsOf } from "../../packages/latent/src/rows.js";
import "../support/matchers.js";

interface Table {
  shape: [number, number];
  data: number[];
}
interface Run {
  init: Table;
  centers: number[][];
  labels: number[];
  inertia: number;
  iterations: number;
}
interface Oracle {
  points: Table;
  weights: number[];
  fixed: Record<"plain" | "near" | "strict" | "short" | "weighted" | "empty" | "refilled", Run>;
  best: Record<string, number>;
}

const oracle = JSON.parse(readFileSync(new URL("./oracles/kmeans.json", import.meta.url), "utf8")) as Oracle;
const rows = ({ shape, data }: Table): Rows => rowsOf(Float32Array.from(data), shape[1]);
const points = rows(oracle.points);
const weights = Float32Array.from(oracle.weights);

function noise(count: number, columns: number, seed: number): Rows {
  const random = new Random(seed);
  return rowsOf(
    Float32Array.from({ length: count * columns }, () => random.normal()),
    columns,
  );
}

describe("k-means from scikit-learn's start", () => {
  const options: Record<keyof Oracle["fixed"], Partial<KMeansOptions>> = {
    plain: {},
    near: {},
    strict: { tolerance: 0 },
    short: { maxIterations: 3 },
    weighted: { weights },
    empty: {},
    refilled: { maxIterations: 1 },
  };
  it.each(Object.keys(options) as (keyof typeof options)[])("%s: the same clusters", async (name) => {
    const expected = oracle.fixed[name];
    const init = rows(expected.init);
    const found = await kmeans(points, { clusters: init.shape[0]!, init, ...options[name] });
    expect(Array.from(found.labels)).toEqual(expected.labels);
    expect(found.centers.data).toBeAllClose(expected.centers.flat(), { rtol: 1e-6, atol: 1e-6 });
    expect(found.inertia).toBeCloseTo(expected.inertia, 5);
    expect(found.iterations).toBe(expected.iterations);
    expect(found.converged).toBe(name !== "short" && name !== "refilled");
    expect(Array.from(kmeansPredict(found, points))).toEqual(expected.labels);
  });

  it.each(Object.entries(oracle.best))(
    "%s clusters: the best inertia of 50 starts, or better",
    async (k, inertia) => {
      const found = await kmeans(points, { clusters: Number(k), restarts: 20 });
      expect(found.inertia).toBeLessThan(1.02 * inertia);
      expect(new Set(found.labels).size).toBe(Number(k));
    },
  );
});

describe("k-means", () => {
  it.each([
    [1000, 16, 10],
    [3000, 3, 40],
    [5001, 1, 7],
  ])(
    "of %i rows of %i columns in %i clusters is what all distances give",
    async (count, columns, clusters) => {
      const data = noise(count, columns, count);
      const init = rowsOf(data.data.slice(0, clusters * columns), columns);
      const found = await kmeans(data, { clusters, init, tolerance: 0, maxIterations: 60 });
      const plain = lloyd(data, init, found.iterations);
      expect(Array.from(found.labels)).toEqual(plain.labels);
      expect(found.centers.data).toBeAllClose(plain.centers, { atol: 1e-6 });
    },
  );

  it("is the same for the same seed", async () => {
    const data = noise(500, 4, 1);
    const [a, b] = [
      await kmeans(data, { clusters: 5, seed: 3, restarts: 2 }),
      await kmeans(data, { clusters: 5, seed: 3, restarts: 2 }),
    ];
    expect(a).toEqual(b);
  });

  it("takes a weight for that many rows", async () => {
    const data = noise(60, 3, 2);
    const copies = Int32Array.from({ length: 60 }, (_, i) => i % 4);
    const repeated = Array.from(copies).flatMap((count, row) =>
      Array.from({ length: count }, () => Array.from(data.data.subarray(row * 3, row * 3 + 3))).flat(),
    );
    const init = rowsOf(data.data.slice(3, 15), 3);
    const fit = { clusters: 4, init, tolerance: 0 };
    const weighted = await kmeans(data, { ...fit, weights: Float32Array.from(copies) });
    const plain = await kmeans(rowsOf(Float32Array.from(repeated), 3), fit);
    expect(weighted.inertia).toBeCloseTo(plain.inertia, 8);
    expect(weighted.centers.data).toBeAllClose(plain.centers.data, { atol: 1e-6 });
  });

  it("finds clusters far from the origin", async () => {
    const near = noise(200, 2, 5).data;
    const far = rowsOf(
      near.map((value, i) => value / 100 + 1000 + (i % 4 < 2 ? 0 : 1)),
      2,
    );
    const { labels } = await kmeans(far, { clusters: 2 });
    expect(Array.from(labels, (label) => Number(label === labels[0]))).toEqual(
      Array.from({ length: 200 }, (_, row) => Number(row % 2 === 0)),
    );
  });

  it("works on one row, one column and constant columns", async () => {
    const one = await kmeans(rowsOf(Float32Array.of(2, 3), 2), { clusters: 1 });
    expect(one).toMatchObject({ inertia: 0, converged: true, labels: Int32Array.of(0) });
    expect(Array.from(one.centers.data)).toEqual([2, 3]);
    const column = await kmeans(rowsOf(Float32Array.of(0, 10, 1, 11, 0.5), 1), { clusters: 2 });
    expect(Array.from(column.centers.data).sort((a, b) => a - b)).toEqual([0.5, 10.5]);
    const constant = await kmeans(rowsOf(Float32Array.of(0, 7, 10, 7, 1, 7), 2), { clusters: 2 });
    expect(constant.inertia).toBeCloseTo(0.5, 8);
    const all = await kmeans(noise(6, 2, 0), { clusters: 6 });
    expect(all.inertia).toBe(0);
    expect(new Set(all.labels).size).toBe(6);
  });

  it("says how many distinct rows there are when they are too few", async () => {
    const equal = rowsOf(new Float32Array(20_000).fill(1), 2);
    await expect(kmeans(equal, { clusters: 3 })).rejects.toThrow(
      /3 clusters need as many distinct rows, the 10000 rows have 1/,
    );
    const one = await kmeans(equal, { clusters: 1 });
    expect(one.inertia).toBe(0);
    const two = rowsOf(Float32Array.of(1, 2, 1, 2, 3), 1);
    await expect(kmeans(two, { clusters: 3, weights: Float32Array.of(1, 1, 1, 1, 0) })).rejects.toThrow(
      /distinct rows of positive weight, the 5 rows have 2/,
    );
    expect((await kmeans(two, { clusters: 3 })).inertia).toBe(0);
  });

  it("says what is wrong with what it is given", async () => {
    const data = noise(20, 3, 1);
    const bad = (options: KMeansOptions, of: Rows = data) => expect(kmeans(of, options)).rejects;
    await bad({ clusters: 21 }).toThrow(/at least 21 rows are needed for 21 clusters, got 20/);
    await bad({ clusters: 0 }).toThrow(/clusters must be an integer of at least 1, got 0/);
    await bad({ clusters: 2, restart: 3 } as KMeansOptions).toThrow(/no option "restart"/);
    await bad({ clusters: 2, tolerance: -1 }).toThrow(/tolerance/);
    await bad({ clusters: 2, init: noise(3, 3, 0) }).toThrow(/3 centers for 2 clusters/);
    await bad({ clusters: 2, init: noise(2, 4, 0) }).toThrow(/must have 3 columns/);
    for (const init of [0, null, "", false]) {
      await bad({ clusters: 2, init: init as never }).toThrow(
        /kmeans: init: points must be \{ data: Float32Array/,
      );
      await bad({ clusters: 2, weights: init as never }).toThrow(/weights must be a Float32Array/);
    }
    const withWeight = (value: number) => Float32Array.from({ length: 20 }, (_, i) => (i === 4 ? value : 1));
    await bad({ clusters: 2, weights: withWeight(Number.NaN) }).toThrow(/weight of row 4 is NaN/);
    await bad({ clusters: 2, weights: withWeight(-1) }).toThrow(/weight of row 4 is -1/);
    await bad({ clusters: 2, weights: new Float32Array(20) }).toThrow(/every weight is 0/);
    await bad({ clusters: 2, weights: new Float32Array(19) }).toThrow(/one number for each of 20 rows/);
    await bad({ clusters: 1 }, rowsOf(Float32Array.of(1, Number.NaN), 1)).toThrow(/row 1, column 0 is NaN/);
    const model = await kmeans(data, { clusters: 2 });
    expect(() => kmeansPredict(model, noise(2, 2, 0))).toThrow(/must have 3 columns/);
  });

  it("stops when it is told to", async () => {
    const stop = new AbortController();
    stop.abort(new Error("enough"));
    await expect(kmeans(points, { clusters: 3, signal: stop.signal })).rejects.toThrow("enough");
  });
});

/** Lloyd's iterations with all distances. */
function lloyd({ data, shape }: Rows, init: Rows, iterations: number) {
  const [count, columns] = shape as [number, number];
  const clusters = init.shape[0]!;
  let centers = Array.from(init.data);
  const assign = () =>
    Array.from({ length: count }, (_, row) => {
      let best = 0;
      let least = Number.POSITIVE_INFINITY;
      for (let c = 0; c < clusters; c++) {
        let square = 0;
        for (let j = 0; j < columns; j++)
          square += (data[row * columns + j]! - centers[c * columns + j]!) ** 2;
        if (square < least) [best, least] = [c, square];
      }
      return best;
    });
  for (let at = 0; at < iterations; at++) {
    const labels = assign();
    const sizes = labels.reduce(
      (found, label) => found.with(label, found[label]! + 1),
      Array(clusters).fill(0),
    );
    const sums = new Array<number>(clusters * columns).fill(0);
    labels.forEach((label, row) => {
      for (let j = 0; j < columns; j++) sums[label * columns + j]! += data[row * columns + j]!;
    });
    centers = sums.map((sum, i) => sum / sizes[Math.floor(i / columns)]);
  }
  return { centers, labels: assign() };
}
