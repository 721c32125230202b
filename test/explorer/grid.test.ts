import { describe, expect, it } from "vitest";
import { byImportance } from "../../packages/explorer/src/page/core/order.ts";
import { drawGaussian, gaussianOf } from "../../packages/explorer/src/page/panels/grid/gaussian.ts";
import { manifoldPlan, positions } from "../../packages/explorer/src/page/panels/grid/manifold-plan.ts";
import { normalQuantile } from "../../packages/explorer/src/page/panels/grid/normal-quantile.ts";
import { cellAt, cellCount, cellOf, placeOn } from "../../packages/explorer/src/page/panels/grid/plan.ts";
import { sheetOf } from "../../packages/explorer/src/page/panels/grid/sheet.ts";

type SiteDimension = Parameters<typeof positions>[2];

const dimension = (part: Partial<SiteDimension> = {}): SiteDimension => ({
  kl: 1,
  active: true,
  mean: 0,
  quantiles: [-2, -0.5, 0, 0.5, 4],
  ...part,
});

describe("quantiles of the standard normal", () => {
  // statistics.NormalDist().inv_cdf of Python 3.
  it.each([
    [1e-10, -6.361340902404056],
    [0.001, -3.090232306167813],
    [0.025, -1.9599639845400538],
    [0.0749, -1.4402382675279632],
    [0.0751, -1.4388253927525398],
    [0.3, -0.5244005127080407],
    [0.5, 0],
    [0.9, 1.2815515655446008],
    [0.999, 3.090232306167813],
  ])("of %d is Python's %d", (p, x) => {
    expect(Math.abs(normalQuantile(p) - x)).toBeLessThan(1e-13);
  });
});

describe("a group as a normal distribution", () => {
  it("has the mean and covariance of the rows, shrunk as the formula of Chen et al. says", () => {
    // Three of four rows: mean (1, 1), second moments 8/3 and 2/3, and 4/3 between them.
    const mu = Float32Array.of(-1, 0, 9, 9, 1, 1, 3, 2);
    const { mean, covariance, shrinkage, rows } = gaussianOf(mu, 2, [0, 2, 3]);
    const [xx, yy, xy] = [8 / 3, 2 / 3, 4 / 3];
    const trace = xx + yy;
    const square = xx ** 2 + yy ** 2 + 2 * xy ** 2;
    const rho = Math.min(1, (0 * square + trace ** 2) / ((3 + 1 - 1) * (square - trace ** 2 / 2)));
    expect(rows).toBe(3);
    expect([...mean]).toEqual([1, 1].map((value) => expect.closeTo(value, 12)));
    expect(shrinkage).toBeCloseTo(rho, 12);
    const expected = [
      (1 - rho) * xx + (rho * trace) / 2,
      (1 - rho) * xy,
      (1 - rho) * xy,
      (1 - rho) * yy + (rho * trace) / 2,
    ];
    covariance.forEach((value, i) => {
      expect(value).toBeCloseTo(expected[i]!, 4);
    });
  });

  it("gives draws of that mean and covariance, the same for the same seed", () => {
    const mu = Float32Array.from(
      { length: 4000 },
      (_, i) => Math.sin(i * 12.9898) * (i % 2 ? 2 : 0.5) + (i % 2),
    );
    const rows = Array.from({ length: 2000 }, (_, i) => i);
    const gaussian = gaussianOf(mu, 2, rows);
    const z = drawGaussian(gaussian, 20_000, 3, 1);
    expect(drawGaussian(gaussian, 20_000, 3, 1)).toEqual(z);
    const found = gaussianOf(
      z,
      2,
      Array.from({ length: 20_000 }, (_, i) => i),
    );
    found.mean.forEach((value, i) => {
      expect(Math.abs(value - gaussian.mean[i]!)).toBeLessThan(0.05);
    });
    found.covariance.forEach((value, i) => {
      expect(Math.abs(value - gaussian.covariance[i]!)).toBeLessThan(0.08);
    });
  });

  it("stays at its mean without temperature, and beside its only row", () => {
    const mu = Float32Array.of(1, 2, 3, 4);
    expect([...drawGaussian(gaussianOf(mu, 2, [0, 1]), 2, 0, 0)]).toEqual([2, 3, 2, 3]);
    for (const [i, value] of drawGaussian(gaussianOf(mu, 2, [1]), 50, 0, 1).entries())
      expect(Math.abs(value - (i % 2 ? 4 : 3))).toBeLessThan(0.01);
  });

  it("works in one dimension, and with fewer rows than dimensions", () => {
    expect(gaussianOf(Float32Array.of(1, 3), 1, [0, 1]).covariance[0]).toBeCloseTo(1, 5);
    const mu = Float32Array.from({ length: 3 * 40 }, (_, i) => Math.cos(i));
    expect(drawGaussian(gaussianOf(mu, 40, [0, 1, 2]), 5, 1, 1).every(Number.isFinite)).toBe(true);
  });
});

