import { describe, expect, it } from "vitest";
import { combine, moveAlong } from "../../packages/latent/src/move/arithmetic.ts";

const king = Float32Array.of(1, 2, 3);
const man = Float32Array.of(0.5, 0, 1);

describe("combine", () => {
  it("is the weighted sum", () => {
    const woman = Float32Array.of(0, 4, 0);
    const terms = [
      { code: king, weight: 1 },
      { code: man, weight: -1 },
      { code: woman, weight: 0.5 },
    ];
    expect(combine(terms)).toEqual(Float32Array.of(0.5, 4, 2));
    expect(king).toEqual(Float32Array.of(1, 2, 3));
  });

  it("says what is wrong with what it is given", () => {
    expect(() => combine([])).toThrow(/at least one term/);
    expect(() =>
      combine([
        { code: king, weight: 1 },
        { code: man.subarray(1), weight: 1 },
      ]),
    ).toThrow(/the code of term 1 must have 3 numbers/);
    expect(() => combine([{ code: king, weight: Number.NaN }])).toThrow(/weight of term 0 is NaN/);
    expect(() => combine([{ code: undefined as never, weight: 1 }])).toThrow(/term 0 must be a Float32Array/);
  });
});

describe("moveAlong", () => {
  it("has one row for each step", () => {
    const { data, shape } = moveAlong(king, man, [-2, 0, 2]);
    expect(shape).toEqual([3, 3]);
    expect(Array.from(data)).toEqual([0, 2, 1, 1, 2, 3, 2, 2, 5]);
  });

  it("says what is wrong with what it is given", () => {
    expect(() => moveAlong(king, man, [])).toThrow(/at least one/);
    expect(() => moveAlong(king, man, [Number.POSITIVE_INFINITY])).toThrow(/finite numbers/);
    expect(() => moveAlong(king, new Float32Array(2), [1])).toThrow(/direction must have 3 numbers/);
  });
});
