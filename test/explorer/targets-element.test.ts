import { describe, expect, it } from "vitest";
import { labelOf, namesOf, numbersOf, sliderRanges } from "../../packages/explorer/src/element/numbers.ts";
import { conditionRow } from "../../packages/explorer/src/element/told.ts";

describe("what stands in the attributes of <vae-decoder>", () => {
  it("is as many numbers as there should be, or nothing", () => {
    expect(numbersOf(" 0.5, -1,2e-3 ", 3)).toEqual(Float32Array.of(0.5, -1, 2e-3));
    for (const text of ["", "1,2", "1,2,3,4", "1,,3", "1,x,3", "1,Infinity,3"])
      expect(numbersOf(text, 3), text).toBeNull();
    expect(numbersOf("", 1)).toBeNull();
  });

  it("is a label by number or name, a name first", () => {
    expect(namesOf("shirt, shoe ,bag")).toEqual(["shirt", "shoe", "bag"]);
    expect([namesOf(null), namesOf(" ")]).toEqual([null, null]);
    expect(labelOf("shoe", 3, ["shirt", "shoe", "bag"])).toBe(1);
    expect(labelOf("2", 3, null)).toBe(2);
    expect(labelOf("2", 3, ["2", "1", "0"])).toBe(0);
    for (const text of ["3", "-1", "1.5", "", "hat"]) expect(labelOf(text, 3, null), text).toBeNull();
    expect(labelOf("bag", 2, ["shirt", "shoe", "bag"])).toBeNull();
  });
});

describe("the row that a model is told", () => {
  const labels = { condition: { kind: "labels" as const, classes: 3 } };
  const columns = {
    condition: { kind: "columns" as const, names: ["age", "size"], mean: [40, 2], std: [10, 1] },
  };
  const nothing = { label: null, c: null, classes: null };

  it("is the first label, or the mean of the columns, unless something else is said", () => {
    expect(conditionRow(labels, nothing)).toEqual(Float32Array.of(1, 0, 0));
    expect(conditionRow(columns, nothing)).toEqual(Float32Array.of(40, 2));
    expect(conditionRow({ condition: null }, nothing)).toBeNull();
  });

  it("is the label rather than c, where both are said", () => {
    expect(conditionRow(labels, { ...nothing, c: "0.5,0.5,0" })).toEqual(Float32Array.of(0.5, 0.5, 0));
    expect(conditionRow(labels, { ...nothing, c: "0.5,0.5,0", label: "2" })).toEqual(
      Float32Array.of(0, 0, 1),
    );
  });
});

describe("the sliders of <vae-decoder>", () => {
  const statistics = { examples: 9, mean: [0, 1, 2], std: [1, 0.5, 0] };

  it("are the dimensions of largest KL, over the mean +- 3 standard deviations", () => {
    expect(sliderRanges({ latent: 3, latentStatistics: { ...statistics, kl: [0.1, 2, 0.5] } }, 2)).toEqual([
      { dimension: 1, min: -0.5, max: 2.5 },
      // A deviation of nothing would leave no way to go.
      { dimension: 2, min: -1, max: 5 },
    ]);
  });

  it("are the first dimensions over -3 to 3 where nothing is known of them", () => {
    expect(sliderRanges({ latent: 3, latentStatistics: { ...statistics, kl: null } }, 1)[0]!.dimension).toBe(
      0,
    );
    expect(sliderRanges({ latent: 2, latentStatistics: null }, 5)).toEqual([
      { dimension: 0, min: -3, max: 3 },
      { dimension: 1, min: -3, max: 3 },
    ]);
  });
});
