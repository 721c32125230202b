import { threefry2x32 } from "@vaekit/infer";
import { describe, expect, it } from "vitest";

const hex = (words: Uint32Array) => Array.from(words, (word) => word.toString(16).padStart(8, "0"));

function encrypt(key: [number, number], counter: [number, number]): string[] {
  const out = new Uint32Array(2);
  threefry2x32(key[0], key[1], counter[0], counter[1], out);
  return hex(out);
}

describe("threefry2x32", () => {
  // Random123's tests/kat_vectors, "threefry2x32 20".
  it.each([
    { key: [0, 0], counter: [0, 0], words: ["6b200159", "99ba4efe"] },
    { key: [0xffffffff, 0xffffffff], counter: [0xffffffff, 0xffffffff], words: ["1cb996fc", "bb002be7"] },
    { key: [0x13198a2e, 0x03707344], counter: [0x243f6a88, 0x85a308d3], words: ["c4923a9c", "483df7a0"] },
  ] as const)("gives Random123's known answer $words", ({ key, counter, words }) => {
    expect(encrypt([...key], [...counter])).toEqual(words);
  });

  it("takes words as signed or unsigned numbers alike", () => {
    expect(encrypt([-1, -1], [-1, -1])).toEqual(encrypt([0xffffffff, 0xffffffff], [0xffffffff, 0xffffffff]));
  });

  it("writes its two words at the place that it is given and nowhere else", () => {
    const out = new Uint32Array(4).fill(7);
    threefry2x32(0, 0, 0, 0, out, 1);
    expect(hex(out)).toEqual(["00000007", "6b200159", "99ba4efe", "00000007"]);
  });

  it("changes about half of its output bits for each input bit", () => {
    const words = (input: readonly number[]) => {
      const out = new Uint32Array(2);
      threefry2x32(input[0]!, input[1]!, input[2]!, input[3]!, out);
      return out;
    };
    const base = [1, 2, 3, 4];
    const before = words(base);
    for (let bit = 0; bit < 128; bit++) {
      const after = words(base.map((word, i) => (i === bit >> 5 ? word ^ (1 << (bit & 31)) : word)));
      const changed =
        ((before[0]! ^ after[0]!) >>> 0).toString(2) + ((before[1]! ^ after[1]!) >>> 0).toString(2);
      const ones = changed.replaceAll("0", "").length;
      // 64 fair bits: 32 +- 4; five deviations around it.
      expect(Math.abs(ones - 32), `input bit ${bit}`).toBeLessThanOrEqual(20);
    }
  });
});
