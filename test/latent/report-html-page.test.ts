import { describe, expect, it } from "vitest";
import { palette } from "../../packages/latent/src/draw/theme.ts";
import { rowAt, rowsInside, rowTowards } from "../../packages/latent/src/map/find.ts";
import { mixedOrder, pointSize } from "../../packages/latent/src/map/plot.ts";
import {
  packClasses,
  packEmbedding,
  packIndex,
  packValues,
} from "../../packages/latent/src/report/html/pack.ts";
import { csv, json } from "../../packages/latent/src/report/page/fields.ts";
import { rowsOfMap } from "../../packages/latent/src/report/page/map-rows.ts";
import { paintOf } from "../../packages/latent/src/report/page/paint.ts";

const flat = (...places: [x: number, y: number, depth?: number][]) =>
  Float32Array.from(places.flatMap(([x, y, depth = 0]) => [x, y, depth]));
const shown = (rows: number) => new Uint8Array(rows);
const ten = () => 10;

describe("finding points on the screen", () => {
  it("finds the nearest within reach, and none beyond", () => {
    const places = flat([10, 10], [30, 10], [100, 100]);
    expect(rowAt(places, shown(3), 12, 11, ten)).toBe(0);
    expect(rowAt(places, shown(3), 21, 10, ten)).toBe(1);
    expect(rowAt(places, shown(3), 60, 60, ten)).toBe(-1);
    expect(rowAt(places, shown(3), 60, 60, ten, 1e9)).toBe(2);
    expect(rowAt(places, Uint8Array.of(1, 0, 0), 12, 11, ten)).toBe(-1);
  });

  it("finds what is in front, not what is behind it", () => {
    const places = flat([50, 50, 9], [52, 50, 2], [50, 51, 5]);
    expect(rowAt(places, shown(3), 50, 50, ten)).toBe(1);
  });

  it("passes over what is behind the eye", () => {
    expect(rowAt(flat([Number.NaN, 50, -1]), shown(1), 50, 50, ten, 1e9)).toBe(-1);
    expect(rowsInside(flat([Number.NaN, 50, -1]), shown(1), [0, 0, 99, 0, 99, 99, 0, 99])).toEqual([]);
  });

  it("steps in a direction", () => {
    const grid = flat([0, 0], [10, 0], [20, 0], [0, 10], [10, 10], [20, 10]);
    expect(rowTowards(grid, shown(6), 0, [1, 0])).toBe(1);
    expect(rowTowards(grid, shown(6), 1, [0, 1])).toBe(4);
    expect(rowTowards(grid, shown(6), 4, [0, -1])).toBe(1);
    expect(rowTowards(grid, shown(6), 2, [1, 0])).toBe(-1);
    expect(rowTowards(grid, Uint8Array.of(0, 1, 0, 0, 0, 0), 0, [1, 0])).toBe(2);
  });

  it("finds what a line goes around, by even and odd", () => {
    const places = flat([5, 5], [15, 5], [25, 5], [5, 15]);
    // A U around rows 0, 2 and 3.
    const line = [0, 0, 10, 0, 10, 12, 20, 12, 20, 0, 30, 0, 30, 20, 0, 20];
    expect(rowsInside(places, shown(4), line)).toEqual([0, 2, 3]);
    expect(rowsInside(places, Uint8Array.of(1, 0, 0, 0), line)).toEqual([2, 3]);
  });
});

describe("colours of rows", () => {
  it("gives classes the figures' colours in the order of their names, noise grey", () => {
    const paint = paintOf(packClasses("label", [2, 0, 1, -1, 0], ["a", "b", "c"], "noise"), 5);
    const { categorical, none } = palette("light");
    expect(paint.colours(palette("light"))).toEqual([...categorical.slice(0, 3), none]);
    expect(Array.from(paint.index)).toEqual([2, 0, 1, 3, 0]);
    expect(paint.groups).toEqual([
      { name: "a", rows: 2 },
      { name: "b", rows: 1 },
      { name: "c", rows: 1 },
      { name: "noise", rows: 1 },
    ]);
    expect([0, 3].map(paint.textOf)).toEqual(["c", "noise"]);
  });

  it("gives the rest of many classes another grey than noise", () => {
    const labels = Int32Array.from({ length: 31 }, (_, i) => i - 1);
    const names = Array.from({ length: 30 }, (_, i) => `n${i}`);
    const paint = paintOf(packClasses("label", labels, names, "noise"), 31);
    expect(paint.groups!.slice(19)).toEqual([
      { name: "other (11)", rows: 11 },
      { name: "noise", rows: 1 },
    ]);
    for (const theme of ["light", "dark"] as const) {
      const { none, other } = palette(theme);
      expect(paint.colours(palette(theme)).slice(19)).toEqual([other, none]);
      expect(other).not.toBe(none);
    }
    expect([paint.index[0], paint.index[30]]).toEqual([20, 19]);
  });

  it("keeps the largest 19 of 100,000 classes, and each row's own name", () => {
    const classes = 100_000;
    const rows = classes + 50;
    const labels = Int32Array.from({ length: rows }, (_, i) => (i < classes ? i : 60_000 + (i % 19)));
    const names = Array.from({ length: classes }, (_, i) => `n${i}`);
    const paint = paintOf(packClasses("label", labels, names), rows);
    expect(paint.groups).toHaveLength(20);
    expect(paint.groups![0]!.name).toBe("n60000");
    expect(paint.groups![19]).toEqual({ name: "other (99,981)", rows: classes - 19 });
    expect(new Set(paint.colours(palette("dark"))).size).toBe(20);
    expect(paint.index[12]).toBe(19);
    expect(paint.textOf(12)).toBe("n12");
  });

  it("spreads numbers over the ramp; what is missing is grey", () => {
    const paint = paintOf(packValues("ink", [0, 0.5, 1, Number.NaN]), 4);
    const colours = paint.colours(palette("light"));
    expect(paint.range).toEqual([0, 1]);
    expect(Array.from(paint.index)).toEqual([0, 32, 63, 64]);
    expect(colours).toHaveLength(65);
    expect(colours[63]).toBe(palette("light").sequential.at(-1));
    expect(colours[64]).toBe(palette("light").none);
    expect(paint.textOf(3)).toBe("missing");
    expect(paint.valueOf(3)).toBe("");
  });

  it("takes a constant column, and one of nothing but gaps", () => {
    expect(Array.from(paintOf(packValues("c", [7, 7]), 2).index)).toEqual([32, 32]);
    const gaps = paintOf(packValues("c", [Number.NaN, Number.NaN]), 2);
    expect(Array.from(gaps.index)).toEqual([64, 64]);
    expect(gaps).toMatchObject({ range: [0, 0], missing: 2 });
  });
});

