import { describe, expect, it } from "vitest";
import { branchNames } from "../../packages/latent/src/draw/branch-names.js";
import { contrast, hexOf, ramp, readableOn, rgbOf } from "../../packages/latent/src/draw/colour.js";
import { startFigure } from "../../packages/latent/src/draw/figure.js";
import { icicle } from "../../packages/latent/src/draw/icicle.js";
import { rounded } from "../../packages/latent/src/draw/numbers.js";
import {
  confusionFigure,
  correlationFigure,
  type Figure,
  informationFigure,
  klFigure,
  palette,
  scatterFigure,
  type Theme,
} from "../../packages/latent/src/draw.js";
import { Random } from "../../packages/latent/src/random.js";
import { rowsOf } from "../../packages/latent/src/rows.js";
import { overlaps, textBoxes } from "./draw-boxes.js";
import { blobPoints, cases } from "./draw-cases.js";

describe.each<Theme>(["light", "dark"])("text on colours, %s", (theme) => {
  const { ink, paper, sequential, diverging, categorical } = palette(theme);

  it("has a contrast of at least 4.5 on all colours of the scales and on those of classes", () => {
    const scales = [sequential, diverging].flatMap((stops) =>
      Array.from({ length: 2001 }, (_, i) => hexOf(ramp(stops)(i / 2000))),
    );
    for (const colour of [...scales, ...categorical].map(rgbOf))
      expect(contrast(colour, rgbOf(readableOn(colour, ink, paper)))).toBeGreaterThanOrEqual(4.5);
  });

  it("has it in all cells of a table, in ink or paper where these reach it", async () => {
    const counts = Array.from({ length: 60 }, (_, i) => (i % 2 ? 1000 - 33 * (i >> 1) : 33 * (i >> 1)) || 1);
    const { svg } = await confusionFigure(
      { rows: Array.from({ length: 30 }, (_, i) => i), columns: [0, 1], counts },
      { theme },
    );
    const [cells, texts] = ["rect role-mark layer_0", "text role-mark layer_1"].map((layer) => {
      const [, drawn] = svg.split(`mark-${layer}_marks">`);
      return Array.from(drawn!.split("</g>")[0]!.matchAll(/fill="(#\w+)"/g), ([, fill]) => fill!);
    });
    expect([cells!.length, texts!.length]).toEqual([60, 60]);
    for (const [i, text] of texts!.entries()) {
      const cell = rgbOf(cells![i]!);
      expect(contrast(cell, rgbOf(text))).toBeGreaterThanOrEqual(4.5);
      if ([ink, paper].some((own) => contrast(cell, rgbOf(own)) >= 4.5)) expect([ink, paper]).toContain(text);
    }
  });
});

describe("colour legends", () => {
  const information = (rows: number, columns: number, highest: number) =>
    informationFigure({
      nats: Array.from({ length: rows }, (_, r) =>
        Array.from({ length: columns }, (_, c) => highest / (1 + r + c)),
      ),
      rows: Array.from({ length: rows }, (_, r) => `label ${r}`),
      columns: Array.from({ length: columns }, (_, c) => `z${c}`),
    });
  const square = (size: number) =>
    correlationFigure({ matrix: rowsOf(new Float32Array(size * size).fill(1), size) });
  const points = (values: number[], size = {}) =>
    scatterFigure({ points: rowsOf(blobPoints(values.length, 3), 2), values }, size);
  const spread = (from: number, to: number) =>
    Array.from({ length: 50 }, (_, i) => from + ((to - from) * i) / 49);

  it.each<[string, () => Promise<Figure>, string[]]>([
    ["one row", () => information(1, 32, 0.5217), ["0", "0.52"]],
    ["two rows", () => information(2, 32, 0.448), ["0", "0.45"]],
    ["three rows", () => information(3, 32, 12.34), ["0", "12.3"]],
    ["four rows", () => information(4, 32, 1.274), ["0", "1.27"]],
    ["many rows", () => information(20, 20, 2.345), ["0", "2.35"]],
    ["one cell", () => information(1, 1, 0.0123), ["0", "0.0123"]],
    ["cells of nothing", () => information(1, 3, 0), ["0", "1"]],
    ["a correlation", () => square(1), ["−1.0", "1.0"]],
    ["correlations", () => square(8), ["−1.0", "0.0", "1.0"]],
    [
      "a table",
      () => confusionFigure({ rows: ["a"], columns: ["x", "y"], counts: [1, 2] }),
      ["0 %", "100 %"],
    ],
    ["values", () => points(spread(1234.5, 245_666)), ["1235", "245666"]],
    [
      "values of a small drawing",
      () => points(spread(1000, 1000.2), { width: 40, height: 40 }),
      ["1000", "1000.2"],
    ],
    ["small values", () => points(spread(-2e-9, 3e-9)), ["−2e−9", "3e−9"]],
    ["equal values", () => points(Array(9).fill(7)), ["7"]],
  ])("have numbers at the ends, of %s", async (_, draw, ends) => {
    const figure = await draw();
    const boxes = await textBoxes(figure.svg);
    expect(boxes.map(({ text }) => text)).toEqual(expect.arrayContaining(ends));
    expect(overlaps(boxes).filter((pair) => pair.some((text) => ends.includes(text)))).toEqual([]);
    expect(Math.max(...boxes.map(({ right }) => right))).toBeLessThanOrEqual(figure.width);
  });

  it.each([1, 2, 3, 4, 5, 8])("of %i rows are no taller than the cells", async (rows) => {
    const figure = await information(rows, 32, 0.5);
    const [, cells] = /class="background" d="M0,0h520v([\d.]+)/.exec(figure.svg)!;
    const [, top] = /transform="translate\([\d.]+,([\d.]+)\)"/.exec(figure.svg)!;
    expect(figure.height - Number(top) - Number(cells)).toBeLessThanOrEqual(6);
  });
});

