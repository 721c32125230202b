import { describe, expect, it } from "vitest";
import { areaUnderCurve } from "../../packages/latent/src/move/area-under-curve.ts";
import { attributeDirection } from "../../packages/latent/src/move/attribute-direction.ts";
import { type Rows, rowsOf } from "../../packages/latent/src/rows.ts";
import oracle from "./oracles/move.json" with { type: "json" };

const { attributes, areas } = oracle;
const points: Rows = { data: Float32Array.from(attributes.points.data), shape: attributes.points.shape };

describe("attributeDirection", () => {
  it.each(attributes.logistic)(
    "is scikit-learn's logistic regression with C = 1 / $regularization",
    (fit) => {
      const { regularization, direction, bias, accuracy, auc } = fit;
      const found = attributeDirection(points, attributes.target, { method: "logistic", regularization });
      expect(found.direction).toBeAllClose(direction, { atol: 2e-7 });
      expect(found.bias).toBeCloseTo(bias, 5);
      expect(found.accuracy).toBe(accuracy);
      expect(found.auc).toBeCloseTo(auc, 12);
    },
  );

  it("is the difference of the class means, with their distance", () => {
    const found = attributeDirection(points, attributes.target);
    const { direction, scale, auc } = attributes.meanDifference;
    expect(found.direction).toBeAllClose(direction, { atol: 1e-7 });
    expect(found.scale).toBeCloseTo(scale, 4);
    expect(found.auc).toBeCloseTo(auc, 12);
    expect(Math.hypot(...found.direction)).toBeCloseTo(1, 6);
  });

  it("has its boundary in the middle of the means, in units of z", () => {
    const found = attributeDirection(rowsOf(Float32Array.of(1, 0, 3, 0, 9, 0, 11, 0), 2), [
      false,
      false,
      true,
      true,
    ]);
    expect(found).toEqual({ direction: Float32Array.of(1, 0), bias: -6, accuracy: 1, auc: 1, scale: 8 });
  });

  it("takes booleans and numbers, and finds an end for classes that a line tells apart", () => {
    const bits = Array.from(attributes.target, Boolean);
    expect(attributeDirection(points, bits)).toEqual(attributeDirection(points, attributes.target));
    const x = Float32Array.from({ length: 40 }, (_, i) => (i < 20 ? -1 : 1) + (i % 20) * 0.01);
    const target = Array.from(x, (value) => value > 0.5);
    const sure = attributeDirection(rowsOf(x, 1), target, { method: "logistic", regularization: 1e-6 });
    expect(sure).toMatchObject({ direction: Float32Array.of(1), accuracy: 1, auc: 1 });
  });

  it.each(["meanDifference", "logistic"] as const)("leaves constant columns alone (%s)", (method) => {
    const data = Float32Array.from({ length: 60 }, (_, i) => (i % 2 === 0 ? 1e6 + 0.3 : Math.sin(i)));
    const target = Array.from({ length: 30 }, (_, i) => Math.sin(2 * i + 1) > 0.2);
    const { direction } = attributeDirection(rowsOf(data, 2), target, { method });
    expect(Array.from(direction)).toEqual([0, 1]);
  });

  it("says what is wrong with what it is given", () => {
    const four = rowsOf(new Float32Array(4), 1);
    expect(() => attributeDirection(four, [1, 1, 1, 1])).toThrow(/all 4 rows have the attribute/);
    expect(() => attributeDirection(four, [0, 0, 0, 0])).toThrow(/all 4 rows lack the attribute/);
    expect(() => attributeDirection(four, [0, 1])).toThrow(/2 targets for 4 rows/);
    expect(() => attributeDirection(four, [0, 1, 2, 1])).toThrow(/target 2 is 2; .*threshold/);
    expect(() => attributeDirection(four, [0, 1, Number.NaN, 1])).toThrow(/target 2 is NaN/);
    for (const method of ["meanDifference", "logistic"] as const) {
      expect(() => attributeDirection(four, [0, 1, 0, 1], { method })).toThrow(/same mean code/);
    }
    expect(() => attributeDirection(four, [0, 1, 0, 1], { regularization: 0 })).toThrow(
      /regularization must be/,
    );
  });
});

describe("areaUnderCurve", () => {
  it("is scikit-learn's, with ties", () => {
    const found = areaUnderCurve(Float64Array.from(areas.scores), Uint8Array.from(areas.truth));
    expect(found).toBeCloseTo(areas.auc, 12);
  });

  it("is one half where all scores are equal", () => {
    expect(
      areaUnderCurve(
        new Float64Array(10),
        Uint8Array.from({ length: 10 }, (_, i) => i % 2),
      ),
    ).toBe(0.5);
  });
});