describe("rows of the map", () => {
  const rows = rowsOfMap({
    rows: 2,
    ids: ["first", "second"],
    index: packIndex([7, 900]),
    embeddings: [packEmbedding("PCA", { data: Float32Array.of(0, 1, 2, 3), shape: [2, 2] }, "")],
    colourings: [packClasses("label", [1, -1], ["a", "b"], "noise"), packValues("ink", [0.25, Number.NaN])],
    thumbnails: null,
    figure: null,
  });

  it("have the numbers and names that they have in the data", () => {
    expect([0, 1].map(rows.titleOf)).toEqual(["Row 7: first", "Row 900: second"]);
  });

  it("say what is known of them, what they are coloured by first", () => {
    expect(rows.linesOf(0, 1)).toEqual([
      ["ink", "0.25"],
      ["label", "b"],
    ]);
    expect(rows.linesOf(1, 0)).toEqual([
      ["label", "noise"],
      ["ink", "missing"],
    ]);
  });

  it("have room for five values: what they are coloured by, then the leading ones, then the others", () => {
    const { linesOf } = rowsOfMap({
      rows: 1,
      ids: null,
      embeddings: [packEmbedding("PCA", { data: Float32Array.of(3, 4), shape: [1, 2] }, "")],
      colourings: Array.from("abcdefgh", (name, i) => packValues(name, [i])),
      leading: [0, 6],
      thumbnails: null,
      figure: null,
    });
    const names = (first: number) =>
      linesOf(0, first)
        .map(([name]) => name)
        .join("");
    expect([7, 0, 6].map(names)).toEqual(["hagbc", "agbcd", "gabcd"]);
  });

  it("become records of files", () => {
    expect([0, 1].map((row) => rows.recordOf(row, 0))).toEqual([
      [
        ["row", 7],
        ["id", "first"],
        ["label", "b"],
        ["ink", 0.25],
        ["PCA 1", 0],
        ["PCA 2", 1],
      ],
      [
        ["row", 900],
        ["id", "second"],
        ["label", "noise"],
        ["ink", ""],
        ["PCA 1", 2],
        ["PCA 2", 3],
      ],
    ]);
  });

  it("keep what has the same name, and the order of what is named by numbers", () => {
    const names = ["7", "label", "label", "label (2)", "row", "PCA 2", "__proto__"];
    const { recordOf } = rowsOfMap({
      rows: 1,
      ids: null,
      embeddings: [packEmbedding("PCA", { data: Float32Array.of(3, 4), shape: [1, 2] }, "")],
      colourings: names.map((name, i) => packValues(name, [i])),
      thumbnails: null,
      figure: null,
    });
    const record = recordOf(0, 0);
    expect(csv([record])).toBe(
      "row,7,label,label (2),label (2) (2),row (2),PCA 2,__proto__,PCA 1,PCA 2 (2)\r\n0,0,1,2,3,4,5,6,3,4\r\n",
    );
    expect(Object.entries((JSON.parse(json([record])) as object[])[0]!).sort()).toEqual([...record].sort());
  });
});

describe("drawing", () => {
  it.each([0, 1, 2, 3, 10, 1000, 70_000])("mixes %s rows and leaves none out", (rows) => {
    expect(new Set(mixedOrder(rows)).size).toBe(rows);
  });

  it("makes points smaller the more there are", () => {
    const sizes = [500, 5000, 20_000].map((rows) => pointSize(rows, 800, 560));
    expect(sizes).toEqual([...sizes].sort((a, b) => b - a));
    expect(sizes[0]).toBeLessThan(12);
    expect(pointSize(70_000, 390, 390)).toBeGreaterThan(2);
  });
});

describe("CSV", () => {
  it("quotes what needs it", () => {
    expect(
      csv([
        [
          ["row", 1],
          ["a,b", 'say "x"'],
        ],
        [
          ["row", 2],
          ["a,b", "line\nbreak"],
        ],
      ]),
    ).toBe('row,"a,b"\r\n1,"say ""x"""\r\n2,"line\nbreak"\r\n');
    expect(csv([])).toBe("\r\n");
  });
});
