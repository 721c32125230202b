import { DataError } from "@vaekit/infer";
import { PNG } from "pngjs";

/** Pictures of one size, row-major [count, height, width, channels], 0 to 255. */
export interface Pictures {
  shape: readonly number[];
  values: ArrayLike<number>;
}

/** Pixels between two pictures, before enlarging. */
const gap = 2;
/** Small pictures are enlarged until a side has this many pixels. */
const wantedSide = 56;
const background = 255;

/**
 * Pictures in a grid as a PNG, small ones enlarged by a whole factor.
 * columns: default the side of the smallest square that holds them all
 */
export function gridPng({ shape, values }: Pictures, columns?: number): Uint8Array {
  const [count = 0, height = 1, width = 1, channels = 1] = shape;
  if (channels !== 1 && channels !== 3) {
    throw new DataError(`a PNG shows 1 or 3 channels, these pictures have ${channels}; write .npy instead`);
  }
  const across = columns ?? Math.ceil(Math.sqrt(count));
  const down = Math.ceil(count / across);
  const scale = Math.max(1, Math.round(wantedSide / Math.max(height, width)));
  const png = new PNG({
    width: (across * (width + gap) + gap) * scale,
    height: (down * (height + gap) + gap) * scale,
    colorType: channels === 3 ? 2 : 0,
  });
  png.data.fill(background);
  for (let i = 0; i < count; i++) {
    const left = (i % across) * (width + gap) + gap;
    const top = Math.floor(i / across) * (height + gap) + gap;
    for (let y = 0; y < height * scale; y++) {
      for (let x = 0; x < width * scale; x++) {
        const from = ((i * height + Math.floor(y / scale)) * width + Math.floor(x / scale)) * channels;
        const to = ((top * scale + y) * png.width + left * scale + x) * 4;
        for (let c = 0; c < 3; c++) png.data[to + c] = toByte(values[from + (channels === 3 ? c : 0)]!);
      }
    }
  }
  return PNG.sync.write(png, { colorType: channels === 3 ? 2 : 0, inputHasAlpha: true });
}

/** Pictures of two sets side by side: first of a, first of b, second of a, ... */
export function interleave(a: Pictures, b: Pictures): Pictures {
  const [count = 0, ...rest] = a.shape;
  const size = rest.reduce((product, n) => product * n, 1);
  const values = new Float32Array(2 * count * size);
  for (let i = 0; i < count; i++) {
    for (let k = 0; k < size; k++) {
      values[2 * i * size + k] = a.values[i * size + k]!;
      values[(2 * i + 1) * size + k] = b.values[i * size + k]!;
    }
  }
  return { shape: [2 * count, ...rest], values };
}

function toByte(value: number): number {
  return Math.max(0, Math.min(255, Math.round(value)));
}
