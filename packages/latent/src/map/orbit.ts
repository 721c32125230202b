/** A camera that goes around a point and looks at it, y up, in perspective. Sizes and places on the screen are pixels. */

type Vector = readonly [x: number, y: number, z: number];
/** Of a box around 0: how far it goes along each axis. */
export type Sides = Vector;

export interface Orbit {
  /** Back to the start, from where the whole of a box is seen. */
  start(box: Sides): void;
  resize(width: number, height: number): void;
  /** How far from the middle it is at the start. */
  startDistance(): number;
  /** What is at the front goes with the hand; the height of the screen is a whole turn. */
  turn(x: number, y: number): void;
  /** What is in the middle goes with the hand. */
  pan(x: number, y: number): void;
  /** factor > 1 comes nearer. */
  zoom(factor: number): void;
  /** From the points' space to the clip space: [4, 4] by columns. */
  matrix(): Float32Array;
  /** points [rows, 3] -> [rows, 3] x, y, and the depth from the eye; x is NaN for what is behind it. */
  places(points: Float32Array): Float32Array;
}

const slope = Math.tan((40 / 2) * (Math.PI / 180));
/** Part of the view that the box takes at the start. */
const margin = 0.94;
const near = 0.05;
const far = 60;
const nearest = 0.15;
const farthest = 20;
/** Around y from z, and down from y. */
const startAngles = { around: Math.atan2(1.6, 2.8), down: Math.acos(1.1 / Math.hypot(1.6, 1.1, 2.8)) };

export function orbit(): Orbit {
  let { around, down } = startAngles;
  let distance = 4;
  let first = 4;
  let target: Vector = [0, 0, 0];
  let [width, height] = [100, 100];

  /** Half the height of what is seen at the depth 1. On what is higher than wide, the width is what has to hold the box. */
  const reach = () => slope * Math.max(1, height / width);
  return {
    start(box) {
      ({ around, down } = startAngles);
      target = [0, 0, 0];
      distance = first = distanceTo(box);
    },
    resize(newWidth, newHeight) {
      [width, height] = [newWidth, newHeight];
    },
    startDistance: () => first,
    turn(x, y) {
      around -= (2 * Math.PI * x) / height;
      down = Math.min(Math.PI, Math.max(0, down - (2 * Math.PI * y) / height));
    },
    pan(x, y) {
      const { right, up } = axes(around, down);
      const pixel = (2 * distance * reach()) / height;
      target = plus(plus(target, right, -x * pixel), up, y * pixel);
    },
    zoom(factor) {
      distance = Math.min(farthest, Math.max(nearest, distance / factor));
    },
    matrix() {
      const { right, up, back } = axes(around, down);
      const scaleY = 1 / reach();
      const scaleX = (scaleY * height) / width;
      const scaleZ = (far + near) / (near - far);
      const columns = [0, 1, 2].flatMap((i) => [
        scaleX * right[i]!,
        scaleY * up[i]!,
        scaleZ * back[i]!,
        -back[i]!,
      ]);
      const depth = distance + dot(target, back);
      const shiftZ = (2 * far * near) / (near - far) - scaleZ * depth;
      return new Float32Array([
        ...columns,
        ...[-scaleX * dot(target, right), -scaleY * dot(target, up), shiftZ, depth],
      ]);
    },
    places(points) {
      const { right, up, back } = axes(around, down);
      const focus = height / 2 / reach();
      const places = new Float32Array(points.length);
      for (let i = 0; i < points.length; i += 3) {
        const x = points[i]! - target[0];
        const y = points[i + 1]! - target[1];
        const z = points[i + 2]! - target[2];
        const depth = distance - (x * back[0] + y * back[1] + z * back[2]);
        const scale = depth > 0 ? focus / depth : Number.NaN;
        places[i] = width / 2 + scale * (x * right[0] + y * right[1] + z * right[2]);
        places[i + 1] = height / 2 - scale * (x * up[0] + y * up[1] + z * up[2]);
        places[i + 2] = depth;
      }
      return places;
    },
  };
}

/** The camera's, each of length 1; back is from where it looks to itself. */
function axes(around: number, down: number): { right: Vector; up: Vector; back: Vector } {
  const [sine, cosine] = [Math.sin(around), Math.cos(around)];
  const [out, above] = [Math.sin(down), Math.cos(down)];
  return {
    right: [cosine, 0, -sine],
    up: [-above * sine, out, -above * cosine],
    back: [out * sine, above, out * cosine],
  };
}

/** From where the whole of a box is seen at the start, in the shorter direction of the view too. */
function distanceTo(sides: Sides): number {
  const { right, up, back } = axes(startAngles.around, startAngles.down);
  let distance = 0.5;
  for (let corner = 0; corner < 8; corner++) {
    const [x, y, z] = sides.map((side, axis) => (corner & (1 << axis) ? side : -side));
    const at: Vector = [x!, y!, z!];
    const aside = Math.max(Math.abs(dot(at, right)), Math.abs(dot(at, up)));
    distance = Math.max(distance, dot(at, back) + aside / (margin * slope));
  }
  return distance;
}

function dot(a: Vector, b: Vector): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

function plus(a: Vector, b: Vector, times: number): Vector {
  return [a[0] + times * b[0], a[1] + times * b[1], a[2] + times * b[2]];
}
