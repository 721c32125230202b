import { describe, expect, it } from "vitest";
import { contourPath } from "../../packages/latent/src/draw/contour.js";
import { icicle } from "../../packages/latent/src/draw/icicle.js";
import { densityGrid } from "../../packages/latent/src/draw/kernel-density.js";
import { count, fixed, percent, short, ticks } from "../../packages/latent/src/draw/numbers.js";
import { placeX, placeY, planeOf } from "../../packages/latent/src/draw/plane.js";
import {
  choiceFigure,
  condensedTreeFigure,
  confusionFigure,
  correlationFigure,
  informationFigure,
  klFigure,
  palette,
  varianceFigure,
} from "../../packages/latent/src/draw.js";
import { rowsOf } from "../../packages/latent/src/rows.js";
import { textBoxes } from "./draw-boxes.js";
import { blobPoints, tree } from "./draw-cases.js";

const colours = palette("light");

/** Closed rings of SVG path data. */
const rings = (path: string) =>
  path
    .split("M")
    .slice(1)
    .map((ring) =>
      ring
        .replace("Z", "")
        .split("L")
        .map((point) => point.split(",").map(Number) as [number, number]),
    );

/** Twice the signed area inside, by the shoelace formula. */
const area = (ring: readonly [number, number][]) =>
  ring.reduce((sum, [x, y], i) => {
    const [nextX, nextY] = ring[(i + 1) % ring.length]!;
    return sum + (x * nextY - nextX * y) / 2;
  }, 0);

describe("density", () => {
  const points = blobPoints(400, 3);
  const plane = planeOf(points, { width: 160 });
  const grid = densityGrid(points, plane, 0.4);

  it("is the sum of Gaussians around the points", () => {
    const places = Array.from({ length: 400 }, (_, i) => [
      placeX(plane, points[2 * i]!),
      placeY(plane, points[2 * i + 1]!),
    ]);
    const spread = (axis: number) => {
      const mean = places.reduce((sum, place) => sum + place[axis]!, 0) / 400;
      return Math.sqrt(places.reduce((sum, place) => sum + (place[axis]! - mean) ** 2, 0) / 400);
    };
    const [sx, sy] = [0, 1].map((axis) => 0.4 * 400 ** (-1 / 6) * spread(axis)) as [number, number];
    for (const [x, y] of [
      [80, 60],
      [40, 100],
      [120, 30],
      [10, 10],
    ] as const) {
      const direct = places.reduce(
        (sum, [px, py]) =>
          sum + Math.exp(-((px! - x - 0.5) ** 2) / (2 * sx * sx) - (py! - y - 0.5) ** 2 / (2 * sy * sy)),
        0,
      );
      expect(Math.abs(grid.values[y * grid.width + x]! - direct / (2 * Math.PI * sx * sy))).toBeLessThan(
        0.02 * grid.highest,
      );
    }
  });

  it("has lines that enclose the share of the points that they are named after", () => {
    for (const share of [0.25, 0.5, 0.75, 0.95]) {
      const level = grid.levelOf(share);
      const inside = Array.from({ length: 400 }, (_, i) => {
        const [x, y] = [placeX(plane, points[2 * i]!), placeY(plane, points[2 * i + 1]!)];
        return Number(grid.values[Math.floor(y) * grid.width + Math.floor(x)]! >= level);
      }).reduce((sum, value) => sum + value, 0);
      expect(inside).toBeGreaterThanOrEqual(400 * share);
      expect(inside).toBeLessThanOrEqual(400 * share + 4);
      const enclosed = Math.abs(
        rings(contourPath(grid, level, 1)).reduce((sum, ring) => sum + area(ring), 0),
      );
      expect(enclosed / grid.values.length).toBeCloseTo(grid.areaOf(share), 1);
    }
  });

  it("has contours around a hill and a hole, closed also at the edge", () => {
    const size = 21;
    const cone = Float64Array.from(
      { length: size * size },
      (_, i) => 20 - Math.hypot((i % size) - 10, Math.floor(i / size) - 10),
    );
    const [ring, ...others] = rings(contourPath({ values: cone, width: size, height: size }, 14, 1));
    expect(others).toEqual([]);
    expect(Math.abs(area(ring!))).toBeCloseTo(Math.PI * 36, -1);
    for (const [x, y] of ring!) expect(Math.hypot(x - 10.5, y - 10.5)).toBeCloseTo(6, 0);
    const holed = cone.map((value) => -Math.abs(value - 14));
    expect(
      rings(contourPath({ values: holed.map((value) => value + 10), width: size, height: size }, 8, 1)),
    ).toHaveLength(2);
    const full = new Float64Array(size * size).fill(1);
    expect(
      Math.abs(area(rings(contourPath({ values: full, width: size, height: size }, 0.5, 1))[0]!)),
    ).toBeCloseTo(size * size, -2);
    expect(contourPath({ values: full, width: size, height: size }, 2, 1)).toBe("");
    expect(contourPath({ values: full, width: size, height: size }, 0, 1)).toBe("");
  });

  it("of equal points and of one is finite", () => {
    for (const rows of [1, 10_000]) {
      const equal = new Float32Array(2 * rows).fill(7);
      const { values, highest } = densityGrid(equal, planeOf(equal, { width: 100 }), 0.4);
      expect(values.every(Number.isFinite)).toBe(true);
      expect(highest).toBeGreaterThan(0);
      expect(values.reduce((sum, value) => sum + value, 0)).toBeCloseTo(rows, 6);
    }
  });
});

