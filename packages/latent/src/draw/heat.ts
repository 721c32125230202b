import { DataError } from "../errors.js";
import { hexOf, type Rgb, readableOn, rgbOf } from "./colour.js";
import { leftLabels, levelLabels } from "./edge-labels.js";
import type { Drawing, Frame } from "./figure.js";
import { encodePng } from "./png.js";
import { type Box, boxLayer, imageLayer, type Label, labelLayer, type Spec } from "./spec.js";
import { clean } from "./text.js";
import { sizes } from "./theme.js";

export interface Heat {
  rows: readonly string[];
  columns: readonly string[];
  rowTitle?: string;
  columnTitle?: string;
  /** Colour of the cell in a row and a column. */
  colour: (row: number, column: number) => Rgb;
  /** Text in it, where there is room; "" for none. */
  text?: (row: number, column: number) => string;
  /** Whether cells are drawn so large that each label can be read, which 100 rows and columns still are. */
  everyLabel?: boolean;
}

export interface DrawnHeat {
  body: { width: number; height: number; layer: Spec[] };
  images: Uint8Array[];
  /** Pixels of the cells and what stands left of them. */
  room: number;
}

/** Cells above which they are one image and not a rectangle each. */
const dense = 2500;
/** Most rows or columns of any heat map. */
export const mostCells = 1024;

/** A matrix as coloured cells with names on its left and above. @throws DataError for no rows or columns, or more than 1,024 */
export function drawHeat({ call, colours, type, options }: Frame, heat: Heat): DrawnHeat {
  const [rows, columns] = [heat.rows.length, heat.columns.length];
  if (rows === 0 || columns === 0 || Math.max(rows, columns) > mostCells) {
    throw new DataError(`${call}: rows and columns must be 1 to ${mostCells}, got ${rows} x ${columns}`);
  }
  const least = heat.everyLabel ? sizes.small + 1 : 1;
  const cell = (given: number | undefined, count: number, most: number) =>
    Math.max(given ? given / count : Math.min(Math.max(520 / count, least), most), least);
  const wide = cell(options.width, columns, 40);
  const high = options.height ? cell(options.height, rows, 40) : Math.min(wide, cell(undefined, rows, 40));
  const across = options.width || rows !== columns ? wide : high;
  const [width, height] = [across * columns, high * rows];

  const images: Uint8Array[] = [];
  const layer: Spec[] = [];
  if (rows * columns > dense) {
    images.push(cellImage(heat, rows, columns, Math.round(2 * Math.min(across, high))));
    layer.push(imageLayer(0, { width, height }));
  } else {
    const gap = Math.min(across, high) >= 12 ? 1 : 0;
    layer.push(boxLayer(boxes(heat, across, high, gap), gap ? {} : { stroke: null }));
  }
  if (heat.text) layer.push(...cellTexts(heat, heat.text, { across, high }, { colours, type }));
  const left = leftLabels(
    {
      names: heat.rows.map(clean),
      title: heat.rowTitle && clean(heat.rowTitle),
      pitch: high,
      first: high / 2,
      length: height,
    },
    colours,
    type,
  );
  const above = levelLabels(
    {
      names: heat.columns.map(clean),
      title: heat.columnTitle && clean(heat.columnTitle),
      pitch: across,
      first: across / 2,
      length: width,
      side: -1,
      at: 0,
    },
    colours,
    type,
  );
  layer.push(...left.layers, ...above.layers);
  return { body: { width, height, layer }, images, room: width + left.size };
}

/** What finishFigure takes, of a heat map with a legend. */
export function withLegend(
  { body, images, room }: DrawnHeat,
  legend: { layers: Spec[]; width: number },
  words: Pick<Drawing, "title" | "subtitle" | "alt">,
): Drawing {
  return {
    ...words,
    body: { ...body, layer: [...body.layer, ...legend.layers] },
    images,
    room: room + legend.width,
  };
}

function boxes({ rows, columns, colour }: Heat, wide: number, high: number, gap: number): Box[] {
  return rows.flatMap((_, row) =>
    columns.map((_, column) => ({
      x: column * wide + gap / 2,
      y: row * high + gap / 2,
      width: wide - gap,
      height: high - gap,
      colour: hexOf(colour(row, column)),
    })),
  );
}

function cellTexts(
  { rows, columns, colour }: Heat,
  text: (row: number, column: number) => string,
  { across, high }: { across: number; high: number },
  { colours, type }: Pick<Frame, "colours" | "type">,
): Spec[] {
  if (rows.length * columns.length > dense) return [];
  const labels = rows.flatMap((_, row) =>
    columns.map((_, column): Label => {
      const on = readableOn(rgbOf(hexOf(colour(row, column))), colours.ink, colours.paper);
      return { x: (column + 0.5) * across, y: (row + 0.5) * high, text: text(row, column), colour: on };
    }),
  );
  const widest = Math.max(...labels.map(({ text }) => type.width(text, sizes.small)));
  if (widest + 4 > across || sizes.small + 4 > high) return [];
  return [
    labelLayer(
      labels.filter(({ text }) => text !== ""),
      colours.ink,
      { align: "center", fontSize: sizes.small },
    ),
  ];
}

/** Cells as squares of `wanted` pixels, less where the image would become too large. */
function cellImage({ colour }: Heat, rows: number, columns: number, wanted: number): Uint8Array {
  const factor = Math.max(1, Math.min(wanted, Math.floor(4096 / Math.max(rows, columns))));
  const [width, height] = [columns * factor, rows * factor];
  const pixels = new Uint8ClampedArray(width * height * 4);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const [red, green, blue] = colour(row, column);
      for (let y = row * factor; y < (row + 1) * factor; y++) {
        for (let x = column * factor; x < (column + 1) * factor; x++) {
          const at = 4 * (y * width + x);
          pixels[at] = red;
          pixels[at + 1] = green;
          pixels[at + 2] = blue;
          pixels[at + 3] = 255;
        }
      }
    }
  }
  return encodePng(pixels, width, height);
}
