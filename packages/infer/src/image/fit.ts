import { UsageError } from "../errors.js";
import type { Picture } from "./picture.js";
import { type Fit, placements } from "./placement.js";
import { type Lines, resample } from "./resample.js";

export interface FitOptions {
  /**
   * "contain": all of the picture, background beside it; "cover": the model's picture is filled, what stands over at two
   * sides is cut off; "fill": stretched. Default "contain"
   */
  fit?: Fit;
  /** Behind transparent pixels and beside the picture, as the model shall see it: red, green, blue, 0 to 255. Default black */
  background?: readonly [number, number, number];
  /** 255 minus each value, for ink on paper where the model knows light on dark. Default false */
  invert?: boolean;
}

/** [height, width, channels], channels 1 (grey) or 3 (red, green, blue) */
export type ImageShape = readonly [number, number, number];

/**
 * A picture in a model's size and channels.
 *
 * RGBA [h, w, 4] -> [height, width, channels] uint8, 0 to 255. Where it shrinks, each new pixel is the mean over what it
 * covers; where it grows, it is linear between pixels. Grey is luma, Rec. 601: (299 R + 587 G + 114 B) / 1000, of the
 * numbers as they are stored. Transparent pixels are laid over the background before anything else.
 */
export function fitPicture(
  picture: Picture,
  shape: ImageShape,
  options: FitOptions = {},
): Uint8Array<ArrayBuffer> {
  const { fit, background, invert } = checkFitOptions("fitPicture", options);
  const [height, width, channels] = shape;
  const { from, to } = placements[fit](picture, { width, height });
  // What is seen is inverted last: the background is laid in as its own inverse.
  const behind = invert ? background.map((value) => 255 - value) : background;
  const colour = channels === 3 ? background : [luma(background[0], background[1], background[2])];
  const values = resample(channels === 3 ? rgbLines(picture, behind) : greyLines(picture, behind), from, to);
  const result = new Uint8ClampedArray(height * width * channels);
  if (colour.some((value) => value !== 0))
    for (let i = 0; i < result.length; i++) result[i] = Math.round(colour[i % channels]!);
  for (let y = 0; y < to.height; y++) {
    const row = ((to.top + y) * width + to.left) * channels;
    for (let k = 0; k < to.width * channels; k++) {
      const value = Math.round(values[y * to.width * channels + k]!);
      result[row + k] = invert ? 255 - value : value;
    }
  }
  return new Uint8Array(result.buffer);
}

/** @throws UsageError for an option that does not exist or cannot be used */
export function checkFitOptions(call: string, { fit, background, invert }: FitOptions): Required<FitOptions> {
  if (fit !== undefined && !Object.hasOwn(placements, fit)) {
    throw new UsageError(
      `${call}: fit must be one of ${Object.keys(placements).join(", ")}, got ${JSON.stringify(fit)}`,
    );
  }
  const isColour =
    background === undefined ||
    (Array.isArray(background) &&
      background.length === 3 &&
      background.every((value) => typeof value === "number" && value >= 0 && value <= 255));
  if (!isColour) {
    throw new UsageError(
      `${call}: background must be three numbers from 0 to 255 (red, green, blue), got ${JSON.stringify(background)}`,
    );
  }
  if (invert !== undefined && typeof invert !== "boolean")
    throw new UsageError(`${call}: invert must be true or false, got ${JSON.stringify(invert)}`);
  return { fit: fit ?? "contain", background: background ?? [0, 0, 0], invert: invert ?? false };
}

function luma(red: number, green: number, blue: number): number {
  return (299 * red + 587 * green + 114 * blue) / 1000;
}

function rgbLines({ width, height, data }: Picture, [red, green, blue]: readonly number[]): Lines {
  const line = (y: number, into: Float64Array) => {
    for (let x = 0; x < width; x++) {
      const at = (y * width + x) * 4;
      const alpha = data[at + 3]!;
      into[3 * x] = over(data[at]!, alpha, red!);
      into[3 * x + 1] = over(data[at + 1]!, alpha, green!);
      into[3 * x + 2] = over(data[at + 2]!, alpha, blue!);
    }
  };
  return { width, height, channels: 3, line };
}

/** Luma of what is laid over the background; the two can change places, since both are linear. */
function greyLines({ width, height, data }: Picture, [red, green, blue]: readonly number[]): Lines {
  const behind = luma(red!, green!, blue!);
  const line = (y: number, into: Float64Array) => {
    for (let x = 0; x < width; x++) {
      const at = (y * width + x) * 4;
      into[x] = over(luma(data[at]!, data[at + 1]!, data[at + 2]!), data[at + 3]!, behind);
    }
  };
  return { width, height, channels: 1, line };
}

function over(value: number, alpha: number, behind: number): number {
  return alpha === 255 ? value : (value * alpha + behind * (255 - alpha)) / 255;
}
