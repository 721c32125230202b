import "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";
import fc from "fast-check";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { fitPicture } from "../../packages/infer/src/image/fit.js";
import type { Picture } from "../../packages/infer/src/image/picture.js";
import { largestDifference, noise, rgb, waves } from "./image-pictures.js";

/** tfjs's mean over whole windows, of RGB [height, width, 3]. */
function pooled(values: number[], [height, width]: [number, number], window: [number, number]): number[] {
  return tf.tidy(() => {
    const x = tf.tensor4d(values, [1, height, width, 3]);
    return Array.from(tf.avgPool(x, window, window, "valid").dataSync());
  });
}

function sharpOf({ data, width, height }: Picture) {
  return sharp(data, { raw: { width, height, channels: 4 } });
}

describe("shrinking", () => {
  it.each([
    [2, 2],
    [3, 5],
    [7, 4],
    [1, 6],
  ])("by whole factors %i and %i is the mean, as tfjs pools it", (across, down) => {
    const picture = noise(12 * across, 10 * down);
    const expected = pooled(rgb(picture), [10 * down, 12 * across], [down, across]);
    const actual = fitPicture(picture, [10, 12, 3], { fit: "fill" });
    // tfjs adds up in float32: halves may fall to either side.
    const halves = expected.map((value) => Math.abs((value % 1) - 0.5) < 1e-3);
    expect(
      largestDifference(
        Array.from(actual).filter((_, i) => !halves[i]),
        expected.map(Math.round).filter((_, i) => !halves[i]),
      ),
    ).toBe(0);
    expect(largestDifference(actual, expected)).toBeLessThan(0.502);
  });

  it.each([
    [7, 3],
    [10, 7],
    [9, 8],
    [29, 28],
  ])("from %i to %i pixels counts those at a border by their part", async (from, to) => {
    const picture = noise(from, from, { seed: from });
    // Each pixel as to x to equal ones: then every new pixel covers whole ones.
    const enlarged = await sharpOf(picture)
      .removeAlpha()
      .resize(from * to, from * to, { kernel: "nearest" })
      .raw()
      .toBuffer();
    const expected = pooled(Array.from(enlarged), [from * to, from * to], [from, from]);
    const actual = fitPicture(picture, [to, to, 3], { fit: "fill" });
    expect(largestDifference(actual, expected)).toBeLessThan(0.502);
  });

  it("does not alias: the finest chessboard becomes even grey", () => {
    const data = new Uint8ClampedArray(64 * 64 * 4);
    for (let i = 0; i < 64 * 64; i++)
      data.fill(((i % 64) + Math.floor(i / 64)) % 2 ? 255 : 0, 4 * i, 4 * i + 3);
    for (let i = 3; i < data.length; i += 4) data[i] = 255;
    const grey = fitPicture({ width: 64, height: 64, data }, [16, 16, 1]);
    expect(new Set(grey)).toEqual(new Set([128]));
  });

  it("keeps the mean brightness, whatever the sizes", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 8, max: 40 }),
        fc.integer({ min: 8, max: 40 }),
        fc.integer({ min: 1, max: 8 }),
        fc.integer({ min: 1, max: 8 }),
        (width, height, w, h) => {
          const picture = noise(width, height, { seed: width * 41 + height });
          const mean = (values: ArrayLike<number>) =>
            Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;
          const actual = fitPicture(picture, [h, w, 3], { fit: "fill" });
          expect(Math.abs(mean(actual) - mean(rgb(picture)))).toBeLessThan(0.5001);
        },
      ),
      { seed: 1, numRuns: 100 },
    );
  });
});

describe("enlarging", () => {
  it.each([
    [3, 9],
    [5, 28],
    [1, 4],
    [27, 28],
  ])("from %i to %i pixels is linear between pixel centres, as tfjs has it", (from, to) => {
    const picture = noise(from, from, { seed: from });
    const expected = tf.tidy(() =>
      tf.image.resizeBilinear(tf.tensor3d(rgb(picture), [from, from, 3]), [to, to], false, true).dataSync(),
    );
    expect(largestDifference(fitPicture(picture, [to, to, 3]), expected)).toBeLessThan(0.501);
  });

  it("of a single column leaves its colours across", () => {
    const picture = noise(1, 3);
    const actual = fitPicture(picture, [3, 5, 3], { fit: "fill" });
    const expected = rgb(picture);
    for (let y = 0; y < 3; y++)
      for (let x = 0; x < 5; x++)
        expect(Array.from(actual.subarray((y * 5 + x) * 3, (y * 5 + x + 1) * 3))).toEqual(
          expected.slice(3 * y, 3 * y + 3),
        );
  });
});

