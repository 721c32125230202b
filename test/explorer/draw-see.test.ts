import { openData } from "@vaekit/train";
import { describe, expect, it } from "vitest";
import { inkOf, see } from "../../packages/explorer/src/page/panels/draw/see.js";
import { blankSurface, withStrokes } from "../../packages/explorer/src/page/panels/draw/surface.js";

const black = [0, 0, 0] as const;
const shape = [28, 28, 1];

/** Centre of mass and box of levels above some of a picture, in its pixels, counted from 0. */
function measure(pixels: ArrayLike<number>, above = 0) {
  let [mass, x, y, left, right, top, bottom] = [0, 0, 0, 28, 0, 28, 0];
  for (let i = 0; i < 784; i++) {
    const value = pixels[i]!;
    const [column, row] = [i % 28, Math.floor(i / 28)];
    mass += value;
    x += value * column;
    y += value * row;
    if (value <= above) continue;
    left = Math.min(left, column);
    right = Math.max(right, column + 1);
    top = Math.min(top, row);
    bottom = Math.max(bottom, row + 1);
  }
  return { x: x / mass, y: y / mass, width: right - left, height: bottom - top };
}

/** A seven, drawn at a place and size. */
const seven = (left: number, top: number, side: number) =>
  withStrokes(
    blankSurface(shape, black),
    [
      {
        points: [0, 0, 0.6, 0, 0.2, 1].map((value, i) => value * side + (i % 2 ? top : left)),
        radius: 0.08 * side,
        colour: [255, 255, 255],
      },
    ],
    black,
  );

describe("centring as MNIST does", () => {
  const centred = { centre: true, background: black };

  it("puts digits where MNIST's own are: a box of 20 pixels, the centre of mass at pixel 14", async () => {
    const { values } = await openData("mnist", { limit: 500 });
    const own = Array.from({ length: 500 }, (_, i) => measure(values.subarray(i * 784, (i + 1) * 784)));
    const mean = (of: (digit: (typeof own)[number]) => number) =>
      own.reduce((sum, each) => sum + of(each), 0) / 500;
    const drawn = measure(see(seven(30, 40, 120), shape, centred), 20);
    expect(mean(({ x }) => x)).toBeCloseTo(14, 1);
    expect(mean(({ y }) => y)).toBeCloseTo(14, 1);
    expect(mean(({ width, height }) => Math.max(width, height))).toBeCloseTo(20, 1);
    expect(Math.abs(drawn.x - 14)).toBeLessThan(0.2);
    expect(Math.abs(drawn.y - 14)).toBeLessThan(0.2);
    expect(Math.abs(Math.max(drawn.width, drawn.height) - 20)).toBeLessThanOrEqual(1);
  });

  it("shows the same digit the same way wherever and however large it is drawn", () => {
    const reference = see(seven(80, 60, 150), shape, centred);
    for (const other of [seven(20, 20, 150), seven(100, 50, 200), seven(120, 120, 75)]) {
      const seen = see(other, shape, centred);
      const apart = seen.reduce((sum, value, i) => sum + Math.abs(value - reference[i]!), 0) / 784;
      expect(apart).toBeLessThan(4);
    }
  });

  it("keeps what is outside of the surface background", () => {
    const corner = see(seven(10, 10, 40), shape, centred);
    expect(corner[0]).toBe(0);
    expect(corner[783]).toBe(0);
    expect(measure(corner).height).toBeGreaterThanOrEqual(19);
  });

  it("leaves an empty surface empty", () => {
    expect(inkOf(blankSurface(shape, black), black)).toBeNull();
    expect(see(blankSurface(shape, black), shape, centred)).toEqual(new Uint8Array(784));
  });
});