describe("the manifold grid", () => {
  const dimensions = [dimension(), dimension(), dimension()];
  const choice = { x: 2, y: 0, size: 4, spread: "data" as const };

  it("moves two dimensions and leaves the others", () => {
    const plan = manifoldPlan(Float32Array.of(0, 7, 0), null, choice, dimensions);
    expect(cellCount(plan, 3)).toBe(16);
    expect([...cellAt(plan, 3, 0).z]).toEqual([4, 7, -2]);
    expect([...cellAt(plan, 3, 7).z]).toEqual([2, 7, 4]);
    expect([...cellAt(plan, 3, 15).z]).toEqual([-2, 7, 4]);
    expect(plan.nameOf(7)).toBe("z 2 = 4.00, z 0 = 2.00");
    expect(cellOf(plan, Float32Array.of(2, 7, 4), null)).toBe(7);
    expect(cellOf(plan, Float32Array.of(2, 8, 4), null)).toBe(-1);
  });

  it("says where a code lies between its cells, and nothing of one beyond them", () => {
    const { plane } = manifoldPlan(Float32Array.of(0, 7, 0), null, choice, dimensions);
    expect(placeOn(plane!, Float32Array.of(4, 7, -2))).toEqual({ left: 0.125, top: 0.125 });
    expect(placeOn(plane!, Float32Array.of(1, 7, 1))).toEqual({ left: 0.5, top: 0.5 });
    expect(placeOn(plane!, Float32Array.of(1, 7, 5))).toBe(null);
  });

  it("is one row for a single dimension, and has a range for one that is not used", () => {
    const plan = manifoldPlan(Float32Array.of(0), null, { ...choice, x: 0, y: 0 }, [dimension()]);
    expect(cellCount(plan, 1)).toBe(4);
    expect(plan.down).toBe(null);
    const unused = dimension({ mean: 0.5, quantiles: [0.5, 0.5, 0.5, 0.5, 0.5] });
    expect(positions(3, "data", unused)).toEqual([-0.5, 0.5, 1.5]);
  });
});

describe("what stands on a grid", () => {
  it("dimensions come by KL, or by the spread of their codes where that is not known", () => {
    const kl = [0.1, 2, 0.5].map((value) => dimension({ kl: value }));
    expect(byImportance(kl)).toEqual([1, 2, 0]);
    const spread = [1, 3, 2].map((high) => dimension({ kl: null, quantiles: [0, 0, 0, 0, high] }));
    expect(byImportance(spread)).toEqual([1, 2, 0]);
  });

  it("pictures are one to one while a canvas can hold them, and smaller beyond", () => {
    expect(sheetOf([28, 20, 1], 8, 4)).toMatchObject({
      width: 176,
      height: 120,
      cellWidth: 20,
      cellHeight: 28,
    });
    const large = sheetOf([512, 512, 3], 20, 20);
    expect(large.width).toBeLessThanOrEqual(3072);
    expect(large.width).toBeGreaterThan(3000);
    expect(large.cellWidth).toBeLessThan(512);
    expect(large.cellHeight).toBe(large.cellWidth);
  });
});
