import { DataError, UsageError } from "@vaekit/infer";
import { describe, expect, it } from "vitest";
import {
  bitsPerDimension,
  ReconstructionError,
} from "../../packages/train/src/metrics/reconstruction-error.ts";

describe("reconstruction error", () => {
  it("is the mean over all elements that came, on the scale of the range", () => {
    const error = new ReconstructionError(255);
    error.add(Uint8Array.of(0, 255), Float32Array.of(0, 204));
    error.add(Uint8Array.of(51), Float32Array.of(102));
    const { meanSquared, meanAbsolute, elements } = error.result();
    expect([meanSquared, meanAbsolute]).toBeAllClose([0.08 / 3, 0.4 / 3], { rtol: 1e-12 });
    expect(elements).toBe(3);
  });

  it("refuses lengths that differ, values that are not finite, and nothing at all", () => {
    expect(() => new ReconstructionError().add([1], [1, 2])).toThrow("2 values for 1 of the data");
    expect(() => new ReconstructionError().add([1], [NaN])).toThrow(DataError);
    expect(() => new ReconstructionError().result()).toThrow("no values were compared");
  });

  it("bits per dimension: a uniform density over 256 grey values costs 8 bits, in either unit", () => {
    const features = 784;
    expect(bitsPerDimension(features * Math.log(1 / 256), features)).toBeCloseTo(8, 12);
    expect(bitsPerDimension(0, features, 256)).toBe(8);
    expect(bitsPerDimension(-features * Math.LN2, features)).toBeCloseTo(1, 12);
    expect(() => bitsPerDimension(-1, 0)).toThrow(UsageError);
  });
});
