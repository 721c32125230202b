import { DataError } from "../errors.js";
import { type Figure, type FigureOptions, startFigure } from "./figure.js";
import { brief, drawGrid, said } from "./grid.js";
import { amount, fixed, percent, short } from "./numbers.js";
import { joinStrips, type Strip } from "./strips.js";

export interface TraversalStrip extends Strip {
  /** The dimension's value in each picture. */
  values: readonly number[];
  /** Quantiles that the values are, 0 to 1; column labels where all strips have the same. */
  probabilities?: readonly number[];
}

/** One strip for each dimension, its values above its pictures. @throws ShapeError, DataError as gridFigure */
export async function traversalFigure(
  { strips }: { strips: readonly TraversalStrip[] },
  options: FigureOptions = {},
): Promise<Figure> {
  const call = "traversalFigure";
  const frame = await startFigure(call, options);
  const { pictures, columns } = joinStrips(call, strips);
  const wrong = strips.findIndex(({ values }) => values.length !== columns);
  if (wrong >= 0) {
    throw new DataError(
      `${call}: strip ${wrong} has ${columns} pictures and ${strips[wrong]!.values.length} values; give one for each`,
    );
  }
  const shares = strips[0]!.probabilities;
  const same =
    shares?.length === columns && strips.every(({ probabilities }) => equal(probabilities, shares));
  const ends = strips
    .slice(0, 5)
    .map(({ label, values }) => `${brief(label)} from ${short(values[0]!)} to ${short(values.at(-1)!)}`);
  return drawGrid(
    frame,
    {
      pictures,
      columns,
      rowLabels: strips.map(({ label }) => label),
      columnLabels: same ? shares.map(percent) : undefined,
      columnTitle: same ? "quantile of the codes" : undefined,
      captions: strips.flatMap(({ values }) => Array.from(values, (value) => fixed(value, 2))),
      captionsAbove: true,
    },
    {
      title: "Traversals",
      alt: `${amount(strips.length, "strip")} of ${amount(columns, "picture")}, in each one dimension moves${said(": ", ends)}.`,
    },
  );
}

function equal(a: readonly number[] | undefined, b: readonly number[]): boolean {
  return a?.length === b.length && a.every((value, i) => value === b[i]);
}
