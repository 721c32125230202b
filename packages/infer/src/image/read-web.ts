import { DataError, UsageError } from "../errors.js";
import type { NdArray } from "../nd-array.js";
import { type ImageModel, type ReadOptions, readBatch } from "./batch.js";
import { createContext } from "./canvas.js";
import { firstBytes, formatOf, pngSize } from "./format.js";
import { checkBytes, checkSize, type Picture } from "./picture.js";

/** Something that a canvas can draw. */
type Drawable = HTMLCanvasElement | OffscreenCanvas | ImageBitmap | HTMLImageElement | HTMLVideoElement;

/** Pixels, something that a canvas can draw, an encoded file (a File is a Blob), or where one can be fetched. */
export type ImageSource = ImageData | Drawable | Blob | URL | string;

type SourceOf = {
  ImageData: ImageData;
  HTMLCanvasElement: HTMLCanvasElement;
  OffscreenCanvas: OffscreenCanvas;
  ImageBitmap: ImageBitmap;
  HTMLImageElement: HTMLImageElement;
  HTMLVideoElement: HTMLVideoElement;
  Blob: Blob;
  File: File;
  URL: URL;
  String: string;
};

interface Given {
  where: string;
  limitPixels: number;
}

/** How each kind of source becomes pixels. The names are the platform's own, so that sources of another frame count too. */
const readers: { [K in keyof SourceOf]: (source: SourceOf[K], given: Given) => Promise<Picture> | Picture } =
  {
    ImageData: readPixels,
    HTMLCanvasElement: (canvas, given) => draw(canvas, canvas.width, canvas.height, given),
    OffscreenCanvas: (canvas, given) => draw(canvas, canvas.width, canvas.height, given),
    ImageBitmap: (bitmap, given) => draw(bitmap, bitmap.width, bitmap.height, given),
    HTMLImageElement: readElement,
    HTMLVideoElement: readFrame,
    Blob: readBlob,
    File: (file, { where, limitPixels }) => readBlob(file, { where: `${where} (${file.name})`, limitPixels }),
    URL: (url, given) => readUrl(url.href, given),
    String: readUrl,
  };

/**
 * Read pictures as a model takes them: one source, or a list of them; in a page or a worker.
 *
 * -> [batch, height, width, channels] uint8, of the manifest's shape. Encoded files are read by the browser: turned as
 * their EXIF orientation says, colour profiles not applied.
 * @throws DataError for a picture that cannot be read, is too large, or comes from another origin without its leave;
 * UsageError for bad options
 */
export async function readImages(
  manifest: ImageModel,
  sources: ImageSource | readonly ImageSource[],
  options: ReadOptions = {},
): Promise<NdArray<Uint8Array>> {
  return readBatch(manifest, isList(sources) ? sources : [sources], options, (source, where, limitPixels) =>
    open(source, { where, limitPixels }),
  );
}

function isList(sources: ImageSource | readonly ImageSource[]): sources is readonly ImageSource[] {
  return Array.isArray(sources);
}

async function open(source: ImageSource, given: Given): Promise<Picture> {
  const kind = Object.prototype.toString.call(source).slice("[object ".length, -1);
  if (!isKind(kind)) {
    throw new UsageError(
      `readImages: ${given.where} is ${kind}; give one of ${Object.keys(readers).join(", ")}. ` +
        "Pixels that are in memory already go to the model as they are, in an NdArray.",
    );
  }
  const read = readers[kind] as (source: ImageSource, given: Given) => Promise<Picture> | Picture;
  return read(source, given);
}

function isKind(kind: string): kind is keyof SourceOf {
  return Object.hasOwn(readers, kind);
}

function readPixels({ width, height, data }: ImageData, { where, limitPixels }: Given): Picture {
  checkSize(where, width, height, limitPixels);
  if (!(data instanceof Uint8ClampedArray))
    throw new DataError(`${where}: an ImageData of floats; give one with 8 bits for each channel.`);
  return { width, height, data };
}

function draw(source: Drawable, width: number, height: number, { where, limitPixels }: Given): Picture {
  checkSize(where, width, height, limitPixels);
  const context = createContext(where, width, height);
  try {
    context.drawImage(source, 0, 0, width, height);
    return context.getImageData(0, 0, width, height);
  } catch (cause) {
    const why =
      (cause as DOMException).name === "SecurityError"
        ? "it comes from another origin, whose pixels a page may not read. Serve it with " +
          "Access-Control-Allow-Origin and load it with crossOrigin"
        : (cause as Error).message;
    throw new DataError(`${where}: its ${width} x ${height} pixels cannot be read: ${why}.`, { cause });
  }
}

async function readElement(image: HTMLImageElement, given: Given): Promise<Picture> {
  try {
    await image.decode();
  } catch (cause) {
    const from = image.currentSrc || image.src;
    throw new DataError(
      `${given.where}: the <img> shows no picture${from ? `: ${shortened(from)} cannot be loaded or read` : "; it has no src"}.`,
      { cause },
    );
  }
  return draw(image, image.naturalWidth, image.naturalHeight, given);
}

function readFrame(video: HTMLVideoElement, given: Given): Picture {
  if (video.readyState < 2)
    throw new DataError(`${given.where}: the <video> has no frame yet; wait for its event loadeddata.`);
  return draw(video, video.videoWidth, video.videoHeight, given);
}

async function readBlob(blob: Blob, given: Given): Promise<Picture> {
  const { where, limitPixels } = given;
  checkBytes(where, blob.size, limitPixels);
  const head = new Uint8Array(await blob.slice(0, 256).arrayBuffer());
  const format = formatOf(head);
  const declared = format === "PNG" ? pngSize(head) : null;
  if (declared) checkSize(where, declared.width, declared.height, limitPixels);
  let bitmap: ImageBitmap;
  try {
    bitmap = await createImageBitmap(blob, { colorSpaceConversion: "none", premultiplyAlpha: "none" });
  } catch (cause) {
    const what = format
      ? `the ${format} is damaged, or of a kind that this browser does not read`
      : `no picture of a known format: ${firstBytes(head)}`;
    throw new DataError(`${where}: ${what} (${(cause as Error).message}).`, { cause });
  }
  try {
    return draw(bitmap, bitmap.width, bitmap.height, given);
  } finally {
    bitmap.close();
  }
}

async function readUrl(url: string, { limitPixels }: Given): Promise<Picture> {
  const where = shortened(url);
  let response: Response;
  try {
    response = await fetch(url);
  } catch (cause) {
    throw new DataError(`${where}: cannot be fetched (${(cause as Error).message}).`, { cause });
  }
  if (!response.ok)
    throw new DataError(`${where}: the server answers ${response.status} ${response.statusText}.`);
  checkBytes(where, Number(response.headers.get("content-length") ?? 0), limitPixels);
  return readBlob(await response.blob(), { where, limitPixels });
}

/** A data: URL holds the whole file. */
function shortened(url: string): string {
  return url.length > 100 ? `${url.slice(0, 100)}...` : url;
}
