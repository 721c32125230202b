import { m4 } from "twgl.js";
import { describe, expect, it } from "vitest";
import { orbit, type Sides } from "../../packages/latent/src/map/orbit.ts";

const cube: Sides = [1, 1, 1];
const corners = Float32Array.from({ length: 24 }, (_, i) => ((i / 3) & (1 << (i % 3)) ? 1 : -1));
const middle = new Float32Array(3);
const eyeAtStart = [1.6, 1.1, 2.8];
const fieldOfView = (40 * Math.PI) / 180;

function started(width: number, height: number, box = cube) {
  const camera = orbit();
  camera.resize(width, height);
  camera.start(box);
  return camera;
}

/** What twgl's matrices make of a camera at `eye`: from points to the clip space. */
function oracle(eye: number[], target: number[], width: number, height: number, field = fieldOfView) {
  const view = m4.inverse(m4.lookAt(eye, target, [0, 1, 0]));
  return m4.multiply(m4.perspective(field, width / height, 0.05, 60), view);
}

function atLength(vector: readonly number[], length: number): number[] {
  const own = Math.hypot(...vector);
  return vector.map((value) => (value * length) / own);
}

/** Pixels and depth by a matrix. */
function projected(matrix: ArrayLike<number>, point: ArrayLike<number>, width: number, height: number) {
  const [x, y, , w] = [0, 1, 2, 3].map(
    (row) =>
      matrix[row]! * point[0]! +
      matrix[row + 4]! * point[1]! +
      matrix[row + 8]! * point[2]! +
      matrix[row + 12]!,
  );
  return [((x! / w! + 1) * width) / 2, ((1 - y! / w!) * height) / 2, w!];
}

describe("the camera around the points", () => {
  it("looks at the middle from the right, above and before it", () => {
    const camera = started(800, 600);
    const distance = camera.startDistance();
    const matrix = oracle(atLength(eyeAtStart, distance), [0, 0, 0], 800, 600);
    expect(camera.matrix()).toBeAllClose(Float32Array.from(matrix), { atol: 1e-5 });
    expect(camera.places(middle)).toBeAllClose(Float32Array.of(400, 300, distance), { atol: 1e-3 });
    // x goes right, y up, and z nearer.
    const [x, y, z] = [0, 1, 2].map((axis) => {
      const point = new Float32Array(3);
      point[axis] = 0.5;
      return camera.places(point);
    });
    expect(x![0]).toBeGreaterThan(450);
    expect(y![1]).toBeLessThan(250);
    expect(z![2]).toBeLessThan(distance);
  });

  it.each([
    [800, 600],
    [390, 700],
    [1440, 300],
  ])("shows the whole box on %s x %s pixels, and wastes no room", (width, height) => {
    for (const box of [cube, [1, 0.2, 0.1], [0.1, 1, 0.3]] as Sides[]) {
      const camera = started(width, height, box);
      const places = camera.places(corners.map((value, i) => value * box[i % 3]!));
      const shorter = Math.min(width, height);
      const farthest = Math.max(
        ...Array.from({ length: 8 }, (_, i) =>
          Math.max(Math.abs(places[i * 3]! - width / 2), Math.abs(places[i * 3 + 1]! - height / 2)),
        ),
      );
      expect(farthest / (shorter / 2)).toBeCloseTo(0.94, 3);
    }
  });

  it("puts known points at known pixels when it is turned to the front, the side and the top", () => {
    const size = 500;
    const camera = started(size, size);
    const distance = camera.startDistance();
    /** The pixels of a length at the middle's depth. */
    const pixels = (length: number) => (length * size) / 2 / Math.tan(fieldOfView / 2) / distance;
    const [around, down] = [Math.atan2(1.6, 2.8), Math.acos(1.1 / Math.hypot(...eyeAtStart))];
    const turn = (x: number, y: number) => camera.turn((x * size) / 2 / Math.PI, (y * size) / 2 / Math.PI);
    const at = (x: number, y: number, z: number) => camera.places(Float32Array.of(x, y, z));
    // To the equator, and around until z looks at the reader.
    turn(around, down - Math.PI / 2);
    expect(at(0.5, 0, 0)).toBeAllClose(Float32Array.of(250 + pixels(0.5), 250, distance), { atol: 1e-3 });
    expect(at(0, 0.5, 0)).toBeAllClose(Float32Array.of(250, 250 - pixels(0.5), distance), { atol: 1e-3 });
    expect(at(0, 0, 0.5)).toBeAllClose(Float32Array.of(250, 250, distance - 0.5), { atol: 1e-3 });
    // What is at the front goes left with the hand, so that x comes to the reader.
    turn(-Math.PI / 2, 0);
    expect(at(0.5, 0, 0)).toBeAllClose(Float32Array.of(250, 250, distance - 0.5), { atol: 1e-3 });
    expect(at(0, 0, 0.5)).toBeAllClose(Float32Array.of(250 - pixels(0.5), 250, distance), { atol: 1e-3 });
    // As far down as it goes: the top, and no farther.
    turn(Math.PI / 2, 10);
    expect(at(0, 0.5, 0)).toBeAllClose(Float32Array.of(250, 250, distance - 0.5), { atol: 1e-3 });
    expect(at(0, 0, 0.5)).toBeAllClose(Float32Array.of(250, 250 + pixels(0.5), distance), { atol: 1e-3 });
  });

  it("moves what is in the middle with the hand, and comes as much nearer as it is told", () => {
    const camera = started(640, 480);
    const distance = camera.startDistance();
    camera.pan(37, -12);
    expect(camera.places(middle)).toBeAllClose(Float32Array.of(357, 228, distance), { atol: 1e-3 });
    camera.zoom(2);
    expect(camera.places(middle)[2]).toBeCloseTo(distance / 2, 4);
    camera.zoom(1e6);
    expect(camera.places(middle)[2]).toBeCloseTo(0.15, 4);
    camera.zoom(1e-9);
    expect(camera.places(middle)[2]).toBeCloseTo(20, 4);
    camera.start(cube);
    expect(camera.places(middle)).toBeAllClose(Float32Array.of(320, 240, distance), { atol: 1e-3 });
  });

  it("draws points where it says that they are, however it was moved", () => {
    const points = Float32Array.from({ length: 60 }, (_, i) => Math.sin(i * 12.9898));
    for (const [width, height] of [
      [800, 560],
      [390, 700],
    ] as const) {
      const camera = started(width, height);
      for (const [x, y] of [
        [120, 30],
        [-300, 45],
        [10, -4000],
        [3, 4000],
      ] as const) {
        camera.turn(x, y);
        camera.pan(x / 10, y / 1000);
        camera.zoom(0.9);
        const places = camera.places(points);
        const matrix = camera.matrix();
        const drawn = Array.from({ length: 20 }, (_, row) =>
          projected(matrix, points.subarray(row * 3), width, height),
        );
        expect(places).toBeAllClose(Float32Array.from(drawn.flat()), { rtol: 1e-4, atol: 1e-3 });
      }
    }
  });

  it("says that a point behind the eye is nowhere", () => {
    const camera = started(300, 300);
    camera.zoom(1e6);
    const [x, , depth] = camera.places(Float32Array.from(eyeAtStart));
    expect(x).toBeNaN();
    expect(depth).toBeLessThan(0);
  });
});
