import { latentKl, Random } from "@vaekit/latent";
import { describe, expect, it } from "vitest";
import { borderColour, isInverse } from "../../packages/explorer/src/page/panels/draw/border.js";
import { findLabel } from "../../packages/explorer/src/page/panels/draw/find-label.js";
import {
  distanceOf,
  errorOf,
  klOf,
  percentileOf,
  verdictOf,
  votesOf,
} from "../../packages/explorer/src/page/panels/draw/score.js";

describe("how usual a drawing is", () => {
  const squares = Array.from({ length: 101 }, (_, i) => (i / 100) ** 2);

  it("is the share of the usual that lies below", () => {
    expect(percentileOf(0.25, squares)).toBeCloseTo(50);
    expect(percentileOf((0.3 ** 2 + 0.31 ** 2) / 2, squares)).toBeCloseTo(30.5);
    expect(percentileOf(-1, squares)).toBe(0);
    expect(percentileOf(1.001, squares)).toBe(100);
    expect(percentileOf(7, squares)).toBe(100);
    // The highest of them is not higher than all of them.
    expect(percentileOf(1, squares)).toBe(99.5);
    expect(percentileOf(1, [...Array(51).fill(0), ...Array(50).fill(1)])).toBe(51);
    // Half of the examples have the very same.
    expect(percentileOf(0.5, [...Array(51).fill(0), ...Array(50).fill(1)])).toBeCloseTo(50.5);
  });

  it("is in words, the rarer of the two measures counting", () => {
    expect(verdictOf({ error: 40, distance: 97 }, "draws")).toEqual({
      level: "ordinary",
      text: "Neither measure is above the 97.5th percentile of the draws.",
    });
    expect(verdictOf({ error: null, distance: 94 }, "examples")).toEqual({
      level: "ordinary",
      text: "Its distance to the nearest codes is not above the 95th percentile of the examples.",
    });
    expect(verdictOf({ error: null, distance: 97 }, "examples")?.level).toBe("rare");
    expect(verdictOf({ error: 40, distance: 99.7 }, "examples")).toEqual({
      level: "unusual",
      text: "Unusual: further from its neighbours than 99 % of the examples.",
    });
    expect(verdictOf({ error: 100, distance: null }, "draws")?.text).toBe(
      "Unusual: reconstructed worse than all draws.",
    );
    expect(verdictOf({ error: 97.6, distance: 98.2 }, "examples")?.text).toBe(
      "Somewhat unusual: reconstructed worse and further from its neighbours than 97 % of the examples.",
    );
    expect(verdictOf({ error: null, distance: null }, "examples")).toBeNull();
  });

  it("finds at most 5 % of the usual rare, and 1 % unusual, whether it has one measure or two", () => {
    const random = new Random(8);
    const count = 20_000;
    const draws = Array.from(
      { length: count },
      () => [100 * random.uniform(), 100 * random.uniform()] as const,
    );
    for (const two of [false, true]) {
      const levels = draws.map(
        ([error, distance]) => verdictOf({ error, distance: two ? distance : null }, "examples")!.level,
      );
      const share = (level: string) => levels.filter((each) => each === level).length / count;
      expect(share("rare") + share("unusual")).toBeCloseTo(0.05, 2);
      expect(share("unusual")).toBeCloseTo(0.01, 2);
    }
  });

  it("measures the error of pixels from 0 to 1, and the distance to five others", () => {
    expect(errorOf(Uint8Array.of(0, 255, 51, 0), Uint8Array.of(0, 0, 0, 0))).toBeCloseTo((1 + 0.04) / 4);
    const near = [1, 2, 3, 4, 5, 60].map((distance, row) => ({ row, distance }));
    expect(distanceOf(near, 2)).toBe(3);
    expect(distanceOf([{ row: 9, distance: 0.01 }, ...near], 2)).toBe(3);
    expect(distanceOf([{ row: 9, distance: 1 }, ...near], 2)).toBe(11 / 5);
  });

  it("has the KL that the latent analysis has", () => {
    const [mu, logvar] = [Float32Array.of(0.5, -2, 0), Float32Array.of(-3, 0.4, 0)];
    const codes = { mu: { data: mu, shape: [1, 3] }, logvar: { data: logvar, shape: [1, 3] } };
    expect(klOf(mu, logvar)).toBeCloseTo(latentKl(codes).total, 6);
  });

  it("counts the neighbours' labels, the most frequent first, then the nearest", () => {
    const labels = Int32Array.of(7, 9, 7, 1, 9, 7);
    expect(votesOf([1, 0, 2, 3, 4, 5], labels)).toEqual([
      { label: 7, count: 3 },
      { label: 9, count: 2 },
      { label: 1, count: 1 },
    ]);
    expect(votesOf([3, 1], labels).map(({ label }) => label)).toEqual([1, 9]);
  });

  it("finds the label under which the error is least", async () => {
    const seen = new Uint8Array(4);
    const analyse = async (_: Uint8Array, told: Float32Array | null, origin: string) => ({
      seen,
      reconstruction: seen,
      mu: Float32Array.of(told!.indexOf(1)),
      logvar: Float32Array.of(0),
      told,
      origin,
      error: [0.5, 0.2, 0.1, 0.9][told!.indexOf(1)]!,
    });
    const first = await analyse(seen, Float32Array.of(1, 0, 0, 0), "drawn by you");
    const found = await findLabel({ analyse }, first, 4);
    expect(found).toMatchObject({ label: 2, next: { label: 1, error: 0.2 } });
    expect(found.analysis.told).toEqual(Float32Array.of(0, 0, 1, 0));
  });
});

describe("a picture's border", () => {
  const side = 8;
  const picture = (border: number, inside: number) =>
    Uint8Array.from({ length: side * side * 3 }, (_, i) => {
      const [x, y] = [Math.floor(i / 3) % side, Math.floor(i / 3 / side)];
      return Math.min(x, y, side - 1 - x, side - 1 - y) < 2 ? border : inside;
    });

  it("is the median of what lies at the edge", () => {
    expect(borderColour({ data: picture(30, 200), shape: [1, side, side, 3] })).toEqual([30, 30, 30]);
    const grey = Uint8Array.of(10, 10, 200, 10, 90, 10, 10, 10, 10);
    expect(borderColour({ data: grey, shape: [1, 3, 3, 1] })).toEqual([10, 10, 10]);
  });

  it("says whether a picture is the inverse of the data's kind", () => {
    const [dark, bright] = [picture(5, 250), picture(250, 5)];
    expect(isInverse(bright, bright, side, [0, 0, 0])).toBe(true);
    expect(isInverse(dark, dark, side, [0, 0, 0])).toBe(false);
    expect(isInverse(dark, dark, side, [255, 255, 255])).toBe(true);
    expect(isInverse(bright, bright, side, [255, 255, 255])).toBe(false);
  });

  it("asks the ink where the border is transparent", () => {
    // Dark ink, then bright ink, on nothing: as seen over black and over white.
    expect(isInverse(picture(0, 5), picture(255, 5), side, [0, 0, 0])).toBe(true);
    expect(isInverse(picture(0, 250), picture(255, 250), side, [0, 0, 0])).toBe(false);
  });
});
