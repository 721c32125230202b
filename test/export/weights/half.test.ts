import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fromHalf, fromHalves, toHalf, toHalves } from "../../../packages/export/src/weights/half.js";
import { findPython } from "../../../tools/python.mjs";
import { temporaryDirectory } from "../../support/data.ts";

const python = findPython({ needs: ["numpy"] });
const missing = python ? "" : " (skipped: no Python with numpy; node tools/python.mjs installs it)";
const isNaNHalf = (bits: number) => (bits & 0x7c00) === 0x7c00 && (bits & 0x3ff) !== 0;

/** Every float32 bit pattern's neighbourhood of a half: it, those beside it, and the ties between two halves. */
function hardFloats(): Float32Array {
  const floats: number[] = [];
  const around = new Float32Array(1);
  const bits = new Uint32Array(around.buffer);
  for (let half = 0; half <= 0x7c00; half++) {
    const value = half === 0x7c00 ? 65536 : fromHalf(half);
    const next = half >= 0x7bff ? 65536 : fromHalf(half + 1);
    for (const center of [value, (value + next) / 2]) {
      around[0] = center;
      const middle = bits[0]!;
      for (const step of [-1, 0, 1]) {
        bits[0] = Math.max(0, middle + step);
        floats.push(around[0]!, -around[0]!);
      }
    }
  }
  return Float32Array.from([...floats, 3.4e38, 1e-45, Infinity, -Infinity, Number.NaN]);
}

describe("half precision", () => {
  it("all 65,536 halves are what they were after float32 and back", () => {
    const wrong = [];
    for (let half = 0; half < 2 ** 16; half++) {
      const back = toHalf(fromHalf(half));
      if (isNaNHalf(half) ? !isNaNHalf(back) : back !== half) wrong.push([half, back]);
    }
    expect(wrong).toEqual([]);
  });

  it.each([
    [1, 0x3c00],
    [-2, 0xc000],
    [-0, 0x8000],
    [65504, 0x7bff],
    // The tie between 65504 and what would be 65536 goes to the even one, infinity.
    [65519.996, 0x7bff],
    [65520, 0x7c00],
    [2 ** -14, 0x0400],
    [2 ** -24, 0x0001],
    // The tie between 0 and the smallest denormal is 0; anything above is not.
    [2 ** -25, 0x0000],
    [2 ** -25 * (1 + 2 ** -23), 0x0001],
    [3 * 2 ** -25, 0x0002],
    [1 + 2 ** -11, 0x3c00],
    [1 + 3 * 2 ** -11, 0x3c02],
    [Infinity, 0x7c00],
    [-Infinity, 0xfc00],
  ])("%f is 0x%s", (value, half) => {
    expect(toHalf(value)).toBe(half);
  });

  it("gives the nearest half, and of two the even one", () => {
    const property = fc.property(fc.float({ min: -65504, max: 65504, noNaN: true }), (value) => {
      const half = toHalf(value);
      const distance = Math.abs(value - fromHalf(half));
      for (const other of [half - 1, half + 1].filter((bits) => (bits & 0x7fff) <= 0x7bff && bits >= 0)) {
        const theirs = Math.abs(value - fromHalf(other));
        expect(theirs).toBeGreaterThanOrEqual(distance);
        if (theirs === distance) expect(half & 1).toBe(0);
      }
    });
    fc.assert(property, { numRuns: 5000, seed: 1 });
  });

  it(`is what numpy makes of it${missing}`, { skip: !python }, () => {
    const folder = temporaryDirectory();
    const floats = hardFloats();
    writeFileSync(join(folder, "floats"), floats);
    writeFileSync(
      join(folder, "halves"),
      Uint16Array.from({ length: 2 ** 16 }, (_, i) => i),
    );
    const script = `
import numpy as np
with np.errstate(over="ignore"):
    np.fromfile("floats", np.float32).astype(np.float16).tofile("to")
np.fromfile("halves", np.float16).astype(np.float32).tofile("from")`;
    execFileSync(python!, ["-c", script], { cwd: folder });
    const read = (name: string) => new Uint8Array(readFileSync(join(folder, name))).buffer;
    const theirs = new Uint16Array(read("to"));
    const wrong = [...toHalves(floats)].flatMap((half, i) =>
      half === theirs[i] || (isNaNHalf(half) && isNaNHalf(theirs[i]!)) ? [] : [[floats[i], half, theirs[i]]],
    );
    expect(wrong).toEqual([]);
    const halves = Uint16Array.from({ length: 2 ** 16 }, (_, i) => i);
    expect(fromHalves(halves)).toEqual(new Float32Array(read("from")));
  });
});
