import { describe, expect, it } from "vitest";
import {
  decodeNumbers,
  decodeRows,
  encodeNumbers,
  encodeRows,
} from "../../packages/explorer/src/page/core/link-text.ts";

describe("what a link's text says", () => {
  it("is numbers to the last bit", () => {
    const values = Float32Array.of(0.1, -0, 1e-42, 3.4e38, Math.fround(Math.PI));
    const text = encodeNumbers(values);
    expect(text).toMatch(/^[\w-]+$/);
    const back = decodeNumbers(text, 5)!;
    expect([...back].map((value, i) => Object.is(value, values[i]))).toEqual([true, true, true, true, true]);
  });

  it.each([
    "",
    "!",
    "AAAA",
    encodeNumbers(Float32Array.of(1, 2)),
    encodeNumbers(Float32Array.of(1, Number.NaN, 3)),
    "%00",
  ])("is not three numbers: %j", (text) => expect(decodeNumbers(text, 3)).toBeNull());

  it("is rows, many of them in few letters", () => {
    const rows = Array.from({ length: 2500 }, (_, i) => 2 * i + (i % 3 === 0 ? 1 : 0));
    const text = encodeRows(rows);
    expect(text.length).toBeLessThan(900);
    expect(decodeRows(text, 5000)).toEqual(rows);
    expect(decodeRows(text, 100)).toEqual(rows.filter((row) => row < 100));
    expect(decodeRows(encodeRows([]), 10)).toEqual([]);
    expect(decodeRows("*", 10)).toEqual([]);
  });
});
