import { describe, expect, it } from "vitest";
import { see } from "../../packages/explorer/src/page/panels/draw/see.js";
import {
  Brush,
  blankSurface,
  fineness,
  surfaceOf,
  withStrokes,
} from "../../packages/explorer/src/page/panels/draw/surface.js";

const black = [0, 0, 0] as const;
const white = [255, 255, 255] as const;
const plainly = { centre: false, background: black };
const random = (count: number) => {
  let word = 7;
  return Uint8Array.from({ length: count }, () => {
    word = (word * 1103515245 + 12345) % 2 ** 31;
    return word >> 16;
  });
};

describe("the drawing surface", () => {
  it("has a whole number of its pixels along each of the model's", () => {
    expect([fineness([28, 28, 1]), fineness([32, 32, 3]), fineness([60, 100, 1])]).toEqual([10, 8, 2]);
    expect(fineness([400, 300, 3])).toBe(1);
    expect(blankSurface([16, 32, 1], black)).toMatchObject({ width: 32 * 8, height: 16 * 8 });
  });

  it.each([{ shape: [28, 28, 1] }, { shape: [32, 32, 3] }, { shape: [12, 30, 3] }])(
    "gives a picture of $shape back to the last level",
    ({ shape }) => {
      const pixels = random(shape.reduce((a, b) => a * b));
      expect(see(surfaceOf(pixels, shape), shape, plainly)).toEqual(pixels);
    },
  );

  it("shows a model of four channels opaque pictures", () => {
    const shape = [8, 8, 4];
    const seen = see(blankSurface(shape, [10, 20, 30]), shape, plainly);
    expect(seen).toEqual(Uint8Array.from({ length: 256 }, (_, i) => [10, 20, 30, 255][i % 4]!));
  });

  it("shrinks by the mean over each square", () => {
    const shape = [28, 28, 1];
    const surface = blankSurface(shape, black);
    // 3 of the 10 columns, 5 of the 10 lines of the model's pixel at line 2, column 4.
    for (let y = 20; y < 25; y++) {
      for (let x = 40; x < 43; x++) surface.data.fill(200, (y * 280 + x) * 4, (y * 280 + x) * 4 + 3);
    }
    const seen = see(surface, shape, plainly);
    expect(seen[2 * 28 + 4]).toBe((200 * 15) / 100);
    expect(seen.reduce((a, b) => a + b)).toBe(30);
  });
});

describe("the brush", () => {
  const lineOf = (steps: number) => {
    const points = Array.from({ length: steps + 1 }, (_, i) => [60 + (160 * i) / steps, 140]).flat();
    return withStrokes(blankSurface([28, 28, 1], black), [{ points, radius: 12, colour: white }], black);
  };

  it("draws no darker where the hand is slow", () => {
    expect(lineOf(400).data).toEqual(lineOf(2).data);
  });

  it("covers fully inside, half at its radius, nothing beyond its soft edge", () => {
    const { data, width } = lineOf(1);
    const at = (x: number, y: number) => data[(y * width + x) * 4]!;
    expect(at(140, 140)).toBe(255);
    expect(at(140, 140 + 8)).toBe(255);
    expect((at(140, 140 + 11) + at(140, 140 + 12)) / 2).toBeCloseTo(127.5, -1);
    expect(at(140, 140 + 17)).toBe(0);
    // Round ends.
    expect(at(220 + 11, 140)).toBeGreaterThan(80);
    expect(at(220 + 11, 140 + 11)).toBe(0);
  });

  it("erases to the background", () => {
    const points = [60, 140, 220, 140];
    const under = blankSurface([28, 28, 1], black);
    const strokes = [
      { points, radius: 10, colour: white },
      { points, radius: 20, colour: null },
    ];
    expect(withStrokes(under, strokes, black).data).toEqual(under.data);
    expect(under.data[(140 * 280 + 140) * 4]).toBe(0);
  });

  it("mixes colours at its edge with what is below", () => {
    const surface = blankSurface([32, 32, 3], [0, 0, 200]);
    new Brush(surface, 20, [250, 0, 0]).to(128, 128);
    const at = (x: number) => Array.from(surface.data.slice((128 * 256 + x) * 4, (128 * 256 + x) * 4 + 4));
    expect(at(128)).toEqual([250, 0, 0, 255]);
    expect(at(200)).toEqual([0, 0, 200, 255]);
    const [red, , blue] = at(128 + 20);
    expect(red! / 250 + blue! / 200).toBeCloseTo(1, 1);
    expect(red).toBeGreaterThan(60);
    expect(blue).toBeGreaterThan(60);
  });
});
