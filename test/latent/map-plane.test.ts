import { describe, expect, it } from "vitest";
import { plane } from "../../packages/latent/src/map/plane.ts";

const points = Float32Array.of(0, 0, 1, 1, -1, 0.5);

function started(width: number, height: number) {
  const view = plane();
  view.resize(width, height);
  view.start();
  return view;
}

describe("the view of the plane", () => {
  it.each([
    [400, 200],
    [200, 400],
    [300, 300],
  ])("puts known points at known pixels of %s x %s", (width, height) => {
    const unit = (0.94 * Math.min(width, height)) / 2;
    const [x, y] = [width / 2, height / 2];
    const expected = [x, y, 0, x + unit, y - unit, 0, x - unit, y - unit / 2, 0];
    expect(started(width, height).places(points)).toBeAllClose(Float32Array.from(expected), { atol: 1e-3 });
  });

  it("has one point where it has all of them, wherever it was moved", () => {
    const view = started(640, 480);
    view.pan(31, -17);
    view.zoom(3, 100, 50);
    const places = view.places(points);
    for (let row = 0; row < 3; row++) {
      const [x, y] = view.placeOf([points[row * 2]!, points[row * 2 + 1]!]);
      expect([x, y, 0]).toBeAllClose(Array.from(places.subarray(row * 3, row * 3 + 3)), { atol: 1e-3 });
    }
  });

  it("keeps what is under the pointer there when it comes nearer, also at its limits", () => {
    const view = started(640, 480);
    view.pan(31, -17);
    for (const [factor, x, y] of [
      [1.7, 10, 20],
      [0.3, 600, 400],
      [1e9, 320, 100],
      [1e-9, 5, 475],
    ] as const) {
      const [px, py] = view.pointAt(x, y);
      const before = view.scale();
      view.zoom(factor, x, y);
      expect(view.places(Float32Array.of(px, py))).toBeAllClose(Float32Array.of(x, y, 0), { atol: 0.02 });
      expect(view.scale()).toBe(Math.min(400, Math.max(0.2, before * factor)));
    }
  });

  it("finds the point at a place, wherever it was moved", () => {
    const view = started(500, 300);
    view.zoom(3, 100, 50);
    view.pan(-40, 12);
    const places = view.places(points);
    for (const row of [0, 1, 2]) {
      const [x, y] = view.pointAt(places[row * 3]!, places[row * 3 + 1]!);
      expect(x).toBeCloseTo(points[row * 2]!, 5);
      expect(y).toBeCloseTo(points[row * 2 + 1]!, 5);
    }
  });

  it("moves by as many pixels as the hand, and goes back to the start", () => {
    const view = started(500, 300);
    const before = view.places(points);
    view.pan(25, 10);
    const shift = [25, 10, 0];
    expect(view.places(points)).toBeAllClose(
      before.map((value, i) => value + shift[i % 3]!),
      { atol: 1e-3 },
    );
    view.start();
    expect(view.places(points)).toBeAllClose(before, { atol: 1e-6 });
  });

  it("shows as much of the plane after its canvas changed, around the same point", () => {
    const view = started(600, 300);
    view.zoom(4, 150, 60);
    const middle = view.pointAt(300, 150);
    const [, above] = view.pointAt(300, 0);
    view.resize(400, 200);
    expect(view.pointAt(200, 100)).toEqual(middle);
    expect(view.pointAt(200, 0)[1]).toBeCloseTo(above, 6);
  });

  it("draws points where it says that they are", () => {
    const view = started(700, 400);
    view.zoom(2.5, 600, 100);
    view.pan(7, 9);
    const places = view.places(points);
    const matrix = view.matrix();
    for (const row of [0, 1, 2]) {
      const [x, y] = [points[row * 2]!, points[row * 2 + 1]!];
      const across = matrix[0]! * x + matrix[4]! * y + matrix[12]!;
      const up = matrix[1]! * x + matrix[5]! * y + matrix[13]!;
      expect(((across + 1) * 700) / 2).toBeCloseTo(places[row * 3]!, 2);
      expect(((1 - up) * 400) / 2).toBeCloseTo(places[row * 3 + 1]!, 2);
    }
  });
});
