import { DataError } from "../errors.js";
import { ramp } from "./colour.js";
import { type Figure, type FigureOptions, finishFigure, startFigure } from "./figure.js";
import { brief } from "./grid.js";
import { drawHeat, withLegend } from "./heat.js";
import { amount, fixed, short } from "./numbers.js";
import { rampLegend } from "./ramp-legend.js";

export interface InformationData {
  /** nats[r][c]: what dimension c tells of row r, a label or a column. */
  nats: readonly (readonly number[])[];
  rows: readonly string[];
  columns: readonly string[];
}

/** Mutual information of dimensions with labels and columns, in nats. @throws DataError for numbers that are not finite, or not one for each cell */
export async function informationFigure(
  { nats, rows, columns }: InformationData,
  options: FigureOptions = {},
): Promise<Figure> {
  const call = "informationFigure";
  const frame = await startFigure(call, options);
  if (nats.length !== rows.length || nats.some((row) => row.length !== columns.length)) {
    throw new DataError(
      `${call}: nats must be ${rows.length} rows of ${columns.length} numbers, as rows and columns say`,
    );
  }
  if (nats.some((row) => !row.every(Number.isFinite)))
    throw new DataError(`${call}: every number of nats must be finite`);
  const highest = Math.max(...nats.map((row) => Math.max(...row)), 0) || 1;
  const colour = ramp(frame.colours.sequential);
  const heat = drawHeat(frame, {
    rows,
    columns,
    rowTitle: undefined,
    columnTitle: "dimension",
    colour: (row, column) => colour(nats[row]![column]! / highest),
    text: (row, column) => fixed(nats[row]![column]!, 2),
  });
  const legend = rampLegend(
    { stops: frame.colours.sequential, ends: [0, highest], title: "nats" },
    { left: heat.body.width, height: heat.body.height },
    frame.colours,
    frame.type,
  );
  const best = nats.slice(0, 4).map((row, r) => {
    const at = row.indexOf(Math.max(...row));
    return `${brief(rows[r]!)} from ${brief(columns[at]!)} (${short(row[at]!)} nats)`;
  });
  return finishFigure(
    frame,
    withLegend(heat, legend, {
      title: "Mutual information",
      alt: `Heat map of the mutual information of ${amount(columns.length, "dimension")} with ${amount(rows.length, "variable")}; most is known of ${best.join(", of ")}.`,
    }),
  );
}
