import { describe, expect, it } from "vitest";
import type { MixtureModel } from "../../packages/latent/src/cluster/mixture/check-model.ts";
import { sampleMixture, samplePrior, sampleTruncated } from "../../packages/latent/src/move/samplers.ts";
import oracle from "./oracles/move.json" with { type: "json" };

const count = 40_000;

function moments(data: Float32Array, latent: number) {
  const rows = data.length / latent;
  const mean = Array.from({ length: latent }, (_, j) => {
    let sum = 0;
    for (let i = j; i < data.length; i += latent) sum += data[i]!;
    return sum / rows;
  });
  const covariance = mean.map((a, j) =>
    mean.map((b, k) => {
      let sum = 0;
      for (let i = 0; i < rows; i++) sum += (data[i * latent + j]! - a) * (data[i * latent + k]! - b);
      return sum / rows;
    }),
  );
  return { mean, covariance };
}

describe("samplePrior", () => {
  it("is standard normal, without correlation, and the same for the same seed", () => {
    const { data, shape } = samplePrior(count, 3, { seed: 5 });
    expect(shape).toEqual([count, 3]);
    const { mean, covariance } = moments(data, 3);
    expect(mean).toBeAllClose([0, 0, 0], { atol: 0.025 });
    expect(covariance.flat()).toBeAllClose([1, 0, 0, 0, 1, 0, 0, 0, 1], { atol: 0.035 });
    expect(samplePrior(10, 3, { seed: 5 }).data).toEqual(data.slice(0, 30));
    expect(samplePrior(10, 3).data).not.toEqual(data.slice(0, 30));
  });

  it("says what is wrong with what it is given", () => {
    expect(() => samplePrior(0, 3)).toThrow(/count must be an integer of at least 1, got 0/);
    expect(() => samplePrior(3, 1.5)).toThrow(/latent must be an integer/);
    expect(() => samplePrior(3, 1, { seed: -1 })).toThrow(/seed must be an integer/);
  });
});

describe("sampleTruncated", () => {
  it.each(oracle.truncated)(
    "has scipy's moments of the cut normal within +-$bound",
    ({ bound, variance, fourth }) => {
      const { data } = sampleTruncated(count, 2, { bound, seed: 1 });
      let [sum, squares, fourths, furthest] = [0, 0, 0, 0];
      for (const x of data) {
        sum += x / data.length;
        squares += x ** 2 / data.length;
        fourths += x ** 4 / data.length;
        furthest = Math.max(furthest, Math.abs(x));
      }
      expect(furthest).toBeLessThanOrEqual(Math.fround(bound));
      expect(furthest).toBeGreaterThan(0.9 * bound);
      expect(Math.abs(sum)).toBeLessThan(0.015 * bound);
      expect(Math.abs(squares / variance - 1)).toBeLessThan(0.02);
      expect(Math.abs(fourths / fourth - 1)).toBeLessThan(0.04);
    },
  );

  it("refuses bounds that leave nothing", () => {
    expect(() => sampleTruncated(3, 2, { bound: 0 })).toThrow(/bound must be a number/);
    expect(() => sampleTruncated(3, 2, { bound: Number.NaN })).toThrow(/bound must be a number/);
  });
});

describe("sampleMixture", () => {
  const means = Float64Array.of(-5, 0, 5, 1);
  const weights = [0.25, 0.75];
  const common = { components: 2, latent: 2, weights, means };
  const models: Record<MixtureModel["covariance"], { covariances: number[]; ofEach: number[][] }> = {
    full: {
      covariances: [1, 0.5, 0.5, 2, 0.5, -0.2, -0.2, 0.3],
      ofEach: [
        [1, 0.5, 0.5, 2],
        [0.5, -0.2, -0.2, 0.3],
      ],
    },
    tied: {
      covariances: [1, 0.5, 0.5, 2],
      ofEach: [
        [1, 0.5, 0.5, 2],
        [1, 0.5, 0.5, 2],
      ],
    },
    diagonal: {
      covariances: [1, 2, 0.5, 0],
      ofEach: [
        [1, 0, 0, 2],
        [0.5, 0, 0, 0],
      ],
    },
    spherical: {
      covariances: [1, 0.25],
      ofEach: [
        [1, 0, 0, 1],
        [0.25, 0, 0, 0.25],
      ],
    },
  };

  it.each(Object.entries(models))("has the weights, means and covariances of a %s mixture", (name, model) => {
    const covariance = name as MixtureModel["covariance"];
    const parameters = { ...common, covariance, covariances: Float64Array.from(model.covariances) };
    const { data, shape } = sampleMixture(parameters, count, { seed: 3 });
    expect(shape).toEqual([count, 2]);
    for (const component of [0, 1]) {
      const own: number[] = [];
      for (let i = 0; i < data.length; i += 2) {
        if (data[i]! > 0 === (component === 1)) own.push(data[i]!, data[i + 1]!);
      }
      expect(own.length / data.length).toBeCloseTo(weights[component]!, 1.8);
      const found = moments(Float32Array.from(own), 2);
      expect(found.mean).toBeAllClose(means.subarray(2 * component, 2 * component + 2), { atol: 0.06 });
      expect(found.covariance.flat()).toBeAllClose(model.ofEach[component]!, { atol: 0.08 });
    }
  });

  it("says what is wrong with what it is given", () => {
    const full = { ...common, covariance: "full" as const };
    expect(() => sampleMixture({ ...full, covariances: new Float64Array(4) }, 5)).toThrow(
      /8 in covariances; got 2, 4 and 4/,
    );
    expect(() => sampleMixture({ ...full, covariances: Float64Array.of(1, 2, 2, 1, 1, 0, 0, 1) }, 5)).toThrow(
      /not positive definite/,
    );
    expect(() =>
      sampleMixture({ ...full, covariance: "round" as never, covariances: new Float64Array(8) }, 5),
    ).toThrow(/model.covariance must be one of/);
    expect(() => sampleMixture(undefined as never, 5)).toThrow(/model.covariance must be one of/);
  });
});
