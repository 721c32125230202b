import { encodePng, pngUrl } from "../draw/png.js";
import { type Pictures, takePictures } from "./input.js";
import type { PageThumbnails } from "./page/page-data.js";

/** Longest side of a thumbnail in pixels; larger pictures are made smaller. */
const largestSide = 48;
/** Longest side of a sheet: what every browser draws. */
const sheetSide = 2048;

/** Pictures as thumbnails on sheets for the page, in their order. */
export function thumbnails(pictures: Pictures): PageThumbnails {
  const small = shrink(pictures, largestSide);
  const [count, height, width] = small.shape as [number, number, number];
  const columns = Math.max(1, Math.floor(sheetSide / width));
  const perSheet = columns * Math.max(1, Math.floor(sheetSide / height));
  const sheets: string[] = [];
  for (let start = 0; start < count; start += perSheet) {
    const rows = Array.from({ length: Math.min(perSheet, count - start) }, (_, i) => start + i);
    const sheet = sprite(takePictures(small, rows), columns);
    sheets.push(pngUrl(encodePng(sheet.pixels, sheet.width, sheet.height)));
  }
  return { sheets, perSheet, columns, width, height };
}

/** Pictures side by side, `columns` in a row, as RGBA; `lines` of them: as many as it takes. */
export function sprite(
  { data, shape }: Pictures,
  columns: number,
  lines = Math.ceil(shape[0]! / columns),
): { pixels: Uint8Array; width: number; height: number } {
  const [count, height, width, channels] = shape as [number, number, number, number];
  const across = columns * width;
  const down = lines * height;
  const pixels = new Uint8Array(across * down * 4);
  const [green, blue] = channels < 3 ? [0, 0] : [1, 2];
  for (let i = 0; i < count; i++) {
    const [left, top] = [(i % columns) * width, Math.floor(i / columns) * height];
    for (let y = 0; y < height; y++) {
      let from = (i * height + y) * width * channels;
      let to = ((top + y) * across + left) * 4;
      for (let x = 0; x < width; x++, from += channels, to += 4) {
        pixels[to] = data[from]!;
        pixels[to + 1] = data[from + green]!;
        pixels[to + 2] = data[from + blue]!;
        pixels[to + 3] = channels === 4 ? data[from + 3]! : 255;
      }
    }
  }
  return { pixels, width: across, height: down };
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
