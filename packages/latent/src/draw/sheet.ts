import { ShapeError, UsageError } from "../errors.js";

/** Pictures as they are shown: [count, height, width, channels] of bytes; 1 channel is grey, 3 RGB, 4 RGBA. */
export interface Pictures {
  readonly data: Uint8Array | Uint8ClampedArray;
  readonly shape: readonly number[];
}

export interface Sheet {
  /** [height, width, 4] RGBA; clear between the pictures. */
  pixels: Uint8ClampedArray;
  width: number;
  height: number;
  /** Pixels of the sheet for each of the figure. */
  density: number;
  /** Whether each pixel of a picture is a square of whole pixels of the figure, which then must not be smoothed. */
  enlarged: boolean;
  /** Pixels of the figure: a picture, and from one to the next. */
  cell: { width: number; height: number };
  pitch: { x: number; y: number };
}

export interface SheetLayout {
  columns: number;
  /** Pixels of the figure: all columns together, at most. */
  room: number;
  /** Widest picture in pixels of the figure; larger ones are enlarged less, or not at all. */
  most: number;
  gapX: number;
  gapY: number;
}

/** Pixels of the largest sheet. */
const largest = 2 ** 26;
/** Narrower than this a picture shows nothing. */
const narrowest = 4;

/** @throws ShapeError for what is no pictures */
export function checkPictures(
  call: string,
  pictures: Pictures,
): [count: number, height: number, width: number, channels: number] {
  const { data, shape } = (pictures ?? {}) as Partial<Pictures>;
  if (!(data instanceof Uint8Array || data instanceof Uint8ClampedArray) || !Array.isArray(shape)) {
    throw new ShapeError(
      `${call}: pictures must be { data: Uint8Array, shape: [count, height, width, channels] }, got data of ${
        (data as object | undefined)?.constructor.name ?? data
      }`,
    );
  }
  const [count, height, width, channels] = shape as [number, number, number, number];
  if (
    shape.length !== 4 ||
    !shape.every((size) => Number.isSafeInteger(size) && size >= 1) ||
    ![1, 3, 4].includes(channels)
  ) {
    throw new ShapeError(
      `${call}: pictures must have the shape [count, height, width, channels] with 1, 3 or 4 channels, got [${shape}]`,
    );
  }
  if (data.length !== count * height * width * channels) {
    throw new ShapeError(`${call}: ${data.length} bytes do not fill pictures of the shape [${shape}]`);
  }
  return [count, height, width, channels];
}

/**
 * Pictures side by side. Small ones are enlarged by a whole number, each pixel a square, at twice the figure's resolution, so that a PNG
 * at scale 2 has just these pixels; pictures that are larger than their place stay as they are, and whoever shows the figure shrinks them.
 */
export function drawSheet(
  call: string,
  pictures: Pictures,
  { columns, room, most, gapX, gapY }: SheetLayout,
): Sheet {
  const [count, height, width, channels] = checkPictures(call, pictures);
  const place = Math.min((room - gapX * (columns - 1)) / columns, most);
  if (place < narrowest) {
    throw new UsageError(
      `${call}: ${columns} columns leave ${Math.max(Math.floor(place), 0)} pixels for each picture; take fewer columns, or a larger width than ${room}`,
    );
  }
  const factor = Math.max(Math.floor((2 * place) / width), 1);
  const density = factor > 1 || 2 * place >= width ? 2 : width / place;
  const rows = Math.ceil(count / columns);
  const [gapAcross, gapDown] = [Math.round(gapX * density), Math.round(gapY * density)];
  const stepX = width * factor + gapAcross;
  const stepY = height * factor + gapDown;
  const across = stepX * columns - gapAcross;
  const down = stepY * rows - gapDown;
  if (across * down > largest || Math.max(across, down) > 32_767) {
    throw new UsageError(
      `${call}: ${count} pictures of ${width} x ${height} in ${columns} columns are a sheet of ${across} x ${down} pixels; draw fewer, or smaller ones`,
    );
  }
  const pixels = new Uint8ClampedArray(across * down * 4);
  for (let i = 0; i < count; i++) {
    const corner = (Math.floor(i / columns) * stepY * across + (i % columns) * stepX) * 4;
    for (let y = 0; y < height * factor; y++) {
      const line = (i * height + Math.floor(y / factor)) * width;
      let to = corner + y * across * 4;
      for (let x = 0; x < width; x++) {
        for (let repeat = 0; repeat < factor; repeat++, to += 4) {
          copyPixel(pictures.data, (line + x) * channels, channels, pixels, to);
        }
      }
    }
  }
  return {
    pixels,
    width: across,
    height: down,
    density,
    enlarged: factor > 1 && factor % 2 === 0,
    cell: { width: (width * factor) / density, height: (height * factor) / density },
    pitch: { x: stepX / density, y: stepY / density },
  };
}

function copyPixel(
  from: Uint8Array | Uint8ClampedArray,
  at: number,
  channels: number,
  pixels: Uint8ClampedArray,
  to: number,
): void {
  const grey = channels === 1;
  pixels[to] = from[at]!;
  pixels[to + 1] = from[grey ? at : at + 1]!;
  pixels[to + 2] = from[grey ? at : at + 2]!;
  pixels[to + 3] = channels === 4 ? from[at + 3]! : 255;
}
