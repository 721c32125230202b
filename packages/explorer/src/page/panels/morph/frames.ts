import type { AtEnd } from "./player.js";

/** `count` shares from 0 to 1, both among them. */
export function evenly(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i / (count - 1));
}

/** The frames of an animation in the order in which they are shown; on the way back neither end comes twice. */
export function frameOrder(count: number, atEnd: AtEnd): number[] {
  const there = Array.from({ length: count }, (_, i) => i);
  return atEnd === "back" ? [...there, ...there.slice(1, -1).reverse()] : there;
}

/** Browsers slow down frames that follow one another faster. */
const mostPerSecond = 50;

/** Frames of a way that takes so many seconds: `count`, or as many as browsers show in that time. */
export function frameCount(count: number, seconds: number): number {
  return Math.max(2, Math.min(count, Math.floor(mostPerSecond * seconds) + 1));
}

/** Milliseconds from each of `shown` frames to the next, in hundredths of a second, so that `count` of them take `seconds`. */
export function frameDelays(shown: number, count: number, seconds: number): number[] {
  const until = (frame: number) => Math.round((100 * seconds * frame) / (count - 1));
  return Array.from({ length: shown }, (_, i) => 10 * (until(i + 1) - until(i)));
}

/** Pictures [height, width, channels] beside one another: [height, count * width, channels]. */
export function inARow(
  pictures: readonly Uint8Array[],
  shape: readonly [number, number, number],
): Uint8Array {
  const [height, width, channels] = shape;
  const row = width * channels;
  const strip = new Uint8Array(pictures.length * height * row);
  pictures.forEach((pixels, at) => {
    for (let y = 0; y < height; y++) {
      strip.set(pixels.subarray(y * row, (y + 1) * row), (y * pictures.length + at) * row);
    }
  });
  return strip;
}

/** Whole factors by which pictures can be enlarged: as they are, and to a longer side of about 128 and 256 pixels. */
export function scalesOf([height, width]: readonly number[]): number[] {
  const longer = Math.max(height!, width!);
  return [...new Set([1, ...[128, 256].map((side) => Math.max(1, Math.round(side / longer)))])];
}
