import { type Figure, type FigureOptions, startFigure } from "./figure.js";
import { drawGrid, said } from "./grid.js";
import { amount, percent } from "./numbers.js";
import { joinStrips, type Strip } from "./strips.js";

export interface InterpolationData {
  strips: readonly Strip[];
  /** Default: shares of the way, "0 %" to "100 %". */
  columnLabels?: readonly string[];
}

/** One strip for each way from one code to another. @throws ShapeError, DataError as gridFigure */
export async function interpolationFigure(
  { strips, columnLabels }: InterpolationData,
  options: FigureOptions = {},
): Promise<Figure> {
  const call = "interpolationFigure";
  const frame = await startFigure(call, options);
  const { pictures, columns } = joinStrips(call, strips);
  const rowLabels = strips.map(({ label }) => label);
  return drawGrid(
    frame,
    { pictures, columns, rowLabels, columnLabels: columnLabels ?? shares(columns) },
    {
      title: "Interpolations",
      alt: `${amount(strips.length, "strip")} of ${amount(columns, "picture")} from one code to another${said(": ", rowLabels)}.`,
    },
  );
}

function shares(steps: number): string[] {
  return Array.from({ length: steps }, (_, i) => percent(steps === 1 ? 0 : i / (steps - 1)));
}
