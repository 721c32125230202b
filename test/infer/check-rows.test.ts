import { NdArray, ShapeError, type TypedArray } from "@vaekit/infer";
import { describe, expect, it } from "vitest";
import { checkRows, type RowSpec } from "../../packages/infer/src/check.ts";

const cure = "Give pixels 0 to 255 in a Uint8Array.";
const pixels: RowSpec = { shape: [2, 3, 1], dtype: "uint8", axes: "height, width, channels", cure };
const codes: RowSpec = { shape: [4], dtype: "float32", axes: "latent" };

const floats = (count: number) => new Float32Array(count);
const bytes = (count: number) => new Uint8Array(count);

function messageOf(rows: unknown, spec: RowSpec): string {
  try {
    checkRows("encode: x", rows as TypedArray, spec);
  } catch (error) {
    expect(error).toBeInstanceOf(ShapeError);
    return (error as ShapeError).message;
  }
  throw new Error("nothing was thrown");
}

describe("checkRows", () => {
  it("takes whole rows, bare or with a shape, and does not copy", () => {
    const bare = bytes(12);
    const checked = checkRows("encode: x", bare, pixels);
    expect(checked.shape).toEqual([2, 2, 3, 1]);
    expect(checked.data).toBe(bare);
    const shaped = new NdArray(floats(8), [2, 4]);
    expect(checkRows("decode: z", shaped, codes)).toBe(shaped);
  });

  it("takes a Buffer, which is a Uint8Array", () => {
    expect(checkRows("encode: x", Buffer.alloc(6), pixels).length).toBe(1);
  });

  const expectedPixels = "encode: x: expected [batch, height, width, channels] = [batch, 2, 3, 1] uint8";
  const expectedCodes = "encode: x: expected [batch, latent] = [batch, 4] float32";
  it.each([
    ["dtype", floats(6), pixels, `${expectedPixels}, got a Float32Array. ${cure}`],
    [
      "dtype in an NdArray",
      new NdArray(floats(6), [1, 2, 3, 1]),
      pixels,
      `${expectedPixels}, got a Float32Array. Give pixels`,
    ],
    [
      "dtype of codes",
      new Float64Array(4),
      codes,
      `${expectedCodes}, got a Float64Array. Give a Float32Array.`,
    ],
    ["a plain list", [1, 2, 3, 4], codes, `${expectedCodes}, got an Array. Give a Float32Array.`],
    ["nothing", undefined, codes, `${expectedCodes}, got undefined. Give a Float32Array.`],
    ["null", null, codes, `${expectedCodes}, got null. Give a Float32Array.`],
    ["length", bytes(7), pixels, `${expectedPixels}, got 7 elements, no whole number of rows of 6.`],
    ["an empty array", bytes(0), pixels, `${expectedPixels}, got no rows at all.`],
    ["no rows", new NdArray(bytes(0), [0, 2, 3, 1]), pixels, `${expectedPixels}, got no rows at all.`],
    ["shape", new NdArray(bytes(6), [1, 3, 2, 1]), pixels, `${expectedPixels}, got [1,3,2,1].`],
    [
      "rank",
      new NdArray(bytes(6), [2, 3, 1]),
      pixels,
      `${expectedPixels}, got [2,3,1]. A single example needs a batch axis of 1 in front.`,
    ],
    ["a flat batch", new NdArray(bytes(6), [1, 6]), pixels, `${expectedPixels}, got [1,6].`],
  ])("refuses a wrong %s and says what was expected, what came and what to do", (_, rows, spec, message) => {
    expect(messageOf(rows, spec)).toContain(message);
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])(
    "refuses %d and says where it is",
    (value) => {
      const rows = floats(12);
      rows[9] = value;
      expect(messageOf(rows, codes)).toBe(
        `encode: x: row 2 holds ${value} at element 1; only finite numbers can be used.`,
      );
    },
  );
});
