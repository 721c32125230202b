import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { dequantize, quantize } from "../../../packages/export/src/weights/int8.js";
import { normal } from "../lower/values.ts";

const shapes = fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 5 });

describe("int8 with a scale for each channel", () => {
  it("is off by at most half a scale anywhere, for any shape and axes", () => {
    const property = fc.property(shapes, fc.nat(31), fc.nat(1000), (shape, mask, seed) => {
      const kept = [...shape.keys()].filter((axis) => mask & (1 << axis));
      const values = normal(shape, seed).data as Float32Array;
      const quantized = quantize(values, shape, kept);
      expect(quantized.scaleShape).toEqual(shape.map((size, axis) => (kept.includes(axis) ? size : 1)));
      const restored = dequantize(quantized, shape);
      values.forEach((value, i) => {
        const scale = quantized.scales[channelOf(i, shape, kept)]!;
        // float32 rounds the scale and the product.
        expect(Math.abs(value - restored[i]!)).toBeLessThanOrEqual((scale / 2) * (1 + 1e-4));
      });
    });
    fc.assert(property, { numRuns: 200, seed: 1 });
  });

  it("reaches 127 in every channel, with the largest weight all but exact", () => {
    const values = Float32Array.of(0.1, -60, 0.2, 25, -0.4, 100);
    const quantized = quantize(values, [3, 2], [1]);
    expect([...quantized.data]).toEqual([32, -76, 64, 32, -127, 127]);
    expect(quantized.scales).toBeAllClose([0.4 / 127, 100 / 127], { rtol: 1e-7 });
    expect(dequantize(quantized, [3, 2])).toBeAllClose([0.1, -60, 0.2, 25, -0.4, 100], {
      scaleTol: 0.5 / 127,
    });
  });

  it("has 0 for a channel of zeros, and for one of float32's smallest numbers", () => {
    const quantized = quantize(Float32Array.of(0, 1e-42, 0, -1e-44), [2, 2], [1]);
    expect([...dequantize(quantized, [2, 2])].map(Math.abs)).toEqual([0, 0, 0, 0]);
  });

  it("keeps to the given range", () => {
    const values = normal([64, 8]).data as Float32Array;
    const { data } = quantize(values, [64, 8], [1], 63);
    expect([Math.max(...data), Math.max(...data.map(Math.abs))]).toEqual([expect.any(Number), 63]);
  });

  it("shows what is no number: it does not come back as one", () => {
    for (const bad of [Number.NaN, Infinity]) {
      const restored = dequantize(quantize(Float32Array.of(1, bad, 2, 3), [2, 2], [0]), [2, 2]);
      expect(restored[1]).not.toBe(bad);
    }
  });
});

/** The index of an element's scale, counted in the plain way. */
function channelOf(index: number, shape: readonly number[], kept: readonly number[]): number {
  let rest = index;
  const at = shape.map((_, axis) => {
    const inner = shape.slice(axis + 1).reduce((a, b) => a * b, 1);
    const place = Math.floor(rest / inner);
    rest %= inner;
    return place;
  });
  return kept.reduce((channel, axis) => channel * shape[axis]! + at[axis]!, 0);
}
