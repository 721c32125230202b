import { paintOf } from "@vaekit/latent/map";
import { describe, expect, it } from "vitest";

describe("the paint of a map", () => {
  const names = ["a", "b"];

  it("gives rows without a class a grey group of their own", () => {
    const values = Int32Array.from([1, -1, 0, 1]);
    const paint = paintOf({ name: "label", kind: "categorical", names, values }, 4);
    expect([...paint.index]).toEqual([1, 2, 0, 1]);
    expect(paint.grey).toBe(2);
    expect(paint.groups).toEqual([
      { name: "a", rows: 1 },
      { name: "b", rows: 2 },
      { name: "none", rows: 1 },
    ]);
    expect(paint.textOf(1)).toBe("none");
  });

  it("lets the smallest of many classes share a group", () => {
    const many = Array.from({ length: 30 }, (_, i) => `${i}`);
    const values = Int32Array.from({ length: 60 }, (_, i) => (i < 30 ? i : 29));
    const paint = paintOf({ name: "label", kind: "categorical", names: many, values }, 60);
    expect(paint.groups).toHaveLength(20);
    expect(paint.groups!.at(-1)).toEqual({ name: "other (11)", rows: 11 });
    expect(paint.groups!.at(-2)).toEqual({ name: "29", rows: 31 });
    expect(paint.index[29]).toBe(18);
    expect(paint.index[25]).toBe(19);
  });

  it("spreads numbers over its colours, and keeps missing ones apart", () => {
    const values = Float32Array.from([2, Number.NaN, 4, 3]);
    const paint = paintOf({ name: "age", kind: "continuous", values }, 4);
    expect([...paint.index]).toEqual([0, 64, 63, 32]);
    expect(paint.range).toEqual([2, 4]);
    expect(paint.missing).toBe(1);
    expect(paint.textOf(1)).toBe("missing");
  });

  it("paints rows without a colouring alike", () => {
    expect([...paintOf(undefined, 3).index]).toEqual([0, 0, 0]);
  });
});
