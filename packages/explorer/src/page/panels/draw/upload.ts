import { type Fit, type Picture, readImages } from "@vaekit/infer/web";
import { messageOf } from "../../core/decode-loop.js";
import { isInverse } from "./border.js";
import { blankSurface, type Colour, surfaceOf } from "./surface.js";

/** A picture of the reader's, as it was opened, and how it is fitted. */
export interface Upload {
  source: File | HTMLImageElement;
  /** As the reader calls it. */
  name: string;
  fit: Extract<Fit, "contain" | "cover">;
  invert: boolean;
  /** Whether it was inverted by itself, since its border is bright and the data's are dark (or the other way round). */
  inverted: boolean;
}

/** Pixels of a side when a picture's border is looked at. */
const lookSide = 64;

/** @throws Error when the browser opens no picture in it */
export async function openUpload(file: File, shape: readonly number[], background: Colour): Promise<Upload> {
  const source = file.type === "image/svg+xml" ? await openDrawing(file) : file;
  const [black, white] = await Promise.all([look(source, [0, 0, 0]), look(source, [255, 255, 255])]);
  const inverted = shape[2] === 1 && isInverse(black, white, lookSide, background);
  return { source, name: file.name, fit: "contain", invert: inverted, inverted };
}

async function look(source: Upload["source"], ground: Colour): Promise<Uint8Array> {
  const model = modelOf([lookSide, lookSide, 3]);
  const { data } = await readImages(model, source, { fit: "fill", background: ground });
  return data;
}

/** Browsers open SVG in an image alone. */
async function openDrawing(file: File): Promise<HTMLImageElement> {
  const image = new Image();
  image.src = URL.createObjectURL(file);
  try {
    await image.decode();
  } catch (cause) {
    throw new Error(`${file.name} is an SVG that this browser does not open (${messageOf(cause)}).`, {
      cause,
    });
  } finally {
    URL.revokeObjectURL(image.src);
  }
  return image;
}

/**
 * A picture on the surface. Each of the model's pixels is a square of one colour, just as readImages gives it; fine: at the
 * surface's own resolution, for what is scaled once more.
 */
export async function fitUpload(
  { source, fit, invert }: Upload,
  shape: readonly number[],
  background: Colour,
  fine: boolean,
): Promise<Picture> {
  const channels = shape[2] === 1 ? 1 : 3;
  const options = { fit, invert, background };
  if (!fine) {
    const own = [shape[0]!, shape[1]!, channels];
    return surfaceOf((await readImages(modelOf(own), source, options)).data, own);
  }
  const { width, height } = blankSurface(shape, background);
  const { data } = await readImages(modelOf([height, width, channels]), source, options);
  const rgba = new Uint8ClampedArray(height * width * 4).fill(255);
  for (let i = 0; i < height * width; i++) {
    for (let c = 0; c < 3; c++) rgba[4 * i + c] = data[i * channels + (channels === 1 ? 0 : c)]!;
  }
  return { width, height, data: rgba };
}

function modelOf(shape: number[]) {
  return { data: { kind: "image", shape } };
}
