import { RandomStream, UsageError } from "@vaekit/infer";
import { images } from "./dataset.js";
import type { NamedSource } from "./named.js";
import type { Dataset } from "./types.js";

export interface ShapesOptions {
  /** Default 10,000. */
  count?: number;
  /** Pixels of a side, at least 8. Default 32. */
  size?: number;
  /** Three channels, with the hue as one more factor. Default false. */
  colour?: boolean;
  /** Default 0. */
  seed?: number;
}

/** What a picture is drawn from. */
export interface ShapeFactors {
  /** Number in `shapeNames`. */
  shape: number;
  /** 0.5 to 1: the circle around the shape has the radius 0.3 scale size. */
  scale: number;
  /** Radians anticlockwise, 0 to pi/2: a quarter turn, after which a square looks as before. */
  rotation: number;
  /** 0 (left) to 1 (right): the centre is at (0.3 + 0.4 position) size, so that every shape lies within the picture. */
  positionX: number;
  /** 0 (top) to 1 (bottom), likewise. */
  positionY: number;
  /** 0 (red) to 5/6 (magenta) of the colour circle; only in colour. */
  hue?: number;
}

/** Whether a point is inside, in units of the radius of the circle around the shape; y upwards. */
const outlines: Readonly<Record<string, (x: number, y: number) => boolean>> = {
  square: (x, y) => Math.max(Math.abs(x), Math.abs(y)) <= Math.SQRT1_2,
  ellipse: (x, y) => x * x + 4 * y * y <= 1,
  heart: (x, y) => {
    const u = 1.34 * x;
    const v = 1.34 * y + 0.12;
    const curve = u * u + v * v - 1;
    return curve * curve * curve <= u * u * v * v * v;
  },
};
/** Names of the classes, by label. */
export const shapeNames: readonly string[] = Object.keys(outlines);
const outlineOf = Object.values(outlines);

/** Distance of the points, in pixels, at which the outline is asked: 16 of them in each. */
const step = 0.25;
/** Uniform numbers per picture, one for each factor. */
const draws = 6;

/**
 * Pictures of one shape each with known factors, in the manner of dSprites (Matthey et al. 2017): a square, an ellipse or
 * a heart, white (or of one hue) on black, anti-aliased. The factors are independent and uniform over their ranges, from
 * the seed; the first pictures of a larger count are those of a smaller one. Labels are the shapes, columns the factors
 * (shape, scale, rotation, position_x, position_y, and hue in colour).
 */
export function shapes({ count = 10_000, size = 32, colour = false, seed = 0 }: ShapesOptions = {}): Dataset {
  if (!(Number.isInteger(count) && count > 0)) {
    throw new UsageError(`shapes: count must be a positive integer, got ${count}`);
  }
  if (!(Number.isInteger(size) && size >= 8)) {
    throw new UsageError(`shapes: size must be an integer from 8, got ${size}`);
  }
  const names = ["shape", "scale", "rotation", "position_x", "position_y", ...(colour ? ["hue"] : [])];
  const shape = [size, size, colour ? 3 : 1];
  const area = size * size * shape[2]!;
  const values = new Uint8Array(count * area);
  const labels = new Uint8Array(count);
  const columns = new Float32Array(count * names.length);
  const uniform = new RandomStream(seed, "sample").uniform(new Float32Array(count * draws));
  for (let i = 0; i < count; i++) {
    const [kind, scale, turn, positionX, positionY, hue] = uniform.subarray(i * draws, (i + 1) * draws);
    const own = columns.subarray(i * names.length, (i + 1) * names.length);
    const drawn = [Math.floor(kind! * shapeNames.length), 0.5 + scale! / 2, (turn! * Math.PI) / 2];
    own.set([...drawn, positionX!, positionY!, ...(colour ? [(hue! * 5) / 6] : [])]);
    labels[i] = own[0]!;
    const picture = values.subarray(i * area, (i + 1) * area);
    drawShape(
      {
        shape: own[0]!,
        scale: own[1]!,
        rotation: own[2]!,
        positionX: own[3]!,
        positionY: own[4]!,
        hue: own[5],
      },
      size,
      picture,
    );
  }
  return { ...images({ name: "shapes", shape, values, labels }), columns: { names, values: columns } };
}

/** Draw one picture. out [size, size, 1], or [size, size, 3] where the factors have a hue */
export function drawShape(factors: ShapeFactors, size: number, out: Uint8Array): void {
  const { shape, scale, rotation, positionX, positionY, hue } = factors;
  const inside = outlineOf[shape]!;
  const radius = 0.3 * scale * size;
  const [centreX, centreY] = [(0.3 + 0.4 * positionX) * size, (0.3 + 0.4 * positionY) * size];
  const [cos, sin] = [Math.cos(rotation) / radius, Math.sin(rotation) / radius];
  const colours = hue === undefined ? [255] : hueToRgb(hue);
  out.fill(0);
  const first = (centre: number) => Math.max(0, Math.floor(centre - radius));
  const end = (centre: number) => Math.min(size, Math.ceil(centre + radius));
  for (let row = first(centreY); row < end(centreY); row++) {
    for (let column = first(centreX); column < end(centreX); column++) {
      let covered = 0;
      for (let dy = centreY - row - step / 2; dy > centreY - row - 1; dy -= step) {
        for (let dx = column + step / 2 - centreX; dx < column + 1 - centreX; dx += step) {
          if (inside(cos * dx + sin * dy, cos * dy - sin * dx)) covered++;
        }
      }
      for (let c = 0; c < colours.length; c++) {
        out[(row * size + column) * colours.length + c] = Math.round(colours[c]! * covered * step * step);
      }
    }
  }
}

/** Full saturation and value: hue 0 red, 1/3 green, 2/3 blue -> 0 to 255 */
function hueToRgb(hue: number): number[] {
  return [0, 2, 1].map((third) => {
    const distance = Math.abs(((hue * 6 + third * 2) % 6) - 3);
    return 255 * Math.max(0, Math.min(1, distance - 1));
  });
}

/** `shapes` by name: 10,000 from seed 0 to train, 2,000 others from seed 1 to test. */
export const shapesSource: NamedSource = {
  describe: () => "drawn when opened",
  open: async (split) => shapes(split === "train" ? {} : { count: 2_000, seed: 1 }),
};
