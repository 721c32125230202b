import { UsageError } from "@vaekit/infer";
import { describe, expect, it } from "vitest";
import { openData } from "../../packages/train/src/data/open.ts";
import { drawShape, shapeNames, shapes } from "../../packages/train/src/data/shapes.ts";

const side = 32;

/** Area in pixels, centre of mass from the left and top, and mean squared distance from it along each axis. */
function moments(picture: Uint8Array, size = side) {
  let [area, x, y] = [0, 0, 0];
  picture.forEach((value, i) => {
    area += value / 255;
    x += ((i % size) + 0.5) * (value / 255);
    y += (Math.floor(i / size) + 0.5) * (value / 255);
  });
  [x, y] = [x / area, y / area];
  let [xx, xy, yy] = [0, 0, 0];
  picture.forEach((value, i) => {
    const [dx, dy] = [(i % size) + 0.5 - x, y - Math.floor(i / size) - 0.5];
    xx += (dx * dx * value) / 255 / area;
    xy += (dx * dy * value) / 255 / area;
    yy += (dy * dy * value) / 255 / area;
  });
  return { area, x, y, xx, xy, yy };
}

function draw(shape: string, { scale = 1, rotation = 0, x = 0.5, y = 0.5, size = side } = {}): Uint8Array {
  const out = new Uint8Array(size * size);
  drawShape({ shape: shapeNames.indexOf(shape), scale, rotation, positionX: x, positionY: y }, size, out);
  return out;
}

describe("one shape", () => {
  // A square of diagonal 2r has 2 r^2, an ellipse of half axes r and r/2 has pi r^2 / 2.
  it.each([
    { shape: "square", area: 2 },
    { shape: "ellipse", area: Math.PI / 2 },
  ])("a $shape has its area at every scale, rotation and place", ({ shape, area }) => {
    for (const scale of [0.5, 0.75, 1]) {
      for (const rotation of [0, 0.4, Math.PI / 4, 1.2]) {
        const found = moments(draw(shape, { scale, rotation, x: scale / 2, y: rotation / 2 }));
        expect(found.area / (area * (0.3 * scale * side) ** 2)).toBeCloseTo(1, 1);
        // The outline is asked at points a quarter of a pixel apart.
        expect(Math.abs(found.x - (0.3 + 0.2 * scale) * side)).toBeLessThan(1 / 8);
        expect(Math.abs(found.y - (0.3 + 0.2 * rotation) * side)).toBeLessThan(1 / 8);
      }
    }
  });

  it("an ellipse lies along its angle, anticlockwise", () => {
    const radius = 0.3 * 128;
    for (const rotation of [0, 0.3, Math.PI / 4, 1.3]) {
      const { xx, xy, yy } = moments(draw("ellipse", { rotation, size: 128 }), 128);
      expect(0.5 * Math.atan2(2 * xy, xx - yy)).toBeCloseTo(rotation, 2);
      // Second moments of an ellipse: a quarter of the squared half axes.
      expect((xx + yy) / ((radius ** 2 * 1.25) / 4)).toBeCloseTo(1, 2);
    }
  });

  it("a square is the same after a quarter turn, a heart upright is the same in a mirror", () => {
    expect(draw("square", { rotation: Math.PI / 2 - 1e-9 })).toEqual(draw("square", { rotation: 1e-9 }));
    const heart = draw("heart");
    const mirrored = heart.map((_, i) => heart[i - (i % side) + side - 1 - (i % side)]!);
    expect(heart).toEqual(mirrored);
    const row = (y: number) => heart.subarray(y * side, (y + 1) * side);
    const wide = (y: number) => row(y).filter((value) => value > 127).length;
    // Wide above, a point below, and a dent in the middle of its upper edge.
    expect(wide(12)).toBeGreaterThan(wide(20));
    const top = heart.findIndex((value) => value > 127);
    expect(top % side).not.toBe(side / 2);
    expect(row(Math.floor(top / side))[side / 2]).toBeLessThan(64);
  });

  it("has soft edges: grey where the outline passes, white within, black outside", () => {
    const picture = draw("square", { rotation: 0.3, scale: 0.8 });
    expect(picture[16 * side + 16]).toBe(255);
    expect(picture[0]).toBe(0);
    expect(new Set(picture).size).toBeGreaterThan(8);
  });
});

