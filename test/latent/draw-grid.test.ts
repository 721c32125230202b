import { PNG } from "pngjs";
import { describe, expect, it } from "vitest";
import {
  encodePng,
  gridFigure,
  interpolationFigure,
  manifoldFigure,
  outliersFigure,
  type Pictures,
  renderPng,
  traversalFigure,
} from "../../packages/latent/src/draw.js";
import { textBoxes } from "./draw-boxes.js";
import { pictures } from "./draw-cases.js";

const sheetOf = (svg: string) =>
  PNG.sync.read(Buffer.from(/xlink:href="data:image\/png;base64,([^"]*)"/.exec(svg)![1]!, "base64"));

const placeOf = (svg: string) => {
  const tag = /<image [^>]*>/.exec(svg)![0];
  const number = (name: string) => Number(new RegExp(` ${name}="([\\d.]+)"`).exec(tag)![1]);
  return { width: number("width"), height: number("height"), tag };
};

/** RGBA of a pixel of the i-th picture. */
function pixel({ data, shape }: Pictures, i: number, x: number, y: number): number[] {
  const [, height, width, channels] = shape as [number, number, number, number];
  const at = ((i * height + y) * width + x) * channels;
  if (channels === 1) return [data[at]!, data[at]!, data[at]!, 255];
  return [data[at]!, data[at + 1]!, data[at + 2]!, channels === 4 ? data[at + 3]! : 255];
}

const read = ({ data, width }: PNG, x: number, y: number) => [
  ...data.subarray(4 * (y * width + x), 4 * (y * width + x) + 4),
];

describe.each([1, 3, 4])("a grid of pictures of %i channels", (channels) => {
  const shown = pictures(7, 5, 6, channels);

  it("has their pixels, each a square, and nothing between them", async () => {
    const { svg } = await gridFigure({ pictures: shown, columns: 3 });
    const sheet = sheetOf(svg);
    const { width } = placeOf(svg);
    const gap = 6;
    const factor = (sheet.width - 2 * gap) / (3 * 6);
    expect(Number.isInteger(factor) && factor > 1).toBe(true);
    expect(sheet.width).toBe(2 * width);
    for (let i = 0; i < 9; i++) {
      const [left, top] = [(i % 3) * (6 * factor + gap), Math.floor(i / 3) * (5 * factor + gap)];
      for (let y = 0; y < 5 * factor; y++) {
        for (let x = 0; x < 6 * factor; x++) {
          const wanted =
            i < 7 ? pixel(shown, i, Math.floor(x / factor), Math.floor(y / factor)) : [0, 0, 0, 0];
          if (read(sheet, left + x, top + y).join() !== wanted.join()) {
            expect(read(sheet, left + x, top + y), `${i}: ${x}, ${y}`).toEqual(wanted);
          }
        }
      }
      if (i % 3 < 2) expect(read(sheet, left + 6 * factor, top)).toEqual([0, 0, 0, 0]);
    }
  });
});

it("has a PNG whose pixels are those of the pictures", async () => {
  const shown = pictures(4, 10, 10, 1);
  const figure = await gridFigure({ pictures: shown, columns: 2 }, { title: "x" });
  const sheet = sheetOf(figure.svg);
  const png = PNG.sync.read(Buffer.from(await renderPng(figure, { scale: 2 })));
  const found: string[] = [];
  const first = read(sheet, 0, 0).join();
  for (let y = 0; y + sheet.height <= png.height; y++) {
    for (let x = 0; x + sheet.width <= png.width; x++)
      if (read(png, x, y).join() === first) found.push(`${x},${y}`);
  }
  const [left, top] = found[0]!.split(",").map(Number) as [number, number];
  let differ = 0;
  for (let y = 0; y < sheet.height; y++) {
    for (let x = 0; x < sheet.width; x++) {
      const wanted = read(sheet, x, y);
      if (wanted[3] === 255 && read(png, left + x, top + y).join() !== wanted.join()) differ++;
    }
  }
  expect(differ).toBe(0);
});

it("leaves pictures that are larger than their place as they are", async () => {
  const shown = pictures(6, 200, 300, 3);
  const { svg } = await gridFigure({ pictures: shown, columns: 3 });
  const sheet = sheetOf(svg);
  expect(read(sheet, 299, 199)).toEqual(pixel(shown, 0, 299, 199));
  expect(sheet.width).toBeGreaterThan(900);
  expect(placeOf(svg).width).toBeLessThanOrEqual(620);
  expect(placeOf(svg).tag).not.toContain("pixelated");
});

it("has labels, captions, quantiles and values where they belong", async () => {
  const { svg } = await traversalFigure({
    strips: [0, 1].map((i) => ({
      label: `z${i}`,
      values: [-1.5, 0.25, 2],
      probabilities: [0.01, 0.5, 0.99],
      pictures: pictures(3),
    })),
  });
  const boxes = await textBoxes(svg);
  const texts = boxes.map(({ text }) => text);
  expect(texts).toEqual(expect.arrayContaining(["z0", "z1", "1 %", "50 %", "99 %", "−1.50", "0.25", "2.00"]));
  const middle = (text: string) => {
    const box = boxes.find((box) => box.text === text)!;
    return (box.left + box.right) / 2;
  };
  expect(middle("50 %")).toBeCloseTo(middle("0.25"), 5);
  expect(boxes.find(({ text }) => text === "z1")!.top).toBeGreaterThan(
    boxes.find(({ text }) => text === "z0")!.bottom,
  );
  const mixed = await traversalFigure({
    strips: [0.1, 0.2].map((p) => ({
      label: `${p}`,
      values: [1, 2],
      probabilities: [p, 0.9],
      pictures: pictures(2),
    })),
  });
  expect((await textBoxes(mixed.svg)).map(({ text }) => text)).not.toContain("90 %");
});

