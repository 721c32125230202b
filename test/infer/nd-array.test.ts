import { concatRows, NdArray, ShapeError, sizeOf } from "@vaekit/infer";
import { describe, expect, it } from "vitest";

const numbers = (count: number) => Float32Array.from({ length: count }, (_, i) => i);

describe("NdArray", () => {
  it("refuses data that do not fill its shape, and says both sizes", () => {
    expect(() => new NdArray(numbers(5), [2, 3])).toThrow(ShapeError);
    expect(() => new NdArray(numbers(5), [2, 3])).toThrow(
      "5 elements do not fill the shape [2,3], which has 6",
    );
  });

  it("takes an empty shape as one element and a zero axis as none", () => {
    expect(new NdArray(numbers(1), []).length).toBe(1);
    expect(new NdArray(numbers(0), [0, 4]).length).toBe(0);
    expect(sizeOf([])).toBe(1);
  });

  it("row keeps the batch axis and shares memory", () => {
    const array = new NdArray(numbers(12), [3, 2, 2]);
    const row = array.row(1);
    expect(row.shape).toEqual([1, 2, 2]);
    expect([...row.data]).toEqual([4, 5, 6, 7]);
    row.data[0] = 99;
    expect(array.data[4]).toBe(99);
  });

  it("rows takes a range, an empty one too", () => {
    const array = new NdArray(numbers(8), [4, 2]);
    expect([...array.rows(1, 3).data]).toEqual([2, 3, 4, 5]);
    expect(array.rows(4, 4).shape).toEqual([0, 2]);
  });

  it.each([
    [-1, 1],
    [0, 5],
    [3, 2],
    [Number.NaN, 1],
  ])("refuses rows %d to %d of four", (start, end) => {
    const array = new NdArray(numbers(8), [4, 2]);
    expect(() => array.rows(start, end)).toThrow(ShapeError);
    expect(() => array.rows(start, end)).toThrow(`rows ${start} to ${end} are not within the 4 there are`);
  });

  it("refuses a row that is no whole number", () => {
    expect(() => new NdArray(numbers(8), [4, 2]).row(0.5)).toThrow(ShapeError);
  });

  it("concatRows joins along the first axis and keeps the element type", () => {
    const joined = concatRows([
      new NdArray(Int32Array.of(1, 2), [1, 2]),
      new NdArray(Int32Array.of(3, 4, 5, 6), [2, 2]),
    ]);
    expect(joined.shape).toEqual([3, 2]);
    expect(joined.data).toEqual(Int32Array.of(1, 2, 3, 4, 5, 6));
  });
});

it("is its shape and plain numbers in JSON, int64 too", () => {
  const rows = new NdArray(Float32Array.of(1, 2, 3, 4, 5, 6), [3, 2]);
  expect(JSON.parse(JSON.stringify({ rows }))).toEqual({ rows: { shape: [3, 2], data: [1, 2, 3, 4, 5, 6] } });
  expect(JSON.stringify(new NdArray(BigInt64Array.of(7n), [1]))).toBe('{"shape":[1],"data":[7]}');
});
