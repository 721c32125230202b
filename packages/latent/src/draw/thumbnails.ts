import type { Pictures } from "./sheet.js";

export interface ThumbnailSheets {
  /** Pixels in the pictures' own channels, for `encodePng`. */
  sheets: { pixels: Uint8Array; width: number; height: number; channels: number }[];
  /** Pictures of a sheet, row by row in their order. */
  perSheet: number;
  columns: number;
  /** Pixels of one picture. */
  width: number;
  height: number;
}

/** Longest side of a sheet: what every browser draws. */
const sheetSide = 2048;

/** Pictures [count, height, width, channels] on sheets, in their order. */
export function thumbnailSheets({ data, shape }: Pictures): ThumbnailSheets {
  const [count, height, width, channels] = shape as [number, number, number, number];
  const columns = Math.max(1, Math.floor(sheetSide / width));
  const perSheet = columns * Math.max(1, Math.floor(sheetSide / height));
  const size = height * width * channels;
  const sheets: ThumbnailSheets["sheets"] = [];
  for (let first = 0; first < count; first += perSheet) {
    const some = Math.min(perSheet, count - first);
    const part = data.subarray(first * size, (first + some) * size);
    sheets.push({ ...sprite({ data: part, shape: [some, height, width, channels] }, columns), channels });
  }
  return { sheets, perSheet, columns, width, height };
}

/** Pictures side by side, `columns` in a row; `lines` of them: as many as it takes. -> pixels [height, width, channels] */
export function sprite(
  { data, shape }: Pictures,
  columns: number,
  lines = Math.ceil(shape[0]! / columns),
): { pixels: Uint8Array; width: number; height: number } {
  const [count, height, width, channels] = shape as [number, number, number, number];
  const stride = width * channels;
  const across = columns * stride;
  const pixels = new Uint8Array(across * lines * height);
  for (let i = 0; i < count; i++) {
    const [line, column] = [Math.floor(i / columns), i % columns];
    for (let y = 0; y < height; y++) {
      const from = (i * height + y) * stride;
      pixels.set(data.subarray(from, from + stride), (line * height + y) * across + column * stride);
    }
  }
  return { pixels, width: columns * width, height: lines * height };
}

/** Pictures as RGBA, so that a sheet is clear where it has none. */
export function withOpacity({ data, shape }: Pictures): Pictures {
  const [count, height, width, channels] = shape as [number, number, number, number];
  if (channels === 4) return { data, shape };
  const all = new Uint8Array(count * height * width * 4);
  for (let from = 0, to = 0; to < all.length; from += channels, to += 4) {
    for (let c = 0; c < 3; c++) all[to + c] = data[from + (channels === 1 ? 0 : c)]!;
    all[to + 3] = 255;
  }
  return { data: all, shape: [count, height, width, 4] };
}

/** Pictures of at most `side` pixels a side, made smaller by a whole number: each pixel is the mean of a square. */
export function shrink(pictures: Pictures, side: number): Pictures {
  const { data, shape } = pictures;
  const [count, height, width, channels] = shape as [number, number, number, number];
  const by = Math.ceil(Math.max(height, width) / side);
  if (by === 1) return pictures;
  const [down, across] = [Math.ceil(height / by), Math.ceil(width / by)];
  const small = new Uint8Array(count * down * across * channels);
  for (let at = 0; at < small.length; at++) {
    const channel = at % channels;
    const x = Math.floor(at / channels) % across;
    const y = Math.floor(at / channels / across) % down;
    const picture = Math.floor(at / channels / across / down);
    const [right, bottom] = [Math.min(width, (x + 1) * by), Math.min(height, (y + 1) * by)];
    let sum = 0;
    for (let row = y * by; row < bottom; row++) {
      for (let column = x * by; column < right; column++) {
        sum += data[((picture * height + row) * width + column) * channels + channel]!;
      }
    }
    small[at] = Math.round(sum / ((right - x * by) * (bottom - y * by)));
  }
  return { data: small, shape: [count, down, across, channels] };
}
