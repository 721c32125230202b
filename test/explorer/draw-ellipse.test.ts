import { Random } from "@vaekit/latent";
import { describe, expect, it } from "vitest";
import {
  countWithin,
  ellipseOf,
  exactCovariance,
  linearCovariance,
  radius95,
  sampleCovariance,
} from "../../packages/explorer/src/page/panels/draw/ellipse.js";
import { viewOf } from "../../packages/explorer/src/page/panels/draw/view.js";

describe("the ellipse of a code", () => {
  it("has the radius of chi-squared's 95 % with 2 degrees of freedom, 5.991", () => {
    expect(radius95 ** 2).toBeCloseTo(5.991, 3);
  });

  it("is along the axes for a map that is the code", () => {
    const { major, minor, angle } = ellipseOf(exactCovariance([Math.log(0.25), Math.log(4)]));
    expect(major).toBeCloseTo(2 * Math.sqrt(5.991), 3);
    expect(minor).toBeCloseTo(0.5 * Math.sqrt(5.991), 3);
    expect(Math.abs(angle)).toBeCloseTo(Math.PI / 2, 6);
  });

  it("is W diag(sigma^2) W^T for a linear map", () => {
    const h = Math.SQRT1_2;
    const components = Float32Array.from([h, h, 0, -h, h, 0]);
    const { xx, xy, yy } = linearCovariance(components, [0, Math.log(3), Math.log(100)], 3);
    expect([xx, xy, yy].map((value) => Number(value.toFixed(5)))).toEqual([2, 1, 2]);
    const { major, minor, angle } = ellipseOf({ xx, xy, yy });
    expect(major / radius95).toBeCloseTo(Math.sqrt(3), 5);
    expect(minor / radius95).toBeCloseTo(1, 5);
    expect(angle).toBeCloseTo(Math.PI / 4, 5);
  });

  it("is a line for a map of one dimension, which holds 95 % of draws by how far along they are", () => {
    expect(linearCovariance(Float32Array.from([1]), [0], 1)).toEqual({ xx: 1, xy: 0, yy: 0 });
    const line = ellipseOf(exactCovariance([Math.log(4)]));
    expect(line).toEqual({ major: expect.closeTo(2 * 1.959964, 5), minor: 0, angle: 0 });
    const random = new Random(6);
    // Their second number only spreads them.
    const places = Float32Array.from({ length: 40_000 }, (_, i) =>
      i % 2 === 0 ? 1 + 2 * random.normal() : random.normal(),
    );
    expect(countWithin(places, 2, [1, 0], line) / 20_000).toBeCloseTo(0.95, 2);
  });

  it("is a line too where a linear map is told of in one direction alone", () => {
    const { major, minor, angle } = ellipseOf({ xx: 0.09, xy: 0.12, yy: 0.16 });
    expect(minor).toBe(0);
    expect(major).toBeCloseTo(0.5 * 1.959964, 6);
    expect(angle).toBeCloseTo(Math.atan2(4, 3), 6);
  });

  it("holds 95 % of draws from its Gaussian", () => {
    const random = new Random(5);
    const places = new Float32Array(40_000);
    for (let i = 0; i < 20_000; i++) {
      const [a, b] = [random.normal(), random.normal()];
      places[2 * i] = 3 + 2 * a;
      places[2 * i + 1] = -1 + a + 0.5 * b;
    }
    const rows = Array.from({ length: 20_000 }, (_, i) => [places[2 * i]!, places[2 * i + 1]!]);
    const covariance = sampleCovariance(rows);
    expect(covariance.xx).toBeCloseTo(4, 0);
    expect(covariance.xy).toBeCloseTo(2, 0);
    expect(covariance.yy).toBeCloseTo(1.25, 0);
    expect(countWithin(places, 2, [3, -1], ellipseOf(covariance)) / 20_000).toBeCloseTo(0.95, 2);
  });

  it("divides a sample's covariance by one less than there are", () => {
    expect(
      sampleCovariance([
        [0, 0],
        [2, 4],
      ]),
    ).toEqual({ xx: 2, xy: 4, yy: 8 });
  });
});

describe("the view of a small map", () => {
  it("holds all places and the code's own, up being up, to one scale", () => {
    const places = Float32Array.from([0, 0, 10, 2]);
    const { toPixel, scale } = viewOf(places, 2, [5, 12], { width: 640, height: 480 });
    const [left, low] = toPixel(0, 0);
    const [right, high] = toPixel(10, 12);
    expect(Math.min(left, right, low, high)).toBeGreaterThan(0);
    expect(Math.max(left, right)).toBeLessThan(640);
    expect(low).toBeLessThan(480);
    expect(low).toBeGreaterThan(high);
    expect((right - left) / 10).toBeCloseTo(scale);
    expect((low - high) / 12).toBeCloseTo(scale);
  });
});