describe("condensed tree", () => {
  it("has columns as wide as their branches have points, children inside their parents", () => {
    const { columns, parents, points, branches } = icicle(tree.condensedTree, { width: 1000, height: 200 });
    expect([points, branches]).toEqual([100, 5]);
    const width = new Map(columns.map(({ node, width }) => [node, width]));
    for (const [node, size] of [
      [100, 100],
      [101, 40],
      [102, 40],
      [103, 15],
      [104, 25],
    ] as const) {
      expect(width.get(node)).toBeCloseTo(size * 10, 6);
    }
    expect(Object.fromEntries(parents)).toEqual({ 101: 100, 102: 100, 103: 102, 104: 102 });
    const column = (node: number) => columns.find((column) => column.node === node)!;
    for (const [child, parent] of parents) {
      const [a, b] = [column(child), column(parent)];
      expect(a.top).toBeCloseTo(b.top + b.height, 6);
      expect(a.middle - a.width / 2).toBeGreaterThanOrEqual(b.middle - b.width / 2 - 1e-6);
      expect(a.middle + a.width / 2).toBeLessThanOrEqual(b.middle + b.width / 2 + 1e-6);
    }
    expect(column(101).middle + column(101).width / 2).toBeLessThanOrEqual(
      column(102).middle - column(102).width / 2 + 1e-6,
    );
  });

  it("has the area that its points' lifetimes ask for", () => {
    const { columns, lambda } = icicle(tree.condensedTree, { width: 1000, height: 2000 });
    const place = (value: number) => Math.min((value - lambda[0]) / (lambda[1] - lambda[0]), 1) * 2000;
    const born = place(0.5);
    const lived = Array.from({ length: 40 }, (_, i) => place(0.6 + 0.02 * (i + 20)) - born).reduce(
      (sum, life) => sum + life,
      0,
    );
    const { path } = columns.find(({ node }) => node === 101)!;
    expect(Math.abs(area(rings(path)[0]!)) / (10 * lived)).toBeCloseTo(1, 2);
  });

  it("has the colours that a scatter of the same labels has", async () => {
    const { svg, alt } = await condensedTreeFigure(tree);
    for (const colour of colours.categorical.slice(0, 3)) expect(svg).toContain(`fill="${colour}"`);
    expect(svg).not.toContain(`fill="${colours.categorical[3]}"`);
    expect(alt).toContain("100 points with 5 branches, 3 of them selected");
  });

  it("of points that all are equal, or without branches, is drawn", async () => {
    const rows = 10_000;
    const flat = {
      parent: new Int32Array(rows).fill(rows),
      child: Int32Array.from({ length: rows }, (_, i) => i),
      lambda: new Float64Array(rows).fill(Number.POSITIVE_INFINITY),
      size: new Int32Array(rows).fill(1),
    };
    const { svg } = await condensedTreeFigure({
      condensedTree: flat,
      selected: [],
      labels: new Int32Array(rows).fill(-1),
    });
    expect(svg).not.toContain("NaN");
    const empty = { parent: [], child: [], lambda: [], size: [] };
    await expect(condensedTreeFigure({ condensedTree: empty, selected: [], labels: [] })).rejects.toThrow(
      "has no rows",
    );
  });
});

