import { describe, expect, it } from "vitest";
import { membershipsTask } from "../../packages/latent/src/project/umap/memberships.js";
import { Random } from "../../packages/latent/src/random.js";
import { finishTask } from "../../packages/latent/src/task.js";
import "../support/matchers.js";

const rows = 50;
const count = 14;

function distances(scale: number): Float32Array {
  const random = new Random(1);
  const distance = new Float32Array(rows * count);
  for (let row = 0; row < rows; row++) {
    const sorted = Array.from({ length: count }, () => 1 + random.uniform()).sort((a, b) => a - b);
    distance.set(
      sorted.map((value) => scale * value),
      row * count,
    );
  }
  return distance;
}

const memberships = (scale: number, kind: "self" | "other") =>
  finishTask(membershipsTask({ distance: distances(scale), rows, stride: count, count }, kind));

describe("memberships", () => {
  it.each([70, 20, -20, -100])("do not depend on the unit of distances: 2^%i", (exponent) => {
    for (const kind of ["self", "other"] as const) {
      const expected = memberships(1, kind);
      expect(memberships(2 ** exponent, kind)).toBeAllClose(expected, { rtol: 0, atol: 2e-5 });
    }
  });

  it("add up to log2 of the neighbours, the row itself among them, in any unit", () => {
    for (const exponent of [100, 17, 10, 0, -10, -17, -110]) {
      const found = memberships(2 ** exponent, "self");
      for (let row = 0; row < rows; row++) {
        const sum = found.subarray(row * count, (row + 1) * count).reduce((total, value) => total + value, 0);
        expect(Math.abs(sum - Math.log2(count + 1))).toBeLessThan(1e-5);
      }
    }
  });
});
