import { DataError } from "../errors.js";

type Context = CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D;

/** A canvas of one's own, in a page or in a worker, which has no document. @throws DataError for more than it can hold */
export function createContext(where: string, width: number, height: number): Context {
  const context =
    typeof OffscreenCanvas === "undefined"
      ? pageContext(width, height)
      : new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true });
  if (!context)
    throw new DataError(`${where}: this browser gives no 2d canvas of ${width} x ${height} pixels.`);
  return context;
}

function pageContext(width: number, height: number): Context | null {
  const canvas = Object.assign(document.createElement("canvas"), { width, height });
  return canvas.getContext("2d", { willReadFrequently: true });
}
