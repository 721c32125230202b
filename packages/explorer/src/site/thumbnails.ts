import { encodePng, type ThumbnailSheets, thumbnailSheets } from "@vaekit/latent/draw";
import type { SiteThumbnails } from "./manifest.js";

/** Levels of a channel: a fingernail's picture looks the same, and takes two thirds of the bytes. */
const levels = 24;

/** Thumbnails [rows, height, width, channels] on sheets, in their order. */
export function thumbnailFiles({ data, shape }: Parameters<typeof thumbnailSheets>[0]): {
  files: Map<string, Uint8Array>;
  thumbnails: Omit<SiteThumbnails, "of">;
} {
  const { sheets, ...layout } = thumbnailSheets({ data: Uint8Array.from(data, toLevel), shape });
  const files = new Map(sheets.map((sheet, i) => [`map/thumbnails-${i}.png`, fileOf(sheet)]));
  return { files, thumbnails: { sheets: [...files.keys()], ...layout } };
}

function fileOf({ pixels, width, height, channels }: ThumbnailSheets["sheets"][number]): Uint8Array {
  return encodePng(pixels, width, height, { channels, filter: false, level: 9 });
}

function toLevel(value: number): number {
  return Math.round((Math.round((value / 255) * (levels - 1)) * 255) / (levels - 1));
}
