import { encodePng, pngUrl } from "../draw/png.js";
import { shrink, thumbnailSheets } from "../draw/thumbnails.js";
import type { Pictures } from "./input.js";
import type { PageThumbnails } from "./page/page-data.js";

/** Longest side of a thumbnail in pixels; larger pictures are made smaller. */
const largestSide = 48;

/** Pictures as thumbnails on sheets for the page, in their order. */
export function thumbnails(pictures: Pictures): PageThumbnails {
  const { sheets, ...layout } = thumbnailSheets(shrink(pictures, largestSide));
  const urls = sheets.map(({ pixels, width, height, channels }) =>
    pngUrl(encodePng(pixels, width, height, { channels })),
  );
  return { sheets: urls, ...layout };
}
