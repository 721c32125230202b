import type { NdArray } from "@vaekit/infer";
import { shrink } from "@vaekit/latent/draw";
import type { SiteThumbnails } from "./manifest.js";
import { smallPng } from "./png.js";

/** Longest side of a thumbnail in pixels; larger pictures are made smaller. */
const largestSide = 40;
/** Longest side of a sheet: what every browser draws. */
const sheetSide = 2048;
/** Levels of a channel: a fingernail's picture looks the same, and takes two thirds of the bytes. */
const levels = 24;

/** Pictures [rows, height, width, channels] as thumbnails on sheets, in their order. */
export function thumbnailFiles(pictures: NdArray<Uint8Array>): {
  files: Map<string, Uint8Array>;
  thumbnails: Omit<SiteThumbnails, "of">;
} {
  const small = shrink({ data: pictures.data, shape: [...pictures.shape] }, largestSide);
  const [count, height, width, channels] = small.shape as [number, number, number, number];
  const columns = Math.max(1, Math.floor(sheetSide / width));
  const perSheet = columns * Math.max(1, Math.floor(sheetSide / height));
  const data = Uint8Array.from(small.data, toLevel);
  const size = height * width * channels;
  const files = new Map<string, Uint8Array>();
  for (let first = 0; first < count; first += perSheet) {
    const some = Math.min(perSheet, count - first);
    const part = data.subarray(first * size, (first + some) * size);
    const lines = Math.ceil(some / columns);
    const pixels = sheetOf(part, { some, height, stride: width * channels, columns, lines });
    files.set(
      `map/thumbnails-${files.size}.png`,
      smallPng(pixels, columns * width, lines * height, channels),
    );
  }
  return { files, thumbnails: { sheets: [...files.keys()], perSheet, columns, width, height } };
}

function toLevel(value: number): number {
  return Math.round((Math.round((value / 255) * (levels - 1)) * 255) / (levels - 1));
}

interface Sheet {
  some: number;
  height: number;
  /** Bytes of one picture's row. */
  stride: number;
  columns: number;
  lines: number;
}

/** Pictures side by side, `columns` in a row. */
function sheetOf(data: Uint8Array, { some, height, stride, columns, lines }: Sheet): Uint8Array {
  const across = columns * stride;
  const pixels = new Uint8Array(across * lines * height);
  for (let i = 0; i < some; i++) {
    const [line, column] = [Math.floor(i / columns), i % columns];
    for (let y = 0; y < height; y++) {
      const from = (i * height + y) * stride;
      pixels.set(data.subarray(from, from + stride), (line * height + y) * across + column * stride);
    }
  }
  return pixels;
}
