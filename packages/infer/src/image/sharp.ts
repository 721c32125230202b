import { DataError } from "../errors.js";
import type { Format } from "./format.js";
import { checkSize, type Picture } from "./picture.js";

/** What sharp's builds can read. */
const readable: readonly Format[] = ["PNG", "JPEG", "GIF", "WebP", "AVIF", "TIFF"];

/**
 * Read a picture with sharp: turned as its EXIF orientation says, the first picture of several, 8 bits. Colour profiles
 * are not applied: the numbers are those of the file, as they are for PNG.
 * @throws DataError where sharp is not installed, or the format is none of its own, the picture too large, the file damaged
 */
export async function decodeWithSharp(
  bytes: Uint8Array,
  format: Format,
  where: string,
  limitPixels: number,
): Promise<Picture> {
  if (!readable.includes(format)) {
    throw new DataError(
      `${where}: ${format} files are not read; there are ${readable.join(", ")}. Convert it to PNG.`,
    );
  }
  const sharp = await loadSharp(`${where}: to read ${format}${format === "PNG" ? " of this size" : ""}`);
  try {
    const image = sharp(bytes, { limitInputPixels: limitPixels, failOn: "error", ignoreIcc: true });
    const { width, height } = await image.metadata();
    checkSize(where, width, height, limitPixels);
    const { data, info } = await image
      .rotate()
      .toColourspace("srgb")
      .ensureAlpha()
      .raw({ depth: "uchar" })
      .toBuffer({ resolveWithObject: true });
    const pixels = new Uint8ClampedArray(data.buffer, data.byteOffset, data.length);
    return { width: info.width, height: info.height, data: pixels };
  } catch (cause) {
    if (cause instanceof DataError) throw cause;
    throw new DataError(
      `${where}: the ${format} is damaged, or of a kind that sharp does not read: ${(cause as Error).message}.`,
      { cause },
    );
  }
}

/** Formats to write, by a file's ending. */
export const writable = {
  ".jpg": "jpeg",
  ".jpeg": "jpeg",
  ".webp": "webp",
  ".avif": "avif",
  ".gif": "gif",
  ".tif": "tiff",
  ".tiff": "tiff",
} as const;

/** Opaque RGBA pixels as an encoded file of a format, with sharp's own settings for it, TIFF without loss. */
export async function encodeWithSharp(
  { width, height, data }: Picture,
  ending: keyof typeof writable,
  where: string,
): Promise<Uint8Array> {
  const format = writable[ending];
  const sharp = await loadSharp(`${where}: to write ${format.toUpperCase()}`);
  const image = sharp(data, { raw: { width, height, channels: 4 } }).removeAlpha();
  // sharp's own choice for TIFF is JPEG inside, with loss.
  return (format === "tiff" ? image.tiff({ compression: "deflate" }) : image.toFormat(format)).toBuffer();
}

async function loadSharp(what: string): Promise<typeof import("sharp")["default"]> {
  try {
    return (await import("sharp")).default;
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    const missing = code === "ERR_MODULE_NOT_FOUND" || code === "MODULE_NOT_FOUND";
    throw new DataError(
      missing
        ? `${what}, the package sharp is needed: npm install sharp`
        : `${what}, the package sharp is needed, and it does not start: ${message.split("\n")[0]} Install it again: npm install sharp`,
      { cause },
    );
  }
}
