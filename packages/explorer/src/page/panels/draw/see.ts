import { fitPicture, type ImageShape, type Picture } from "@vaekit/infer/web";
import type { Colour } from "./surface.js";

/** Side of the box that MNIST's digits fill, as a share of the picture's: 20 of 28 pixels (LeCun et al. 1998). */
const box = 20 / 28;
/** Levels from the background that count as ink: below are JPEG's ripples and a soft brush's last edge. */
const inkFrom = 40;

/** Where the ink is, in pixels; right and bottom are behind it. */
export interface Ink {
  left: number;
  top: number;
  right: number;
  bottom: number;
  /** Centre of its mass. */
  x: number;
  y: number;
}

/** null for a picture without ink: of its background's colour, about. */
export function inkOf({ width, height, data }: Picture, background: Colour): Ink | null {
  const ink = { left: width, top: height, right: 0, bottom: 0, x: 0, y: 0 };
  let mass = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const weight = Math.abs(data[(y * width + x) * 4]! - background[0]);
      if (weight < inkFrom) continue;
      ink.left = Math.min(ink.left, x);
      ink.right = Math.max(ink.right, x + 1);
      ink.top = Math.min(ink.top, y);
      ink.bottom = y + 1;
      ink.x += weight * (x + 0.5);
      ink.y += weight * (y + 0.5);
      mass += weight;
    }
  }
  return mass === 0 ? null : { ...ink, x: ink.x / mass, y: ink.y / mass };
}

/**
 * What a model sees of a surface: each pixel the mean over its square, all of them opaque.
 * centre: as MNIST was made, the ink scaled to a box of 20 of 28 pixels and its centre of mass moved to the middle
 * -> [height, width, channels] uint8
 */
export function see(
  surface: Picture,
  shape: readonly number[],
  { centre, background }: { centre: boolean; background: Colour },
): Uint8Array {
  const ink = centre ? inkOf(surface, background) : null;
  return inChannels(ink ? aroundInk(surface, ink, shape, background) : surface, shape);
}

/** The part of a surface that a picture centred by its ink shows; what lies beyond the surface is background. */
function aroundInk(surface: Picture, ink: Ink, shape: readonly number[], background: Colour): Picture {
  const [rows, columns] = shape as [number, number];
  const longer = Math.max(ink.right - ink.left, ink.bottom - ink.top);
  const each = longer / (box * Math.min(rows, columns));
  const width = Math.max(1, Math.round(each * columns));
  const height = Math.max(1, Math.round(each * rows));
  // MNIST's digits have their centre of mass at pixel 14, counted from 0, of 28: half a pixel behind the middle.
  const left = Math.round(ink.x - each * (columns / 2 + 0.5));
  const top = Math.round(ink.y - each * (rows / 2 + 0.5));
  const data = new Uint8ClampedArray(width * height * 4);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const inside = x + left >= 0 && x + left < surface.width && y + top >= 0 && y + top < surface.height;
      const from = ((y + top) * surface.width + x + left) * 4;
      const to = (y * width + x) * 4;
      for (let c = 0; c < 3; c++) data[to + c] = inside ? surface.data[from + c]! : background[c]!;
      data[to + 3] = 255;
    }
  }
  return { width, height, data };
}

function inChannels(picture: Picture, [height, width, channels]: readonly number[]): Uint8Array {
  const known: ImageShape = [height!, width!, channels === 1 ? 1 : 3];
  const pixels = fitPicture(picture, known, { fit: "fill" });
  if (channels !== 4) return pixels;
  const opaque = new Uint8Array(height! * width! * 4).fill(255);
  for (let i = 0; i < height! * width!; i++) opaque.set(pixels.subarray(3 * i, 3 * i + 3), 4 * i);
  return opaque;
}

/** Levels between two pictures, pixel by pixel; a fourth channel, which would hide them, is full. */
export function differenceOf(a: Uint8Array, b: Uint8Array, channels: number): Uint8Array {
  return a.map((value, i) => (channels === 4 && i % 4 === 3 ? 255 : Math.abs(value - b[i]!)));
}
