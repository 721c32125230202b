import { DataError } from "../errors.js";
import { type Figure, type FigureOptions, startFigure } from "./figure.js";
import { drawGrid } from "./grid.js";
import { amount, short } from "./numbers.js";
import { checkPictures, type Pictures } from "./sheet.js";

export interface OutliersData {
  /** The most outlying first. */
  pictures: Pictures;
  /** How far out each lies: its mean distance to its neighbours, or its local outlier factor. */
  scores: ArrayLike<number>;
  /** Pictures in a row. Default 10. */
  columns?: number;
}

/** Outliers with their scores. @throws ShapeError for what is no pictures; DataError for another number of scores */
export async function outliersFigure(
  { pictures, scores, columns = 10 }: OutliersData,
  options: FigureOptions = {},
): Promise<Figure> {
  const call = "outliersFigure";
  const frame = await startFigure(call, options);
  const [count] = checkPictures(call, pictures);
  if (scores.length !== count)
    throw new DataError(`${call}: ${count} pictures need as many scores, got ${scores.length}`);
  const captions = Array.from({ length: count }, (_, i) => short(scores[i]!));
  return drawGrid(
    frame,
    { pictures, columns: Math.min(columns, count), captions },
    {
      title: "Outliers",
      alt: `${amount(count, "picture")} of outliers, scores from ${captions[0]} to ${captions.at(-1)}.`,
    },
  );
}
