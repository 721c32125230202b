import { renderAsync } from "@resvg/resvg-js";
import { PNG } from "pngjs";
import { describe, expect, it } from "vitest";
import { classesOf } from "../../packages/latent/src/draw/classes.js";
import { rgbOf } from "../../packages/latent/src/draw/colour.js";
import { placeX, placeY, planeOf } from "../../packages/latent/src/draw/plane.js";
import { palette, scatterFigure } from "../../packages/latent/src/draw.js";
import { rowsOf } from "../../packages/latent/src/rows.js";
import { textBoxes } from "./draw-boxes.js";
import { blobPoints } from "./draw-cases.js";

const points = (rows: number, groups = 5) => rowsOf(blobPoints(rows, groups), 2);
const colours = palette("light");

/** Marks of points: those of the second layer, behind that of the axes. */
const marks = (svg: string) =>
  Array.from(
    /<g class="mark-symbol role-mark layer_1_marks"[^>]*>(.*?)<\/g>/s
      .exec(svg)![1]!
      .matchAll(/<path transform="translate\(([^,]*),([^)]*)\)" d="([^"]*)" fill="([^"]*)"/g),
    ([, x, y, shape, fill]) => ({ x: Number(x), y: Number(y), shape: shape!, fill: fill! }),
  );

const raster = (svg: string) =>
  PNG.sync.read(Buffer.from(/xlink:href="data:image\/png;base64,([^"]*)"/.exec(svg)![1]!, "base64"));

describe("a scatter of vectors", () => {
  it("has one mark for each point, in its place and the colour of its class", async () => {
    const { data } = points(200);
    const labels = Int32Array.from({ length: 200 }, (_, i) => (i % 5) - 1);
    const { svg } = await scatterFigure({ points: rowsOf(data, 2), labels });
    const drawn = marks(svg);
    expect(drawn).toHaveLength(200);
    const plane = planeOf(data);
    for (let i = 0; i < 200; i++) {
      const [x, y] = [placeX(plane, data[2 * i]!), placeY(plane, data[2 * i + 1]!)];
      const mark = drawn.find((mark) => Math.hypot(mark.x - x, mark.y - y) < 0.01);
      expect(mark?.fill, String(i)).toBe(labels[i]! < 0 ? colours.none : colours.categorical[labels[i]!]);
    }
  });

  it("draws noise below all else, and the rest in an order that the seed decides", async () => {
    const labels = Int32Array.from({ length: 200 }, (_, i) => (i % 5) - 1);
    const fills = async (seed: number) =>
      marks((await scatterFigure({ points: points(200), labels }, { seed })).svg).map(({ fill }) => fill);
    const one = await fills(1);
    expect(new Set(one.slice(0, 40))).toEqual(new Set([colours.none]));
    expect(one.slice(40)).not.toContain(colours.none);
    expect(await fills(1)).toEqual(one);
    expect(await fills(2)).not.toEqual(one);
  });

  it("has the same scale on both axes, but for points on a line", () => {
    const plane = planeOf(Float32Array.of(0, 0, 10, 5, 2, 2));
    expect((plane.x[1] - plane.x[0]) / plane.width).toBeCloseTo((plane.y[1] - plane.y[0]) / plane.height, 10);
    const line = planeOf(Float32Array.of(0, 0, 100, 1, 50, 0.5));
    expect(line.y[1] - line.y[0]).toBeCloseTo(1.08, 5);
  });

  it("tells 30 classes apart by colour and shape where asked to", async () => {
    const labels = Array.from({ length: 600 }, (_, i) => `c${i % 30}`);
    const { svg } = await scatterFigure({ points: points(600, 30), labels }, { classes: 48 });
    expect(new Set(marks(svg).map(({ shape, fill }) => `${fill} ${shape}`)).size).toBe(30);
    const { svg: fewer } = await scatterFigure({ points: points(600, 30), labels });
    expect(new Set(marks(fewer).map(({ shape, fill }) => `${fill} ${shape}`)).size).toBe(20);
    expect((await textBoxes(fewer)).map(({ text }) => text)).toContain("other (11)");
  });

  it("colours numbers from little to much, and what is none in grey", async () => {
    const values = Array.from({ length: 100 }, (_, i) => (i === 50 ? Number.NaN : i));
    const { svg, alt } = await scatterFigure({ points: points(100), values, legendTitle: "size" });
    const fills = marks(svg).map(({ fill }) => fill);
    expect(fills.filter((fill) => fill === colours.none)).toHaveLength(1);
    expect(new Set(fills).size).toBeGreaterThan(50);
    expect(alt).toContain("coloured by size from 0 to 99");
    expect((await textBoxes(svg)).map(({ text }) => text)).toContain("no value");
  });
});

