import { describe, expect, it } from "vitest";
import { pathBetween } from "../../packages/infer/src/moves.ts";
import { interpolate } from "../../packages/latent/src/move/interpolate.ts";
import { Random } from "../../packages/latent/src/random.ts";
import "../support/matchers.js";

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

  it("goes by slerp from a length to another evenly, at an even turn", () => {
    // Lengths 1 and 3 and 170 degrees between them: at a quarter 1.5 and 42.5 degrees, half way 2 and 85, at three quarters 2.5 and 127.5.
    const turned = (length: number, degrees: number) =>
      Float32Array.of(
        length * Math.cos((degrees * Math.PI) / 180),
        0,
        length * Math.sin((degrees * Math.PI) / 180),
      );
    const { data } = interpolate(turned(1, 0), turned(3, 170), { steps: 5, path: "slerp" });
    const known = [
      [1, 0, 0],
      [1.105916, 0, 1.013385],
      [0.174311, 0, 1.992389],
      [-1.521904, 0, 1.983383],
      [-2.954423, 0, 0.520945],
    ];
    expect(data).toBeAllClose(known.flat(), { atol: 2e-6 });
    expect(data.subarray(0, 3)).toEqual(turned(1, 0));
    expect(data.subarray(12)).toEqual(turned(3, 170));
  });

  it("is by slerp never farther out, or nearer to the origin, than both ends are", () => {
    const stream = new Random(5);
    for (let round = 0; round < 50; round++) {
      const [from, to] = [1, 1 + (round % 7)].map((times) =>
        Float32Array.from({ length: 2 + (round % 5) }, () => times * (stream.uniform() - 0.5)),
      );
      const ends = [Math.hypot(...from!), Math.hypot(...to!)];
      const { data, shape } = interpolate(from!, to!, { path: "slerp" });
      const [steps, latent] = shape as [number, number];
      for (let step = 0; step < steps; step++) {
        const length = Math.hypot(...data.subarray(step * latent, (step + 1) * latent));
        expect(length).toBeGreaterThanOrEqual(Math.min(...ends) * (1 - 1e-6));
        expect(length).toBeLessThanOrEqual(Math.max(...ends) * (1 + 1e-6));
      }
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
    expect(() => interpolate(a, b, { at: [0.5], steps: 3 })).toThrow(/give steps or at, not both/);
    expect(() => interpolate([1, 2] as never, b)).toThrow(/a must be a Float32Array, got Array/);
  });
});
