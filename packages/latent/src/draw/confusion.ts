import { DataError } from "../errors.js";
import { nameOf } from "./classes.js";
import { ramp } from "./colour.js";
import { type Figure, type FigureOptions, finishFigure, startFigure } from "./figure.js";
import { brief } from "./grid.js";
import { drawHeat, withLegend } from "./heat.js";
import { amount, count, percent } from "./numbers.js";
import { rampLegend } from "./ramp-legend.js";

/** As confusionTable gives it. */
export interface ConfusionData {
  rows: readonly (string | number)[];
  columns: readonly (string | number)[];
  /** [rows, columns] */
  counts: ArrayLike<number>;
}

export interface ConfusionOptions extends FigureOptions {
  /** Default "label". */
  rowTitle?: string;
  /** Default "cluster". */
  columnTitle?: string;
}

/** Most rows or columns that can still be read. */
const most = 100;

/**
 * Counts of labels against clusters: a cell is coloured by its share of its row, and has its count where there is room.
 * @throws DataError for more than 100 rows or columns, or counts that are not one for each cell
 */
export async function confusionFigure(table: ConfusionData, options: ConfusionOptions = {}): Promise<Figure> {
  const call = "confusionFigure";
  const frame = await startFigure(call, options, ["rowTitle", "columnTitle"]);
  const { counts } = table;
  const { rowTitle = "label", columnTitle = "cluster" } = options;
  const rows = table.rows.map(nameOf);
  const columns = table.columns.map((name) => (name === -1 ? "noise" : nameOf(name)));
  if (Math.max(rows.length, columns.length) > most) {
    throw new DataError(
      `${call}: ${rows.length} x ${columns.length} cells cannot be read; up to ${most} x ${most} can. Join rare classes before, or score them with adjustedRandIndex.`,
    );
  }
  if (counts.length !== rows.length * columns.length) {
    throw new DataError(
      `${call}: ${rows.length} x ${columns.length} cells need as many counts, got ${counts.length}`,
    );
  }
  const at = (row: number, column: number) => counts[row * columns.length + column]!;
  const sums = rows.map((_, row) => columns.reduce((sum, _, column) => sum + at(row, column), 0));
  const share = (row: number, column: number) => (sums[row]! > 0 ? at(row, column) / sums[row]! : 0);
  const colour = ramp(frame.colours.sequential);
  const heat = drawHeat(frame, {
    rows,
    columns,
    rowTitle,
    columnTitle,
    colour: (row, column) => colour(share(row, column)),
    text: (row, column) => (at(row, column) === 0 ? "" : count(at(row, column))),
    everyLabel: true,
  });
  const legend = rampLegend(
    { stops: frame.colours.sequential, ends: [0, 1], title: "share of row", format: percent },
    { left: heat.body.width, height: heat.body.height },
    frame.colours,
    frame.type,
  );
  const largest = rows.slice(0, 4).map((name, row) => {
    const best = columns.reduce((best, _, column) => (at(row, column) > at(row, best) ? column : best), 0);
    return `${brief(name)} mostly in ${brief(columns[best]!)} (${percent(share(row, best))})`;
  });
  return finishFigure(
    frame,
    withLegend(heat, legend, {
      title: `${rowTitle} by ${columnTitle}`,
      alt: `Heat map of ${amount(rows.length, "row")} by ${amount(columns.length, "column")}, ${count(sums.reduce((a, b) => a + b, 0))} counts: ${largest.join("; ")}.`,
    }),
  );
}
