import { describe, expect, it } from "vitest";
import { pathBetween } from "../../packages/infer/src/moves.ts";
import { interpolate } from "../../packages/latent/src/move/interpolate.ts";

const a = Float32Array.of(1, 0, 0.5);
const b = Float32Array.of(-0.3, 2, 1);

describe("interpolate", () => {
  it.each(["linear", "slerp"] as const)("takes the same %s path as Vae.interpolate", (path) => {
    const found = interpolate(a, b, { steps: 7, path });
    expect(found.shape).toEqual([7, 3]);
    expect(found.data).toEqual(pathBetween(a, b, 7, path).data);
  });

  it.each(["linear", "slerp"] as const)("has any place on the %s path", (path) => {
    const { data } = interpolate(a, b, { steps: 7, path });
    const some = interpolate(a, b, { path, at: [5 / 6, 0, 0.5] });
    expect(some.shape).toEqual([3, 3]);
    expect(some.data).toEqual(
      Float32Array.of(...[5, 0, 3].flatMap((i) => [...data.subarray(3 * i, 3 * i + 3)])),
    );
  });

  it("begins and ends at its ends, and keeps to the circle by slerp", () => {
    const { data } = interpolate(Float32Array.of(2, 0), Float32Array.of(0, 2), { steps: 5, path: "slerp" });
    for (let i = 0; i < 5; i++) {
      const angle = (i * Math.PI) / 8;
      expect(data.subarray(2 * i, 2 * i + 2)).toBeAllClose([2 * Math.cos(angle), 2 * Math.sin(angle)], {
        atol: 1e-6,
      });
    }
  });

  it.each([
    ["equal", a, a],
    ["opposite", Float32Array.of(1, 1), Float32Array.of(-1, -1)],
    ["at the origin", new Float32Array(2), new Float32Array(2)],
  ])("has the line for ends that are %s and make no arc", (_, from, to) => {
    const arc = interpolate(from, to, { steps: 4, path: "slerp" });
    expect(arc.data).toEqual(interpolate(from, to, { steps: 4 }).data);
    expect(arc.data.every(Number.isFinite)).toBe(true);
  });

  it("says what is wrong with what it is given", () => {
    expect(() => interpolate(a, b, { steps: 1 })).toThrow(/steps must be an integer from 2/);
    expect(() => interpolate(a, b.subarray(1))).toThrow(/b must have 3 numbers, .* got 2/);
    expect(() => interpolate(a, Float32Array.of(1, Number.NaN, 2))).toThrow(/b\[1\] is NaN/);
    expect(() => interpolate(a, b, { path: "curved" as never })).toThrow(/path must be one of linear, slerp/);
    expect(() => interpolate(a, b, { at: [0, 1.5] })).toThrow(/at must be an array of numbers from 0 to 1/);
    expect(() => interpolate([1, 2] as never, b)).toThrow(/a must be a Float32Array, got Array/);
  });
});