it("puts the first of the rows of a manifold at the top", async () => {
  const { svg, alt } = await manifoldFigure({
    pictures: pictures(6),
    rows: [2, -2],
    columns: [-1, 0, 1],
    dimensions: ["z3", "z7"],
  });
  const boxes = await textBoxes(svg);
  const find = (text: string) => boxes.find((box) => box.text === text)!;
  expect(find("2.00").top).toBeLessThan(find("−2.00").top);
  expect(find("−1.00").left).toBeLessThan(find("1.00").left);
  expect(find("z3").top).toBeLessThan(find("0.00").top);
  expect(alt).toContain("z3 goes from −1 to 1 from left to right, z7 from 2 to −2");
});

describe("bad input", () => {
  const good = pictures(4);
  it.each<[string, () => Promise<unknown>]>([
    ["must be { data: Uint8Array", () => gridFigure({ pictures: null as unknown as Pictures, columns: 1 })],
    [
      "got data of Float32Array",
      () =>
        gridFigure({
          pictures: { ...good, data: new Float32Array(256) as unknown as Uint8Array },
          columns: 1,
        }),
    ],
    ["1, 3 or 4 channels, got [4,8,8,2]", () => gridFigure({ pictures: pictures(4, 8, 8, 2), columns: 1 })],
    ["got [256]", () => gridFigure({ pictures: { ...good, shape: [256] }, columns: 1 })],
    ["256 bytes do not fill", () => gridFigure({ pictures: { ...good, shape: [5, 8, 8, 1] }, columns: 1 })],
    ["columns must be an integer of at least 1", () => gridFigure({ pictures: good, columns: 0 })],
    ["rowLabels must have 2 entries", () => gridFigure({ pictures: good, columns: 2, rowLabels: ["a"] })],
    ["captions must have 4 entries", () => gridFigure({ pictures: good, columns: 2, captions: [] })],
    ["columns leave 0 pixels", () => gridFigure({ pictures: pictures(400), columns: 400 })],
    ["draw fewer", () => gridFigure({ pictures: pictures(4000), columns: 1 })],
    ["at least one strip", () => interpolationFigure({ strips: [] })],
    [
      "all strips must have pictures of one shape",
      () => interpolationFigure({ strips: [good, pictures(3)].map((pictures) => ({ label: "", pictures })) }),
    ],
    [
      "strip 0 has 4 pictures and 1 values",
      () => traversalFigure({ strips: [{ label: "", values: [1], pictures: good }] }),
    ],
    [
      "2 rows of 3 are 6 pictures, got 4",
      () => manifoldFigure({ pictures: good, rows: [1, 2], columns: [1, 2, 3], dimensions: ["a", "b"] }),
    ],
    ["4 pictures need as many scores", () => outliersFigure({ pictures: good, scores: [1] })],
  ])("%s", async (message, draw) => {
    await expect(draw()).rejects.toThrow(message);
  });
});

describe("encodePng", () => {
  it.each([
    [1, 1],
    [7, 3],
    [64, 200],
  ])("writes %i x %i pixels that another decoder reads", (width, height) => {
    for (const pixels of [pictures(1, height, width, 4).data, new Uint8Array(4 * width * height).fill(200)]) {
      const png = PNG.sync.read(Buffer.from(encodePng(pixels, width, height)));
      expect([png.width, png.height]).toEqual([width, height]);
      expect(png.data.equals(Buffer.from(pixels))).toBe(true);
    }
  });

  it.each([1, 3, 4])("writes %i channels, filtered or not, that another decoder reads", (channels) => {
    const [width, height] = [9, 5];
    const { data } = pictures(1, height, width, channels);
    for (const filter of [true, false]) {
      const png = PNG.sync.read(Buffer.from(encodePng(data, width, height, { channels, filter, level: 9 })));
      for (let i = 0; i < width * height; i++) {
        const given = [0, 1, 2].map((c) => data[i * channels + (channels === 1 ? 0 : c)]);
        expect([...png.data.subarray(4 * i, 4 * i + 4)]).toEqual([
          ...given,
          channels === 4 ? data[i * 4 + 3] : 255,
        ]);
      }
    }
  });

  it("refuses another number of bytes, or of channels", () => {
    expect(() => encodePng(new Uint8Array(8), 2, 2, { channels: 2 })).toThrow(
      "channels must be 1, 3 or 4, got 2",
    );
    expect(() => encodePng(new Uint8Array(5), 2, 2, { channels: 1 })).toThrow("of grey are 4 bytes, got 5");
    expect(() => encodePng(new Uint8Array(15), 2, 2)).toThrow("2 x 2 pixels of RGBA are 16 bytes, got 15");
    expect(() => encodePng(new Uint8Array(0), 0, 0)).toThrow("0 x 0 pixels");
  });
});