describe("shapes", () => {
  it("are drawn by the factors in their columns, and labelled by the shape", () => {
    const data = shapes({ count: 50 });
    const { names, values } = data.columns!;
    expect(names).toEqual(["shape", "scale", "rotation", "position_x", "position_y"]);
    expect(data).toMatchObject({
      name: "shapes",
      count: 50,
      shape: [32, 32, 1],
      range: [0, 255],
      binary: false,
    });
    const again = new Uint8Array(side * side);
    for (let i = 0; i < 50; i++) {
      const [shape, scale, rotation, positionX, positionY] = values.subarray(5 * i, 5 * i + 5);
      expect(data.labels![i]).toBe(shape);
      drawShape(
        { shape: shape!, scale: scale!, rotation: rotation!, positionX: positionX!, positionY: positionY! },
        side,
        again,
      );
      expect(Buffer.compare(again, data.values.subarray(i * side * side, (i + 1) * side * side))).toBe(0);
    }
  });

  it("have independent factors, uniform over their ranges", () => {
    const count = 4000;
    const { columns, labels } = shapes({ count, size: 8 });
    const counts = [0, 0, 0];
    for (const label of labels!) counts[label]!++;
    for (const n of counts) expect(Math.abs(n / count - 1 / 3)).toBeLessThan(0.03);
    const ends = [
      [0.5, 1],
      [0, Math.PI / 2],
      [0, 1],
      [0, 1],
    ];
    const unit = ends.map(([low, high], j) =>
      Float64Array.from(
        { length: count },
        (_, i) => (columns!.values[5 * i + j + 1]! - low!) / (high! - low!),
      ),
    );
    for (const [j, column] of unit.entries()) {
      expect(Math.min(...column)).toBeGreaterThanOrEqual(0);
      expect(Math.max(...column)).toBeLessThanOrEqual(1);
      // The largest distance from the uniform distribution (Kolmogorov & Smirnov), 1.95 / sqrt(n) at 0.1 %.
      const sorted = Float64Array.from(column).sort();
      const distance = Math.max(...sorted.map((value, i) => Math.abs(value - (i + 0.5) / count)));
      expect(distance).toBeLessThan(1.95 / Math.sqrt(count));
      for (const other of unit.slice(j + 1)) {
        const product = column.reduce((sum, value, i) => sum + (value - 0.5) * (other[i]! - 0.5), 0);
        expect(Math.abs((12 * product) / count)).toBeLessThan(0.06);
      }
    }
  });

  it("lie within the picture, whatever the size", () => {
    for (const size of [8, 33, 64]) {
      const { values } = shapes({ count: 300, size });
      const area = size * size;
      for (let i = 0; i < 300; i++) {
        const { area: covered } = moments(values.subarray(i * area, (i + 1) * area), size);
        // The smallest shape is the ellipse of scale 0.5: pi/2 (0.15 size)^2.
        expect(covered / area).toBeGreaterThan(0.03);
        expect(covered / area).toBeLessThan(0.2);
      }
    }
  });

  it("in colour have one hue each, which is a factor too", () => {
    const { shape, columns, values } = shapes({ count: 40, colour: true });
    expect(shape).toEqual([32, 32, 3]);
    expect(columns!.names.at(-1)).toBe("hue");
    for (let i = 0; i < 40; i++) {
      const picture = values.subarray(i * 3072, (i + 1) * 3072);
      const colour = [0, 1, 2].map((c) => Math.max(...picture.filter((_, at) => at % 3 === c)));
      expect(Math.max(...colour)).toBe(255);
      expect(Math.min(...colour)).toBe(0);
      const [red, green, blue] = colour.map((value) => value / 255) as [number, number, number];
      const hue = Math.atan2(Math.sqrt(3) * (green - blue), 2 * red - green - blue) / (2 * Math.PI);
      // The angle on the colour disc is within 1/60 of the hue of the hexagon.
      expect(Math.abs(((hue + 1) % 1) - columns!.values[6 * i + 5]!)).toBeLessThan(1 / 60);
    }
  });

  it("are the same from one seed, and the first of a larger number are a smaller number's", () => {
    const few = shapes({ count: 20, seed: 5 });
    const many = shapes({ count: 60, seed: 5 });
    expect(Buffer.compare(many.values.subarray(0, few.values.length), few.values)).toBe(0);
    expect(Buffer.compare(shapes({ count: 20, seed: 6 }).values, few.values)).not.toBe(0);
  });

  it("open by name, with other draws to test, and as many as the limit", async () => {
    const train = await openData("shapes", { limit: 100 });
    expect(train.count).toBe(100);
    expect(train.columns!.values.length).toBe(500);
    expect(Buffer.compare(train.values, shapes({ count: 100 }).values)).toBe(0);
    const test = await openData("shapes:test");
    expect(test.count).toBe(2000);
    expect(test.columns!.values.subarray(0, 500)).not.toEqual(train.columns!.values);
    await expect(openData("shapes:valid")).rejects.toThrow(
      "the parts of shapes are shapes:train and shapes:test",
    );
  });

  it("refuse a count or size that is none", () => {
    for (const count of [0, -1, 1.5]) expect(() => shapes({ count })).toThrow(UsageError);
    expect(() => shapes({ size: 7 })).toThrow("shapes: size must be an integer from 8, got 7");
  });
});
