import { imageOf } from "../../core/paint.js";

/** How a grid lies on its canvas, in the canvas's pixels. */
export interface Sheet {
  columns: number;
  width: number;
  height: number;
  /** Of a cell's picture, one to one where there is room. */
  cellWidth: number;
  cellHeight: number;
  /** From one cell to the next; half the difference is left free on each side. */
  pitchX: number;
  pitchY: number;
}

/** Pixels of a canvas's side at most, which phones take too. */
const mostSide = 3072;
const gap = 2;

export function sheetOf([height, width]: readonly number[], columns: number, rows: number): Sheet {
  const room = (count: number) => mostSide / count - gap;
  const scale = Math.min(1, room(columns) / width!, room(rows) / height!);
  const cellWidth = Math.max(1, Math.floor(width! * scale));
  const cellHeight = Math.max(1, Math.floor(height! * scale));
  const [pitchX, pitchY] = [cellWidth + gap, cellHeight + gap];
  return {
    columns,
    width: columns * pitchX,
    height: rows * pitchY,
    cellWidth,
    cellHeight,
    pitchX,
    pitchY,
  };
}

/** Draw pictures [count, height, width, channels] into the cells from `first` on. */
export function paintCells(
  canvas: HTMLCanvasElement,
  sheet: Sheet,
  first: number,
  pixels: Uint8Array,
  shape: readonly number[],
): void {
  const context = canvas.getContext("2d")!;
  const [height, width] = shape as [number, number];
  const size = shape.reduce((a, b) => a * b, 1);
  const { columns, cellWidth, cellHeight, pitchX, pitchY } = sheet;
  for (let i = 0; i * size < pixels.length; i++) {
    const image = imageOf(pixels.subarray(i * size, (i + 1) * size), shape);
    const left = ((first + i) % columns) * pitchX + gap / 2;
    const top = Math.floor((first + i) / columns) * pitchY + gap / 2;
    if (cellWidth === width && cellHeight === height) {
      context.putImageData(image, left, top);
      continue;
    }
    const whole = new OffscreenCanvas(width, height);
    whole.getContext("2d")!.putImageData(image, 0, 0);
    context.imageSmoothingQuality = "high";
    context.clearRect(left, top, cellWidth, cellHeight);
    context.drawImage(whole, left, top, cellWidth, cellHeight);
  }
}

/** The grid enlarged by a whole number until a side has about a thousand pixels. */
export function enlarged(canvas: HTMLCanvasElement): HTMLCanvasElement {
  const scale = Math.max(1, Math.round(1024 / Math.max(canvas.width, canvas.height)));
  const large = document.createElement("canvas");
  large.width = canvas.width * scale;
  large.height = canvas.height * scale;
  const context = large.getContext("2d")!;
  context.imageSmoothingEnabled = false;
  context.drawImage(canvas, 0, 0, large.width, large.height);
  return large;
}
