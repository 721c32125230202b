import { outliersFigure } from "../../draw/outliers.js";
import type { Analysis } from "../analyze.js";
import { takePictures } from "../input.js";
import { list, plural, short } from "../words.js";
import type { Section } from "./section.js";

/** A local outlier factor above this stands out (Breunig et al. 2000: about 1 inside a cluster). */
const standsOut = 1.5;
/** Up to here all rows are alike. */
const unlike = 1.01;

export function outliersSection({ input, outliers }: Analysis): Section {
  const { pictures, index, classes } = input;
  const { order, lof } = outliers;
  const odd = lof.reduce((sum, value) => sum + Number(value > standsOut), 0);
  const place = (row: number) => index?.[row] ?? row;
  const sentences = [
    odd === 0
      ? `No row stands out: no local outlier factor is above ${standsOut}.`
      : `${odd.toLocaleString("en")} of ${plural(lof.length, "row")} ${odd === 1 ? "stands" : "stand"} out from what surrounds ` +
        `${odd === 1 ? "it" : "them"}, with a local outlier factor above ${standsOut}.`,
  ];
  if (lof[order[0]!]! > unlike) {
    const furthest = Array.from(order.subarray(0, 8), (row) => `row ${place(row)} (${short(lof[row]!)})`);
    sentences.push(`The largest factors are those of ${list(furthest)}.`);
  }
  const table = {
    caption: "The rows of the largest local outlier factors.",
    columns: ["row", ...(classes ? [classes.title] : []), "local outlier factor"],
    rows: Array.from(order, (row) => [
      place(row),
      ...(classes ? [classes.names[classes.of[row]!]!] : []),
      short(lof[row]!),
    ]),
  };
  const figures: Section["figures"] = [];
  if (pictures) {
    figures.push({
      file: "outliers",
      caption:
        "The examples of the largest local outlier factors, with their factor, in the order of the table.",
      draw: (theme) =>
        outliersFigure(
          {
            pictures: takePictures(pictures, order),
            scores: Float32Array.from(order, (row) => lof[row]!),
            columns: 8,
          },
          { theme },
        ),
    });
  }
  return { id: "outliers", title: "Outliers", sentences, tables: [table], figures };
}
