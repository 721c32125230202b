import { DataError } from "../errors.js";
import { checkInteger } from "../options.js";
import { leftLabels, levelLabels } from "./edge-labels.js";
import { type Figure, type FigureOptions, type Frame, finishFigure, startFigure } from "./figure.js";
import { amount } from "./numbers.js";
import { encodePng } from "./png.js";
import { checkPictures, drawSheet, type Pictures, type Sheet } from "./sheet.js";
import { imageLayer, type Label, labelLayer, type Spec } from "./spec.js";
import { clean } from "./text.js";
import { sizes } from "./theme.js";

export interface GridData {
  pictures: Pictures;
  /** Pictures in a row. */
  columns: number;
  /** A name for each row, left of it. */
  rowLabels?: readonly string[];
  /** A name for each column, above it. */
  columnLabels?: readonly string[];
  rowTitle?: string;
  columnTitle?: string;
  /** A few characters for each picture, below it. */
  captions?: readonly string[];
}

export interface GridLayout extends GridData {
  /** Where captions stand. */
  captionsAbove?: boolean;
  /** Pixels between pictures. */
  gap?: number;
}

const captionHeight = 14;

/**
 * Pictures in rows, each pixel a crisp square. `width`: pixels of all columns, at most (default 620); pictures of up to 64 pixels are
 * enlarged to at most 64.
 * @throws ShapeError for what is no pictures; DataError for labels of another number than rows, columns or pictures
 */
export async function gridFigure(data: GridData, options: FigureOptions = {}): Promise<Figure> {
  const call = "gridFigure";
  const frame = await startFigure(call, options);
  const { count, rows, columns } = checkGrid(call, data);
  const alt = `${amount(count, "picture")} in ${amount(rows, "row")} of ${columns}${said("; rows: ", data.rowLabels)}${said("; columns: ", data.columnLabels)}.`;
  return drawGrid(frame, data, { title: amount(count, "picture"), alt });
}

/** What all figures of pictures are drawn with. */
export function drawGrid(
  frame: Frame,
  layout: GridLayout,
  { title, subtitle, alt }: { title: string; subtitle?: string; alt: string },
): Promise<Figure> {
  const { call, colours, type, options } = frame;
  const { columns, captions, captionsAbove = false, gap = 3 } = layout;
  const { pictureWidth, rows } = checkGrid(call, layout);
  const room = options.width ?? 620;
  const gapY = captions ? gap + captionHeight : gap;
  const sheet = drawSheet(call, layout.pictures, {
    columns,
    room,
    most: Math.max(64, pictureWidth),
    gapX: gap,
    gapY,
  });
  const top = captions && captionsAbove ? captionHeight : 0;
  const width = sheet.width / sheet.density;
  const picturesHeight = sheet.height / sheet.density;
  const height = picturesHeight + (captions ? captionHeight : 0);
  const { cell, pitch } = sheet;

  const layer: Spec[] = [picture(sheet, width, picturesHeight, top)];
  const rowNames = layout.rowLabels?.map(clean) ?? [];
  const rowTitle = layout.rowTitle && clean(layout.rowTitle);
  const left = leftLabels(
    {
      names: rowNames,
      title: rowTitle,
      pitch: pitch.y,
      first: top + cell.height / 2,
      length: rows * pitch.y,
    },
    colours,
    type,
  );
  const columnNames = layout.columnLabels?.map(clean) ?? [];
  const columnTitle = layout.columnTitle && clean(layout.columnTitle);
  const above = levelLabels(
    {
      names: columnNames,
      title: columnTitle,
      pitch: pitch.x,
      first: cell.width / 2,
      length: width,
      side: -1,
      at: 0,
    },
    colours,
    type,
  );
  if (rowNames.length > 0 || rowTitle) layer.push(...left.layers);
  if (columnNames.length > 0 || columnTitle) layer.push(...above.layers);
  if (captions) layer.push(captionLayer(frame, captions, { columns, sheet, top, captionsAbove }));
  return finishFigure(frame, {
    title,
    subtitle,
    alt,
    room: width + (rowNames.length > 0 ? left.size : 0),
    body: { width, height, layer },
    images: [encodePng(sheet.pixels, sheet.width, sheet.height)],
  });
}

function picture({ enlarged }: Sheet, width: number, height: number, y: number): Spec {
  const layer = imageLayer(0, { y, width, height });
  return enlarged ? { ...layer, mark: { ...(layer.mark as Spec), smooth: false } } : layer;
}

function captionLayer(
  { colours, type }: Frame,
  captions: readonly string[],
  at: { columns: number; sheet: Sheet; top: number; captionsAbove: boolean },
): Spec {
  const { cell, pitch } = at.sheet;
  const labels = captions.map((caption, i): Label => {
    const y = at.top + Math.floor(i / at.columns) * pitch.y;
    return {
      x: (i % at.columns) * pitch.x + cell.width / 2,
      y: at.captionsAbove ? y - captionHeight / 2 : y + cell.height + captionHeight / 2,
      text: type.fit(clean(caption), pitch.x - 1, sizes.small),
    };
  });
  return labelLayer(labels, colours.muted, { align: "center", fontSize: sizes.small });
}

/** @throws ShapeError, DataError as gridFigure */
function checkGrid(call: string, { pictures, columns, ...names }: GridData) {
  const [count, , pictureWidth] = checkPictures(call, pictures);
  checkInteger(call, "columns", columns, 1);
  const rows = Math.ceil(count / columns);
  for (const [what, labels, wanted] of [
    ["rowLabels", names.rowLabels, rows],
    ["columnLabels", names.columnLabels, columns],
    ["captions", names.captions, count],
  ] as const) {
    if (labels === undefined || labels.length === wanted) continue;
    throw new DataError(`${call}: ${what} must have ${wanted} entries, one for each; got ${labels.length}`);
  }
  return { count, rows, columns: Math.min(columns, count), pictureWidth };
}

/** The first few names, for the sentence. */
export function said(start: string, names: readonly string[] | undefined): string {
  if (!names?.length) return "";
  const few = names.slice(0, 8).map((name) => brief(name));
  return `${start}${few.join(", ")}${names.length > 8 ? ` and ${names.length - 8} more` : ""}`;
}

export function brief(name: string): string {
  const text = clean(name);
  return text.length > 40 ? `${Array.from(text).slice(0, 39).join("")}…` : text;
}
