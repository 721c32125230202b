import { describe, expect, it } from "vitest";
import { computeForces, createForces, type Forces } from "../../packages/latent/src/project/tsne/forces.js";
import type { Joint } from "../../packages/latent/src/project/tsne/joint.js";
import { Random } from "../../packages/latent/src/random.js";
import { finishTask } from "../../packages/latent/src/task.js";
import "../support/matchers.js";

/** A few clusters of unlike sizes, as a layout has them: one array per dimension. */
function layout(rows: number, dimensions: number, scale: number): Float64Array[] {
  const random = new Random(dimensions);
  const centers = Array.from({ length: 8 * dimensions }, () => 30 * random.normal());
  const positions = Array.from({ length: dimensions }, () => new Float64Array(rows));
  for (let i = 0; i < rows; i++) {
    for (let d = 0; d < dimensions; d++) {
      positions[d]![i] = scale * (centers[(i % 8) * dimensions + d]! + (1 + (i % 8)) * random.normal());
    }
  }
  return positions;
}

/** Pairs of each row with the next three, all alike. */
function chain(rows: number): Joint {
  const pairs = Array.from({ length: rows }, (_, i) => [i + 1, i + 2, i + 3].filter((j) => j < rows));
  const start = new Int32Array(rows + 1);
  pairs.forEach((others, i) => {
    start[i + 1] = start[i]! + others.length;
  });
  const other = Int32Array.from(pairs.flat());
  return { start, other, probability: new Float64Array(other.length).fill(1 / (2 * other.length)) };
}

/** All pairs one by one: sum_j q w (y_i - y_j), and sum_j p w (y_i - y_j) where there is a p. */
function direct(positions: Float64Array[], joint: Joint): Pick<Forces, "attraction" | "repulsion" | "total"> {
  const rows = positions[0]!.length;
  const freedom = positions.length - 1;
  const attraction = positions.map(() => new Float64Array(rows));
  const repulsion = positions.map(() => new Float64Array(rows));
  const kernel = (i: number, j: number) =>
    1 / (1 + positions.reduce((sum, values) => sum + (values[i]! - values[j]!) ** 2, 0) / freedom);
  let total = 0;
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < rows; j++) {
      if (i === j) continue;
      const w = kernel(i, j);
      const q = w ** ((freedom + 1) / 2);
      total += q;
      positions.forEach((values, d) => {
        repulsion[d]![i]! += q * w * (values[i]! - values[j]!);
      });
    }
    for (let k = joint.start[i]!; k < joint.start[i + 1]!; k++) {
      const j = joint.other[k]!;
      positions.forEach((values, d) => {
        const pull = joint.probability[k]! * kernel(i, j) * (values[i]! - values[j]!);
        attraction[d]![i]! += pull;
        attraction[d]![j]! -= pull;
      });
    }
  }
  return { attraction, repulsion, total };
}

function forcesOf(positions: Float64Array[], joint: Joint, angle: number): Forces {
  const forces = createForces(positions[0]!.length, positions.length);
  finishTask(computeForces(forces, joint, positions, angle, { stage: "layout", done: 0, total: 1 }));
  return forces;
}

function relativeError(actual: Float64Array[], expected: Float64Array[]): number {
  let difference = 0;
  let size = 0;
  actual.forEach((values, d) => {
    values.forEach((value, i) => {
      difference += (value - expected[d]![i]!) ** 2;
      size += expected[d]![i]! ** 2;
    });
  });
  return Math.sqrt(difference / size);
}

const rows = 1500;
const joint = chain(rows);

describe.each([2, 3])("forces in %i dimensions", (dimensions) => {
  // At the start all points lie within 1e-3 of each other, at the end within 100.
  describe.each([1e-5, 1e-2, 1])("of a layout of scale %f", (scale) => {
    const positions = layout(rows, dimensions, scale);
    const expected = direct(positions, joint);

    it("are those of all pairs with an angle of 0", () => {
      const forces = forcesOf(positions, joint, 0);
      expect(Math.abs(forces.total / expected.total - 1)).toBeLessThan(1e-9);
      expect(relativeError(forces.repulsion, expected.repulsion)).toBeLessThan(1e-7);
      expect(relativeError(forces.attraction, expected.attraction)).toBeLessThan(1e-12);
    });

    it("are near them with an angle of 0.5, and nearer with a smaller one", () => {
      const half = forcesOf(positions, joint, 0.5);
      const fifth = forcesOf(positions, joint, 0.2);
      const error = relativeError(half.repulsion, expected.repulsion);
      expect(error).toBeLessThan(0.02);
      expect(relativeError(fifth.repulsion, expected.repulsion)).toBeLessThanOrEqual(error);
      expect(Math.abs(half.total / expected.total - 1)).toBeLessThan(0.01);
    });

    it("count no point as its own neighbour, with the widest angle either", () => {
      const forces = forcesOf(positions, joint, 1);
      expect(relativeError(forces.repulsion, expected.repulsion)).toBeLessThan(0.1);
      expect(Math.abs(forces.total / expected.total - 1)).toBeLessThan(0.05);
    });
  });

  it("of points in two places are those of two masses, and the tree stays small", () => {
    const positions = Array.from({ length: dimensions }, () =>
      Float64Array.from({ length: 6000 }, (_, i) => (i % 3 === 0 ? 1 : 0)),
    );
    const forces = forcesOf(positions, chain(6000), 0.5);
    expect(forces.tree.nodes).toBe(3);
    const freedom = dimensions - 1;
    const w = 1 / (1 + dimensions / freedom);
    const q = w ** ((freedom + 1) / 2);
    for (const values of forces.repulsion) {
      expect(values[0]).toBeCloseTo(4000 * q * w, 6);
      expect(values[1]).toBeCloseTo(-2000 * q * w, 6);
    }
    expect(forces.total).toBeCloseTo(2000 * 1999 + 4000 * 3999 + 2 * 2000 * 4000 * q, 3);
  });

  it("keep the tree's arrays, whatever the order of the points", () => {
    const positions = layout(rows, dimensions, 1);
    const forces = forcesOf(positions, joint, 0.5);
    const before = forces.repulsion.map((values) => values.slice());
    const arrays = [forces.tree.order, forces.tree.size, forces.sources.mass];
    finishTask(computeForces(forces, joint, positions, 0.5, { stage: "layout", done: 0, total: 1 }));
    expect([forces.tree.order, forces.tree.size, forces.sources.mass].every((a, i) => a === arrays[i])).toBe(
      true,
    );
    expect(relativeError(forces.repulsion, before)).toBeLessThan(1e-9);
    expect([...forces.tree.order].sort((a, b) => a - b)).toEqual(Array.from({ length: rows }, (_, i) => i));
  });
});
