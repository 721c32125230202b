import { RandomStream } from "@vaekit/infer";
import type { Picture } from "../../packages/infer/src/image/picture.js";

/** What a manifest says about pictures of a shape. */
export function modelOf(...shape: [height: number, width: number, channels: number]) {
  return { data: { kind: "image", shape } };
}

/** Random pixels; opaque unless alpha is asked for. */
export function noise(
  width: number,
  height: number,
  { seed = 1, alpha = false }: { seed?: number; alpha?: boolean } = {},
): Picture & { data: Uint8ClampedArray<ArrayBuffer> } {
  const stream = new RandomStream(seed, "sample");
  const data = Uint8ClampedArray.from({ length: width * height * 4 }, (_, i) =>
    i % 4 === 3 && !alpha ? 255 : stream.below(256),
  );
  return { width, height, data };
}

/** Slow waves of colour, in which resampling kernels differ little. */
export function waves(width: number, height: number): Picture & { data: Uint8ClampedArray<ArrayBuffer> } {
  const data = new Uint8ClampedArray(width * height * 4);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [u, v] = [x / width, y / height];
      data.set(
        [127 + 120 * Math.sin(5 * u + 2 * v), 127 + 120 * Math.cos(4 * v - u), 255 * u, 255],
        (y * width + x) * 4,
      );
    }
  }
  return { width, height, data };
}

/** The colours of an RGBA picture, as numbers [height * width * 3]. */
export function rgb({ data }: { data: ArrayLike<number> }): number[] {
  return Array.from(data).filter((_, i) => i % 4 !== 3);
}

/** Largest difference of two equally long lists. */
export function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY;
  let largest = 0;
  for (let i = 0; i < a.length; i++) largest = Math.max(largest, Math.abs(a[i]! - b[i]!));
  return largest;
}