describe("bars and heat maps", () => {
  it("say what is seen", async () => {
    const { alt } = await klFigure({ kl: [0.001, 2, 1], active: [false, true, true] });
    expect(alt).toBe(
      "Bars of the KL divergence of 3 latent dimensions from the prior, 3 nats together; 2 are active; the largest: z1 (2), z2 (1), z0 (0.001).",
    );
    const choice = await choiceFigure({
      candidates: [2, 3, 4].map((clusters) => ({
        clusters,
        silhouette: clusters / 10,
        bic: (clusters - 3) ** 2,
        stability: 1 / clusters,
      })),
      recommended: 3,
    });
    expect(choice.alt).toBe(
      "3 clusters are recommended of 2 to 4: silhouette is best at 4 (0.40), BIC is best at 3 (0.00), stability is best at 2 (0.50).",
    );
    const one = await choiceFigure({
      candidates: [1, 2].map((clusters) => ({
        clusters,
        silhouette: clusters > 1 ? 0.1 : null,
        bic: 10 * clusters,
        stability: null,
      })),
      recommended: 1,
    });
    expect(one.alt).toBe(
      "1 cluster is recommended of 1 to 2: silhouette is best at 2 (0.10), BIC is best at 1 (10).",
    );
  });

  it("sort bars by KL unless told not to, and mute inactive ones", async () => {
    const names = async (order: "kl" | "index") => {
      const { svg } = await klFigure({ kl: [1, 3, 2], active: [true, true, false] }, { order });
      const boxes = (await textBoxes(svg)).filter(({ text }) => /^z[012]$/.test(text));
      const below = Math.max(...boxes.map(({ top }) => top));
      expect(svg.match(new RegExp(`fill="${colours.none}"`, "g"))).toHaveLength(2);
      return boxes
        .filter(({ top }) => top === below)
        .sort((a, b) => a.left - b.left)
        .map(({ text }) => text);
    };
    expect(await names("kl")).toEqual(["z1", "z2", "z0"]);
    expect(await names("index")).toEqual(["z0", "z1", "z2"]);
  });

  it("have ink on light cells and paper on dark ones", async () => {
    const { svg } = await confusionFigure({ rows: ["a"], columns: [0, 1], counts: [99, 1] });
    expect(svg).toMatch(new RegExp(`fill="${colours.paper}"[^>]*>99<`));
    expect(svg).toMatch(new RegExp(`fill="${colours.ink}"[^>]*>1<`));
  });

  it.each<[string, () => Promise<unknown>]>([
    ["kl must have 1 to 1024 numbers, got 0", () => klFigure({ kl: [] })],
    ["kl 1 is NaN", () => klFigure({ kl: [1, Number.NaN] })],
    ["need as many of active (1)", () => klFigure({ kl: [1, 2], active: [true] })],
    ["ratio must have 1 to 1024 numbers", () => varianceFigure({ ratio: Array(2000).fill(0) })],
    ["must be square", () => correlationFigure({ matrix: rowsOf(new Float32Array(6), 3) })],
    ["need as many names", () => correlationFigure({ matrix: rowsOf(new Float32Array(4), 2), names: ["a"] })],
    [
      "101 x 2 cells cannot be read",
      () => confusionFigure({ rows: Array(101).fill("a"), columns: [1, 2], counts: Array(202).fill(1) }),
    ],
    ["need as many counts", () => confusionFigure({ rows: ["a"], columns: ["b"], counts: [1, 2] })],
    ["rows and columns must be 1 to 1024", () => confusionFigure({ rows: [], columns: [], counts: [] })],
    [
      "nats must be 1 rows of 2 numbers",
      () => informationFigure({ nats: [[1]], rows: ["a"], columns: ["b", "c"] }),
    ],
    ["there are no candidates", () => choiceFigure({ candidates: [], recommended: 2 })],
    [
      "no candidate has",
      () =>
        choiceFigure({
          candidates: [{ clusters: 2, silhouette: Number.NaN, bic: Number.NaN, stability: Number.NaN }],
          recommended: 2,
        }),
    ],
  ])("refuse what they cannot draw: %s", async (message, draw) => {
    await expect(draw()).rejects.toThrow(message);
  });
});

describe("numbers", () => {
  it("are short, with a true minus sign", () => {
    const words: [number, string][] = [
      [0, "0"],
      [-0.12345, "−0.123"],
      [1234.5, "1235"],
      [123_456, "123456"],
      [1.5e9, "1.5e9"],
      [1e-7, "1e−7"],
      [Number.NaN, "none"],
      [2.0001, "2"],
    ];
    for (const [value, word] of words) expect(short(value)).toBe(word);
    expect(fixed(-0.001, 2)).toBe("0.00");
    expect(fixed(-1.5, 2)).toBe("−1.50");
    expect(count(1_234_567)).toBe("1,234,567");
    expect([0, 0.004, 0.5, 0.996, 1].map(percent)).toEqual(["0 %", "0.4 %", "50 %", "100 %", "100 %"]);
  });

  it("of ticks are round", () => {
    expect(ticks(0, 1, 5)).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1]);
    expect(ticks(-3.7, 12, 4)).toEqual([0, 5, 10]);
    expect(ticks(0.001, 0.0035, 3)).toEqual([0.001, 0.002, 0.003]);
    expect(ticks(5, 5, 3)).toEqual([5]);
  });
});
