import { readFile, stat } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { DataError, UsageError } from "../errors.js";
import type { NdArray } from "../nd-array.js";
import { type ImageModel, type ReadOptions, readBatch } from "./batch.js";
import { firstBytes, formatOf, pngSize } from "./format.js";
import { checkBytes, checkSize, type Picture } from "./picture.js";
import { decodePng, mostPngjsPixels } from "./png.js";
import { decodeWithSharp } from "./sharp.js";

/** A path, a file: URL, or the bytes of an encoded file (PNG, JPEG, ...; a Buffer is a Uint8Array). */
export type ImageSource = string | URL | Uint8Array | ArrayBuffer;

/**
 * Read pictures as a model takes them: one source, or a list of them.
 *
 * -> [batch, height, width, channels] uint8, of the manifest's shape. PNG is read by vaekit; JPEG, WebP, AVIF, GIF, TIFF,
 * and PNG of more than 16 Mi pixels where the package sharp is installed. Pictures are turned as their EXIF orientation
 * says; colour profiles are not applied.
 * @throws DataError for a file that is missing, damaged, too large or of an unknown format; UsageError for bad options
 */
export async function readImages(
  manifest: ImageModel,
  sources: ImageSource | readonly ImageSource[],
  options: ReadOptions = {},
): Promise<NdArray<Uint8Array>> {
  return readBatch(manifest, isList(sources) ? sources : [sources], options, open);
}

function isList(sources: ImageSource | readonly ImageSource[]): sources is readonly ImageSource[] {
  return Array.isArray(sources);
}

async function open(source: ImageSource, place: string, limitPixels: number): Promise<Picture> {
  const { bytes, where } = await encoded(source, place, limitPixels);
  const format = formatOf(bytes);
  if (!format) {
    throw new DataError(
      `${where}: no picture of a known format: ${firstBytes(bytes)}. Give PNG, or JPEG, WebP, AVIF, GIF or TIFF.`,
    );
  }
  if (format !== "PNG") return decodeWithSharp(bytes, format, where, limitPixels);
  const size = pngSize(bytes);
  if (!size) throw new DataError(`${where}: the PNG is damaged: it has no header. Get the file again.`);
  checkSize(where, size.width, size.height, limitPixels);
  const small = size.width * size.height <= mostPngjsPixels;
  return small ? decodePng(bytes, where) : decodeWithSharp(bytes, format, where, limitPixels);
}

async function encoded(
  source: ImageSource,
  place: string,
  limitPixels: number,
): Promise<{ bytes: Uint8Array; where: string }> {
  if (typeof source === "string" || source instanceof URL) {
    const path = pathOf(source, place);
    return { bytes: await readWithin(path, limitPixels), where: path };
  }
  const bytes = source instanceof ArrayBuffer ? new Uint8Array(source) : source;
  if (!(bytes instanceof Uint8Array)) {
    throw new UsageError(
      `readImages: ${place} is ${describe(source)}; give a path, a file: URL, or a file's bytes in a Uint8Array. ` +
        "Pixels that are in memory already go to the model as they are, in an NdArray.",
    );
  }
  checkBytes(place, bytes.length, limitPixels);
  return { bytes, where: place };
}

function pathOf(source: string | URL, place: string): string {
  const url = /^[a-z][a-z0-9+.-]+:\/\//i.test(`${source}`) ? `${source}` : null;
  if (url === null && typeof source === "string") return source;
  if (!url?.startsWith("file:")) {
    throw new UsageError(
      `readImages: ${place} is ${source}; fetch it first and give its bytes: new Uint8Array(await response.arrayBuffer())`,
    );
  }
  return fileURLToPath(url);
}

async function readWithin(path: string, limitPixels: number): Promise<Uint8Array> {
  try {
    const found = await stat(path);
    if (!found.isFile()) throw new DataError(`${path}: not a file; give the path of a picture.`);
    checkBytes(path, found.size, limitPixels);
    return await readFile(path);
  } catch (cause) {
    if (cause instanceof DataError) throw cause;
    const { code } = cause as NodeJS.ErrnoException;
    throw new DataError(`${path}: ${code === "ENOENT" ? "no such file" : `cannot be read (${code})`}.`, {
      cause,
    });
  }
}

function describe(value: unknown): string {
  return value === null || value === undefined ? `${value}` : `a ${value.constructor?.name ?? typeof value}`;
}
