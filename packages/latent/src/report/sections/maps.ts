import { densityFigure } from "../../draw/density.js";
import { scatterFigure } from "../../draw/scatter.js";
import type { Analysis } from "../analyze.js";
import type { Section, SectionFigure } from "./section.js";

const mostColumns = 6;

/** The first map in two dimensions: where rows are dense, and coloured by each column. */
export function mapsSection({ input, map }: Analysis): Section {
  const { points, name, axes: all } = map.embeddings.find(({ dimensions }) => dimensions === 2)!;
  const axes: [string, string] = [all[0]!, all[1]!];
  const projected = name === "PCA" || name === "z";
  const figures: SectionFigure[] = [
    {
      file: "density",
      caption: projected
        ? `Density of the codes, seen along ${name === "z" ? "both dimensions" : "two principal axes"}.`
        : `Density on the map by ${name}, which is not that of the codes: the map spreads groups its own way.`,
      draw: (theme) => densityFigure({ points, axes }, { theme, title: `Density of the map by ${name}` }),
    },
  ];
  const shown = input.columns.filter(({ values }) => Array.prototype.some.call(values, Number.isFinite));
  for (const [i, column] of shown.slice(0, mostColumns).entries()) {
    figures.push({
      file: `column-${i + 1}`,
      caption: `The codes by ${name}, coloured by ${column.name}.`,
      draw: (theme) =>
        scatterFigure(
          { points, values: column.values, legendTitle: column.name, axes },
          { theme, title: `${column.name} on the map by ${name}` },
        ),
    });
  }
  const sentences = projected
    ? []
    : [
        `A map by ${name} keeps neighbours together; distances between groups, their sizes and their densities on it mean little.`,
      ];
  if (shown.length > mostColumns) {
    sentences.push(`The first ${mostColumns} of ${shown.length} columns have a figure here.`);
  }
  return { id: "maps", title: "Density and columns", sentences, figures };
}
