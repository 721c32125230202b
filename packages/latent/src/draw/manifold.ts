import { DataError } from "../errors.js";
import { type Figure, type FigureOptions, startFigure } from "./figure.js";
import { brief, drawGrid } from "./grid.js";
import { fixed, short } from "./numbers.js";
import { checkPictures, type Pictures } from "./sheet.js";

export interface ManifoldData {
  /** rows.length * columns.length pictures, row by row. */
  pictures: Pictures;
  /** Values of the second dimension, from the upper row to the lower. */
  rows: readonly number[];
  /** Values of the first dimension, from left to right. */
  columns: readonly number[];
  /** Names: of the dimension that changes from left to right, and of that which changes from row to row. */
  dimensions: readonly [string, string];
}

/** The plane of two dimensions, decoded. @throws ShapeError for what is no pictures; DataError for another number of them */
export async function manifoldFigure(data: ManifoldData, options: FigureOptions = {}): Promise<Figure> {
  const call = "manifoldFigure";
  const frame = await startFigure(call, options);
  const { pictures, rows, columns, dimensions } = data;
  const [count] = checkPictures(call, pictures);
  if (count !== rows.length * columns.length) {
    throw new DataError(
      `${call}: ${rows.length} rows of ${columns.length} are ${rows.length * columns.length} pictures, got ${count}`,
    );
  }
  const [across, down] = dimensions;
  const range = (values: readonly number[]) => `${short(values[0]!)} to ${short(values.at(-1)!)}`;
  return drawGrid(
    frame,
    {
      pictures,
      columns: columns.length,
      rowLabels: rows.map((value) => fixed(value, 2)),
      columnLabels: columns.map((value) => fixed(value, 2)),
      rowTitle: down,
      columnTitle: across,
      gap: 0,
    },
    {
      title: `The plane of ${across} and ${down}`,
      alt: `${count} decoded pictures: ${brief(across)} goes from ${range(columns)} from left to right, ${brief(down)} from ${range(rows)} from top to bottom.`,
    },
  );
}
