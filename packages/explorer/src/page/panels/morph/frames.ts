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

/** Milliseconds from frame to frame, so that the way there takes `seconds`; browsers slow down what is below 20. */
export function frameDelay(count: number, seconds: number): number {
  return Math.max(20, Math.round((100 * seconds) / (count - 1)) * 10);
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

/** What a file is called: letters, digits and hyphens. */
export function fileName(parts: readonly (string | number)[], extension: string): string {
  const words = parts
    .join("-")
    .normalize("NFKD")
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-");
  return `${words.replaceAll(/^-+|-+$/g, "")}.${extension}`;
}