describe("a dense scatter", () => {
  const rows = 70_000;
  const many = points(rows, 12);
  const labels = Int32Array.from({ length: rows }, (_, i) => i % 12);

  it("of 70,000 points is one picture, and below 1.5 MB", async () => {
    const { svg } = await scatterFigure({ points: many, labels });
    expect(svg.length).toBeLessThan(1_500_000);
    expect(svg.match(/<image /g)).toHaveLength(1);
    expect((await textBoxes(svg)).map(({ text }) => text)).toContain("dimension 1");
    await renderAsync(svg);
  });

  it("has ink in the colours of the classes where their points are", async () => {
    const { svg } = await scatterFigure({ points: many, labels }, { names: false });
    const image = raster(svg);
    const plane = planeOf(many.data);
    expect(image.width).toBe(2 * plane.width);
    for (let group = 0; group < 12; group++) {
      const [cx, cy] = [Math.cos(group * 2.4) * (4 + group / 3), Math.sin(group * 2.4) * (4 + group / 3)];
      const at = 4 * (Math.round(2 * placeY(plane, cy)) * image.width + Math.round(2 * placeX(plane, cx)));
      expect(image.data[at + 3], `alpha of ${group}`).toBeGreaterThan(200);
      rgbOf(colours.categorical[group]!).forEach((value, c) => {
        expect(Math.abs(image.data[at + c]! - value), `colour of ${group}`).toBeLessThan(40);
      });
    }
  });

  it("hides none of two classes that lie on each other", async () => {
    const same = rowsOf(blobPoints(40_000, 1), 2);
    const two = Int32Array.from({ length: 40_000 }, (_, i) => Number(i >= 20_000));
    const image = raster(
      (await scatterFigure({ points: same, labels: two }, { names: false, opacity: 1 })).svg,
    );
    const shown = [0, 0];
    for (let at = 0; at < image.data.length; at += 4) {
      if (image.data[at + 3]! < 250) continue;
      const near = [0, 1].findIndex((k) =>
        rgbOf(colours.categorical[k]!).every((value, c) => Math.abs(value - image.data[at + c]!) < 8),
      );
      if (near >= 0) shown[near]!++;
    }
    expect(shown[0]! / (shown[0]! + shown[1]!)).toBeGreaterThan(0.42);
    expect(shown[0]! / (shown[0]! + shown[1]!)).toBeLessThan(0.58);
  });

  it("covers as much as the marks do", async () => {
    const few = points(50);
    const image = raster((await scatterFigure({ points: few }, { dense: 0, radius: 5, opacity: 1 })).svg);
    let area = 0;
    for (let at = 3; at < image.data.length; at += 4) area += image.data[at]! / 255 / 4;
    const single = await scatterFigure(
      { points: rowsOf(Float32Array.of(1, 1), 2) },
      { dense: 0, radius: 5, opacity: 1 },
    );
    let one = 0;
    const dot = raster(single.svg);
    for (let at = 3; at < dot.data.length; at += 4) one += dot.data[at]! / 255 / 4;
    expect(one).toBeCloseTo(Math.PI * 25, 0);
    expect(area).toBeGreaterThan(10 * one);
    expect(area).toBeLessThanOrEqual(50 * one + 1);
  });
});

describe("classes", () => {
  it("stay in the order of their names, numbers as numbers", () => {
    const names = (labels: ArrayLike<number> | ArrayLike<string>, most = 20) =>
      classesOf(labels, most, colours).list.map(({ name }) => name);
    expect(names([10, 9, -1, 2])).toEqual(["2", "9", "10", "noise"]);
    expect(names(["a10", "a9", ""])).toEqual(["(empty)", "a9", "a10"]);
    expect(names([0.5, -1])).toEqual(["−1", "0.5"]);
    expect(names([1, 1, 1, 2, 2, 3, 4, -1], 3)).toEqual(["1", "2", "other (2)", "noise"]);
    expect(names([-1, -1])).toEqual(["noise"]);
  });

  it("of 100,000 labels are the largest 19 and others", async () => {
    const labels = Array.from({ length: 100_000 }, (_, i) => (i % 3 ? `label ${i}` : `often ${i % 19}`));
    const { of, list, distinct } = classesOf(labels, 20, colours);
    expect(list).toHaveLength(20);
    expect(list.at(-1)!.name).toMatch(/^other \(66,?\d+\)$/);
    expect(distinct).toBeGreaterThan(66_000);
    expect(of.every((at) => at >= 0 && at < 20)).toBe(true);
    const { svg } = await scatterFigure({ points: points(100_000), labels });
    expect(svg.length).toBeLessThan(1_500_000);
  });
});

describe("bad input", () => {
  it.each<[string, Parameters<typeof scatterFigure>]>([
    ["points must have 2 columns", [{ points: rowsOf(new Float32Array(9), 3) }]],
    ["every number must be finite", [{ points: rowsOf(Float32Array.of(1, Number.NaN), 2) }]],
    ["at least 1 row is needed", [{ points: rowsOf(new Float32Array(0), 2) }]],
    ["3 labels for 2 rows", [{ points: points(2), labels: [1, 2, 3] }]],
    ["1 labels for 2 rows", [{ points: points(2), values: [1] }]],
    ["labels or values, not both", [{ points: points(2), values: [1, 2], labels: [1, 2] }]],
    ["classes must be an integer from 2 to 48", [{ points: points(2) }, { classes: 49 }]],
    ["radius must be a number", [{ points: points(2) }, { radius: 0 }]],
  ])("%s", async (message, [data, options]) => {
    await expect(scatterFigure(data, options)).rejects.toThrow(message);
  });

  it("that is odd is drawn: one point, equal points, huge and tiny numbers, no finite value", async () => {
    const drawn = async (...args: Parameters<typeof scatterFigure>) =>
      marks((await scatterFigure(...args)).svg);
    expect(await drawn({ points: rowsOf(Float32Array.of(5, -5), 2) })).toHaveLength(1);
    expect(await drawn({ points: rowsOf(new Float32Array(200).fill(3), 2) })).toHaveLength(100);
    expect(await drawn({ points: rowsOf(Float32Array.of(-3e38, 0, 3e38, 1), 2) })).toHaveLength(2);
    expect(await drawn({ points: rowsOf(Float32Array.of(1e-40, 0, 2e-40, 1e-40), 2) })).toHaveLength(2);
    expect(await drawn({ points: points(3), values: [Number.NaN, Number.NaN, Number.NaN] })).toHaveLength(3);
    const equal = await scatterFigure({ points: rowsOf(new Float32Array(20_000).fill(3), 2) });
    expect(equal.svg).toContain("<image ");
  });
});
