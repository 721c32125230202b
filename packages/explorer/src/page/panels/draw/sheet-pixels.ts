import type { SiteManifest } from "../../../site/manifest.js";
import { sheetUrl } from "../../ui/thumbnail.js";
import { borderColour } from "./border.js";
import type { Colour } from "./surface.js";

/** Thumbnails whose borders are looked at. */
const some = 100;

/** Whether a thumbnail is the picture that its code was made of, but for its levels, which a site rounds. */
export function hasOwnPictures({ reference }: SiteManifest, [height, width]: readonly number[]): boolean {
  const { thumbnails } = reference;
  return (
    thumbnails.of === "data" &&
    thumbnails.sheets.length > 0 &&
    thumbnails.height === height &&
    thumbnails.width === width
  );
}

/** A row's thumbnail: pixels [height, width, channels] of the model's number of channels. @throws Error for a sheet that cannot be read */
export async function pixelsOfRow(site: SiteManifest, row: number, channels: number): Promise<Uint8Array> {
  const { sheets, perSheet, columns, width, height } = site.reference.thumbnails;
  const context = await readSheet(sheets[Math.floor(row / perSheet)]!);
  const at = row % perSheet;
  const { data } = context.getImageData(
    (at % columns) * width,
    Math.floor(at / columns) * height,
    width,
    height,
  );
  return Uint8Array.from(
    { length: height * width * channels },
    (_, i) => data[4 * Math.floor(i / channels) + (i % channels)]!,
  );
}

/** What the data's pictures have at their edges; black where no thumbnail says. */
export async function backgroundOf({ reference }: SiteManifest): Promise<Colour> {
  const { sheets, perSheet, columns, width, height } = reference.thumbnails;
  if (sheets.length === 0) return [0, 0, 0];
  const context = await readSheet(sheets[0]!);
  const count = Math.min(some, perSheet, reference.rows);
  const data = new Uint8ClampedArray(count * height * width * 4);
  for (let i = 0; i < count; i++) {
    const left = (i % columns) * width;
    const top = Math.floor(i / columns) * height;
    data.set(context.getImageData(left, top, width, height).data, i * height * width * 4);
  }
  return borderColour({ data, shape: [count, height, width, 4] });
}

async function readSheet(path: string): Promise<CanvasRenderingContext2D> {
  const image = new Image();
  image.src = sheetUrl(path);
  await image.decode();
  const canvas = document.createElement("canvas");
  canvas.width = image.naturalWidth;
  canvas.height = image.naturalHeight;
  const context = canvas.getContext("2d", { willReadFrequently: true })!;
  context.drawImage(image, 0, 0);
  return context;
}
