import { extname } from "node:path";
import { UsageError } from "../errors.js";
import { writeAtomic } from "../write-atomic.js";
import { encodePng } from "./png.js";
import { type ImageRows, pictureOfRow } from "./rows.js";
import { encodeWithSharp, writable } from "./sharp.js";

/** Row i of x [batch, height, width, 1 or 3], 0 to 255, as a PNG of 8 bits. @throws ShapeError, DataError */
export function toPng(x: ImageRows, i = 0): Uint8Array<ArrayBuffer> {
  return encodePng(pictureOfRow("toPng", x, i));
}

/**
 * Write row i of x [batch, height, width, 1 or 3], 0 to 255, to a file whose ending is the format: .png, or with the
 * package sharp .jpg, .webp, .avif, .gif or .tif. A reader sees the old file or the new, and nothing between.
 * @throws UsageError for another ending; ShapeError, DataError; DataError where the file cannot be written
 */
export async function writeImage(path: string, x: ImageRows, i = 0): Promise<void> {
  const ending = extname(path).toLowerCase();
  if (ending !== ".png" && !isWritable(ending)) {
    throw new UsageError(
      `writeImage: ${path}: the ending must be one of .png, ${Object.keys(writable).join(", ")}; it decides the format`,
    );
  }
  const picture = pictureOfRow("writeImage", x, i);
  const bytes = ending === ".png" ? encodePng(picture) : await encodeWithSharp(picture, ending, path);
  await writeAtomic(path, bytes);
}

function isWritable(ending: string): ending is keyof typeof writable {
  return Object.hasOwn(writable, ending);
}
