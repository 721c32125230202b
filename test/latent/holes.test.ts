import { describe, expect, test } from "vitest";
import { holes } from "../../packages/latent/src/describe/holes.js";
import { DataError, UsageError } from "../../packages/latent/src/errors.js";
import { Random } from "../../packages/latent/src/random.js";
import { rowsOf } from "../../packages/latent/src/rows.js";
import { collapsed, normal, repeated } from "./describe-oracle.js";

/** The prior in two dimensions without what lies right of 0. */
function half(rows: number) {
  const random = new Random(1);
  const data = Float32Array.from({ length: 2 * rows }, (_, i) =>
    i % 2 ? random.normal() : -Math.abs(random.normal()),
  );
  return { mu: rowsOf(data, 2), logvar: repeated(rows, [-12, -12]) };
}

describe("holes", () => {
  test("none but the expected share where the aggregated posterior is the prior", async () => {
    let [shares, errors] = [0, 0];
    for (let seed = 0; seed < 8; seed++) {
      const { share, expected, standardError } = await holes(collapsed(8000, 2), { seed });
      expect(expected).toBeCloseTo(0.01, 12);
      expect(Math.abs(share - expected)).toBeLessThan(4 * standardError);
      shares += share / 8;
      errors += standardError / 8;
    }
    expect(Math.abs(shares - 0.01)).toBeLessThan(0.002);
    expect(errors).toBeLessThan(0.004);
  });

  test("half of the prior, where data fill the other half", async () => {
    const { share, threshold, points, distance } = await holes(half(6000), { count: 4 });
    // Beyond the edge by more than the threshold: P(z > threshold), and what lies at the rim.
    expect(threshold).toBeLessThan(0.6);
    expect(share).toBeGreaterThan(0.25);
    expect(share).toBeLessThan(0.5);
    expect(points.shape).toEqual([4, 2]);
    for (let i = 0; i < 4; i++) expect(distance[i]).toBeGreaterThan(threshold);
    // The first centre is the draw farthest from all data: to the right, at about its distance from the edge.
    expect(points.data[0]).toBeGreaterThan(2);
    expect(Math.abs(points.data[0]! - distance[0]!)).toBeLessThan(0.5);
  });

  test("centres keep away from each other", async () => {
    const { points } = await holes(half(3000), { count: 6 });
    for (let a = 0; a < 6; a++) {
      for (let b = 0; b < a; b++) {
        const [x, y] = [0, 1].map((d) => points.data[2 * a + d]! - points.data[2 * b + d]!);
        expect(Math.hypot(x!, y!)).toBeGreaterThan(0.4);
      }
    }
  });

  test("data at one point leave all of the prior empty", async () => {
    const found = await holes({ mu: repeated(10_000, [0, 0, 0]), logvar: repeated(10_000, [-60, -60, -60]) });
    expect(found.share).toBe(1);
    expect(found.threshold).toBeLessThan(1e-6);
  });

  test("no more centres than far draws", async () => {
    const found = await holes(collapsed(500, 1), { quantile: 1, samples: 50, count: 40 });
    const far = Math.round(found.share * 50);
    expect(found.points.shape).toEqual([Math.min(far, 40), 1]);
    expect(found.distance.length).toBe(Math.min(far, 40));
  });

  test("further neighbours, and the same seed", async () => {
    const codes = { mu: normal(400, 3, 2), logvar: repeated(400, [-2, -2, -2]) };
    const nearest = await holes(codes, { samples: 500 });
    const fifth = await holes(codes, { samples: 500, neighbours: 5 });
    expect(fifth.threshold).toBeGreaterThan(nearest.threshold);
    expect(await holes(codes, { samples: 500 })).toEqual(nearest);
    expect((await holes(codes, { samples: 500, seed: 1 })).threshold).not.toBe(nearest.threshold);
  });

  test("the fewest rows, and bad input", async () => {
    const { share } = await holes(collapsed(2, 2), { samples: 10 });
    expect(share).toBeGreaterThanOrEqual(0);
    await expect(holes(collapsed(1, 2))).rejects.toThrow(
      /at least 2 rows are needed for the nearest of a held-out row/,
    );
    const logvar = rowsOf(Float32Array.of(0, Number.NaN), 1);
    await expect(holes({ mu: repeated(2, [0]), logvar })).rejects.toThrow(DataError);
    await expect(holes(collapsed(9, 2), { quantile: 2 })).rejects.toThrow(UsageError);
  });
});