it("numbers are rounded to what is seen", () => {
  const words: [number, number, string][] = [
    [0.5217, 0.026, "0.52"],
    [245_666.4, 12_000, "245666"],
    [1000.196, 0.01, "1000.2"],
    [-0.001, 0.1, "0"],
    [3e9, 1e8, "3e9"],
    [5, 0, "5"],
  ];
  for (const [value, unit, word] of words) expect(rounded(value, unit)).toBe(word);
});

it("dimensions are z0, z1, ... level where they fit and upright where they do not", async () => {
  for (const [dimensions, level] of [
    [32, true],
    [64, false],
  ] as const) {
    const { svg } = await klFigure({ kl: Array.from({ length: dimensions }, (_, i) => 1 / (1 + i)) });
    const boxes = await textBoxes(svg);
    const names = boxes.filter(({ text }) => /^z\d+$/.test(text));
    expect(names.length).toBe(dimensions);
    for (const { left, right, top, bottom } of names.filter(({ text }) => text.length === 3))
      expect(right - left > bottom - top).toBe(level);
    expect(overlaps(boxes)).toEqual([]);
  }
});

it.each(Object.entries(cases))("%s begins at the left and upper edge", async (_, draw) => {
  const figure = await draw({ title: "A title" });
  const title = (await textBoxes(figure.svg)).find(({ text }) => text === "A title")!;
  expect(title.left).toBeGreaterThanOrEqual(0);
  expect(title.left).toBeLessThan(1);
  expect(title.top).toBeGreaterThanOrEqual(0);
  expect(title.top).toBeLessThan(5);
});

describe("names of branches", () => {
  /** A root from which branches of few points part one after another. */
  function manyBranches(seed: number) {
    const random = new Random(seed);
    const rows: [parent: number, child: number, lambda: number, size: number][] = [];
    const selected: number[] = [];
    let point = 0;
    let node = 10_000;
    let rest = node;
    for (let k = 0; k < 14; k++) {
      const born = 0.2 + 0.02 * k + 0.01 * random.uniform();
      const [small, large] = [++node, ++node];
      const size = 5 + random.below(k % 4 ? 12 : 70);
      rows.push([rest, small, born, size]);
      for (let i = 0; i < size; i++) rows.push([small, point++, born + 0.1 * random.uniform(), 1]);
      rows.push([rest, large, born, 900 - 50 * k]);
      selected.push(small);
      rest = large;
    }
    for (let i = 0; i < 100; i++) rows.push([rest, point++, 0.6 + 0.3 * random.uniform(), 1]);
    selected.push(rest);
    const column = (at: 0 | 1 | 2 | 3) => rows.map((row) => row[at]);
    return {
      condensedTree: { parent: column(0), child: column(1), lambda: column(2), size: column(3) },
      selected,
    };
  }

  it.each([0, 1, 2, 3, 4, 5])("touch neither other branches nor each other, seed %i", async (seed) => {
    const { condensedTree, selected } = manyBranches(seed);
    const area = { width: 560, height: 320 };
    const { columns } = icicle(condensedTree, area);
    const frame = await startFigure("test", {});
    const fill = "#2fbafa";
    const clusters = columns
      .filter(({ node }) => selected.includes(node))
      .map((column) => ({ column, text: String(selected.indexOf(column.node)), fill }));
    const [layer] = branchNames(clusters, columns, area, frame);
    const { values } = layer!.data as { values: { x: number; y: number; text: string; colour: string }[] };
    expect(values.length).toBeGreaterThan(0.7 * clusters.length);
    const boxes = values.map(({ x, y, text }) => {
      const half = frame.type.width(text, 11, 500) / 2;
      return { text, left: x - half, right: x + half, top: y - 4.5, bottom: y + 4.5 };
    });
    expect(overlaps(boxes)).toEqual([]);
    for (const { text, left, right, top, bottom } of boxes) {
      expect(left).toBeGreaterThanOrEqual(0);
      expect(bottom).toBeLessThanOrEqual(area.height);
      for (const { node, middle, outline } of columns) {
        for (const [i, [y, width]] of outline.slice(0, -1).entries()) {
          if (y >= bottom || outline[i + 1]![0] <= top || width === 0) continue;
          const inside = left >= middle - width / 2 && right <= middle + width / 2;
          const beside = right < middle - width / 2 || left > middle + width / 2;
          expect(beside || (inside && node === selected[Number(text)]), `${text} at ${node}`).toBe(true);
        }
      }
    }
  });
});
