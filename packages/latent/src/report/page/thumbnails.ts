import { element } from "./dom.js";
import type { PageThumbnails } from "./page-data.js";

export interface Thumbnails {
  /** A canvas with the row's picture, `size` pixels at most on its longer side; null where there is no picture. */
  picture(row: number, size: number): HTMLCanvasElement | null;
}

/** Sheets are read when a picture of theirs is first shown. */
export function thumbnailsOf(given: PageThumbnails | null): Thumbnails {
  if (!given) return { picture: () => null };
  const { sheets, perSheet, columns, width, height } = given;
  const images = new Map<number, Promise<HTMLImageElement>>();
  function sheet(index: number): Promise<HTMLImageElement> {
    const known = images.get(index);
    if (known) return known;
    const image = new Image();
    image.src = sheets[index]!;
    const read = image.decode().then(() => image);
    images.set(index, read);
    return read;
  }
  return {
    picture(row, size) {
      const index = Math.floor(row / perSheet);
      if (index >= sheets.length) return null;
      const canvas = element("canvas", { "aria-hidden": "true", class: "thumbnail" });
      const ratio = window.devicePixelRatio;
      const scale = size / Math.max(width, height);
      canvas.width = Math.round(width * scale * ratio);
      canvas.height = Math.round(height * scale * ratio);
      canvas.style.width = `${width * scale}px`;
      canvas.style.height = `${height * scale}px`;
      const at = row % perSheet;
      const context = canvas.getContext("2d")!;
      // Small pictures show their pixels, large ones are smoothed.
      context.imageSmoothingEnabled = scale * ratio < 1;
      const [x, y] = [(at % columns) * width, Math.floor(at / columns) * height];
      void sheet(index).then(
        (image) => context.drawImage(image, x, y, width, height, 0, 0, canvas.width, canvas.height),
        () => canvas.remove(),
      );
      return canvas;
    },
  };
}
