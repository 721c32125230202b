import { DataError } from "../errors.js";
import { checkRows, type Rows } from "../rows.js";
import { ramp } from "./colour.js";
import { type Figure, type FigureOptions, finishFigure, startFigure } from "./figure.js";
import { brief } from "./grid.js";
import { drawHeat, withLegend } from "./heat.js";
import { fixed } from "./numbers.js";
import { rampLegend } from "./ramp-legend.js";

export interface CorrelationData {
  /** [latent, latent], from -1 to 1. */
  matrix: Rows;
  /** Default "z0", "z1", ... */
  names?: readonly string[];
}

/** Correlations of all pairs, -1 to 1, 0 in the colour of the paper. @throws DataError for another number of names than columns */
export async function correlationFigure(
  { matrix, names }: CorrelationData,
  options: FigureOptions = {},
): Promise<Figure> {
  const call = "correlationFigure";
  const frame = await startFigure(call, options);
  const { data, rows, columns } = checkRows(call, matrix);
  if (rows !== columns) throw new DataError(`${call}: the matrix must be square, got [${matrix.shape}]`);
  const labels = names ?? Array.from({ length: rows }, (_, i) => `z${i}`);
  if (labels.length !== rows)
    throw new DataError(`${call}: ${rows} columns need as many names, got ${labels.length}`);

  const colour = ramp(frame.colours.diverging);
  const at = (row: number, column: number) => data[row * columns + column]!;
  const heat = drawHeat(frame, {
    rows: labels,
    columns: labels,
    colour: (row, column) => colour((at(row, column) + 1) / 2),
    text: (row, column) => (row === column ? "" : fixed(at(row, column), 2)),
  });
  const legend = rampLegend(
    {
      stops: frame.colours.diverging,
      ends: [-1, 1],
      title: "correlation",
      format: (value) => fixed(value, 1),
    },
    { left: heat.body.width, height: heat.body.height },
    frame.colours,
    frame.type,
  );
  return finishFigure(
    frame,
    withLegend(heat, legend, { title: "Correlation of the dimensions", alt: describe(at, labels) }),
  );
}

function describe(at: (row: number, column: number) => number, names: readonly string[]): string {
  const start = `Heat map of the correlations of ${names.length} dimensions`;
  let strongest: [number, number] | null = null;
  for (let row = 0; row < names.length; row++) {
    for (let column = row + 1; column < names.length; column++) {
      if (!strongest || Math.abs(at(row, column)) > Math.abs(at(...strongest))) strongest = [row, column];
    }
  }
  if (!strongest) return `${start}.`;
  const [a, b] = strongest;
  return `${start}; the strongest is ${fixed(at(a, b), 2)}, of ${brief(names[a]!)} and ${brief(names[b]!)}.`;
}
