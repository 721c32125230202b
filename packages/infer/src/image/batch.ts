import { DataError, UsageError } from "../errors.js";
import { NdArray } from "../nd-array.js";
import { checkFitOptions, type FitOptions, fitPicture, type ImageShape } from "./fit.js";
import { defaultLimitPixels, type Picture } from "./picture.js";

/** What is asked of a manifest here: that its data are pictures, and of what shape. */
export interface ImageModel {
  readonly data: { readonly kind: string; readonly shape: readonly number[] };
}

export interface ReadOptions extends FitOptions {
  /** Pixels that one picture may have. Default 64 Mi */
  limitPixels?: number;
}

/** One picture in memory from a source, its size checked; `where` names it in errors. */
export type Open<Source> = (source: Source, where: string, limitPixels: number) => Promise<Picture>;

const optionNames = ["fit", "background", "invert", "limitPixels"];

/**
 * Pictures in a model's size, one after the other, so that one at a time is in memory at its own size.
 * @throws UsageError, DataError; see readImages of the two platforms
 */
export async function readBatch<Source>(
  { data }: ImageModel,
  sources: readonly Source[],
  { limitPixels = defaultLimitPixels, ...options }: ReadOptions,
  open: Open<Source>,
): Promise<NdArray<Uint8Array>> {
  const stray = Object.keys(options).find((name) => !optionNames.includes(name));
  if (stray)
    throw new UsageError(`readImages: there is no option "${stray}"; there are ${optionNames.join(", ")}`);
  if (!(limitPixels > 0))
    throw new UsageError(`readImages: limitPixels must be a positive number, got ${limitPixels}`);
  const fit = checkFitOptions("readImages", options);
  const shape = imageShape(data);
  if (sources.length === 0) throw new DataError("readImages: an empty list; give at least one picture.");
  const [height, width, channels] = shape;
  const size = height * width * channels;
  const rows = new Uint8Array(sources.length * size);
  for (const [i, source] of sources.entries()) {
    const where = sources.length === 1 ? "picture" : `picture ${i}`;
    rows.set(fitPicture(await open(source, where, limitPixels), shape, fit), i * size);
  }
  return new NdArray(rows, [sources.length, ...shape]);
}

function imageShape({ kind, shape }: ImageModel["data"]): ImageShape {
  if (kind !== "image" || shape.length !== 3) {
    throw new DataError(
      `readImages: this model's data are no pictures (${kind}, [${shape}]); give an NdArray.`,
    );
  }
  const [height, width, channels] = shape as ImageShape;
  if (channels !== 1 && channels !== 3) {
    throw new DataError(
      `readImages: the model takes pictures of ${channels} channels, and only 1 (grey) or 3 (red, green, blue) can be ` +
        `made of a picture. Give an NdArray [batch, ${shape.join(", ")}] of bytes instead.`,
    );
  }
  return [height, width, channels];
}