describe("fits", () => {
  it.each(["contain", "cover", "fill"] as const)("%s is where sharp puts it", async (fit) => {
    for (const [width, height, w, h] of [
      [90, 40, 28, 28],
      [40, 90, 28, 20],
      [64, 48, 16, 24],
      [60, 45, 150, 200],
    ] as const) {
      const picture = waves(width, height);
      const expected = await sharpOf(picture)
        .removeAlpha()
        .resize(w, h, { fit, kernel: "linear", background: "#0a6414" })
        .raw()
        .toBuffer();
      const actual = fitPicture(picture, [h, w, 3], { fit, background: [10, 100, 20] });
      // The kernels differ a little; a picture that is one pixel beside its place differs by far more at its edges.
      expect(largestDifference(actual, expected), `${width}x${height} to ${w}x${h}`).toBeLessThan(
        fit === "cover" ? 14 : 8,
      );
    }
  });

  it("a picture of the model's size comes as it is", () => {
    const picture = noise(6, 5);
    for (const fit of ["contain", "cover", "fill"] as const)
      expect(Array.from(fitPicture(picture, [5, 6, 3], { fit }))).toEqual(rgb(picture));
  });

  it("one colour stays that colour, in each fit and at any size", () => {
    fc.assert(
      fc.property(
        fc.tuple(fc.integer({ min: 1, max: 50 }), fc.integer({ min: 1, max: 50 })),
        fc.tuple(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 20 })),
        fc.tuple(fc.nat(255), fc.nat(255), fc.nat(255)),
        fc.constantFrom("contain", "cover", "fill"),
        ([width, height], [w, h], colour, fit) => {
          const data = new Uint8ClampedArray(width * height * 4);
          for (let i = 0; i < data.length; i += 4) data.set([...colour, 255], i);
          const actual = fitPicture({ width, height, data }, [h, w, 3], { fit, background: colour });
          expect(Array.from(actual)).toEqual(Array.from({ length: w * h }, () => colour).flat());
        },
      ),
      { seed: 2, numRuns: 200 },
    );
  });

  it("a line of many pixels still leaves a line", () => {
    const data = new Uint8ClampedArray(100_000 * 4).fill(255);
    const actual = fitPicture({ width: 1, height: 100_000, data }, [4, 4, 1]);
    expect(Array.from(actual)).toEqual([0, 255, 0, 0, 0, 255, 0, 0, 0, 255, 0, 0, 0, 255, 0, 0]);
  });
});

describe("colour", () => {
  /** (299 R + 587 G + 114 B) / 1000, which Pillow documents for its mode L. */
  it.each([
    [[255, 0, 0], 76],
    [[0, 255, 0], 150],
    [[0, 0, 255], 29],
    [[255, 255, 255], 255],
    [[12, 200, 99], 132],
    [[77, 77, 77], 77],
  ])("%j is grey %i", (colour, grey) => {
    const picture = { width: 1, height: 1, data: Uint8ClampedArray.from([...colour, 255]) };
    expect(Array.from(fitPicture(picture, [1, 1, 1]))).toEqual([grey]);
  });

  it("lays transparent pixels over the background, as sharp does", async () => {
    const picture = noise(16, 16, { alpha: true });
    const expected = await sharpOf(picture).flatten({ background: "#c81e5a" }).raw().toBuffer();
    const actual = fitPicture(picture, [16, 16, 3], { background: [200, 30, 90] });
    expect(largestDifference(actual, expected)).toBeLessThanOrEqual(1);
  });

  it("the colour of what is fully transparent does not shine through where it shrinks", () => {
    const data = Uint8ClampedArray.from([255, 0, 0, 255, 0, 255, 0, 0]);
    expect(Array.from(fitPicture({ width: 2, height: 1, data }, [1, 1, 3], { fit: "fill" }))).toEqual([
      128, 0, 0,
    ]);
  });

  it("inverts ink on paper and ink on nothing alike; the background is what the model sees", () => {
    const ink = (paper: number[]) => {
      const data = new Uint8ClampedArray(4 * 2 * 4);
      for (let i = 0; i < 8; i++) data.set(i % 4 === 1 ? [0, 0, 0, 255] : paper, 4 * i);
      return { width: 4, height: 2, data };
    };
    const expected = [0, 0, 0, 0, 0, 255, 0, 0, 0, 255, 0, 0, 0, 0, 0, 0];
    for (const paper of [
      [255, 255, 255, 255],
      [0, 0, 0, 0],
    ])
      expect(Array.from(fitPicture(ink(paper), [4, 4, 1], { invert: true }))).toEqual(expected);
    const onGrey = fitPicture(ink([255, 255, 255, 255]), [4, 4, 1], { invert: true, background: [9, 9, 9] });
    expect(Array.from(onGrey.subarray(0, 8))).toEqual([9, 9, 9, 9, 0, 255, 0, 0]);
  });

  it("paints beside the picture in the background's grey", () => {
    const picture = { width: 2, height: 1, data: new Uint8ClampedArray(8).fill(255) };
    expect(Array.from(fitPicture(picture, [2, 2, 1], { background: [255, 0, 0] }))).toEqual([
      255, 255, 76, 76,
    ]);
  });
});
