import { DataError, UsageError } from "../errors.js";
import { createContext } from "./canvas.js";
import { type ImageRows, pictureOfRow } from "./rows.js";

/** Row i of x [batch, height, width, 1 or 3], 0 to 255, as opaque pixels. @throws ShapeError, DataError */
export function toImageData(x: ImageRows, i = 0): ImageData {
  const { width, height, data } = pictureOfRow("toImageData", x, i);
  return new ImageData(data, width, height);
}

/**
 * Row i of x [batch, height, width, 1 or 3], 0 to 255, as an encoded file.
 * @throws UsageError for a type that this browser does not write; ShapeError, DataError
 */
export async function toBlob(
  x: ImageRows,
  i = 0,
  {
    type = "image/png",
    quality,
  }: {
    /** Default "image/png" */
    type?: string;
    /** 0 to 1, of types with loss. Default the browser's */
    quality?: number;
  } = {},
): Promise<Blob> {
  const canvas = pictureCanvas("toBlob", x, i);
  const blob = await ("convertToBlob" in canvas
    ? canvas.convertToBlob({ type, quality })
    : new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, type, quality)));
  if (!blob) throw new DataError("toBlob: the browser could not encode the picture.");
  // A browser writes PNG in the place of a type that it does not know.
  if (blob.type !== type)
    throw new UsageError(`toBlob: this browser does not write ${type}; image/png is always there.`);
  return blob;
}

/**
 * Draw row i of x [batch, height, width, 1 or 3], 0 to 255, over the whole of a canvas, whatever its size.
 * @throws UsageError for a canvas in use by WebGL or WebGPU; ShapeError, DataError
 */
export function drawImage(
  canvas: HTMLCanvasElement | OffscreenCanvas,
  x: ImageRows,
  i = 0,
  {
    smooth = false,
  }: {
    /** Blend pixels where the canvas is larger, in the place of squares. Default false */
    smooth?: boolean;
  } = {},
): void {
  const picture = pictureCanvas("drawImage", x, i);
  const context = canvas.getContext("2d") as
    | CanvasRenderingContext2D
    | OffscreenCanvasRenderingContext2D
    | null;
  if (!context)
    throw new UsageError(
      "drawImage: the canvas is in use by another context than 2d; give one of its own, or use toImageData.",
    );
  context.save();
  context.resetTransform();
  context.globalAlpha = 1;
  context.globalCompositeOperation = "source-over";
  context.filter = "none";
  context.shadowColor = "transparent";
  context.imageSmoothingEnabled = smooth;
  context.drawImage(picture, 0, 0, canvas.width, canvas.height);
  context.restore();
}

function pictureCanvas(call: string, x: ImageRows, i: number): HTMLCanvasElement | OffscreenCanvas {
  const { width, height, data } = pictureOfRow(call, x, i);
  const context = createContext(call, width, height);
  context.putImageData(new ImageData(data, width, height), 0, 0);
  return context.canvas;
}
