import { gridFigure } from "../../draw/grid.js";
import type { Analysis } from "../analyze.js";
import { takePictures } from "../input.js";
import { list, short } from "../words.js";
import type { Section } from "./section.js";

/** A local outlier factor above this stands out (Breunig et al. 2000: about 1 inside a cluster). */
const standsOut = 1.5;

export function outliersSection({ input, outliers }: Analysis): Section {
  const { pictures, index, classes } = input;
  const { order, lof } = outliers;
  const odd = lof.reduce((sum, value) => sum + Number(value > standsOut), 0);
  const place = (row: number) => index?.[row] ?? row;
  const sentences = [
    odd === 0
      ? `No row stands out: every local outlier factor is below ${standsOut}.`
      : `${odd.toLocaleString("en")} of ${lof.length.toLocaleString("en")} rows stand out from their surroundings by a local outlier factor above ${standsOut}.`,
    `The furthest out are the rows ${list(Array.from(order.subarray(0, 8), (row) => `${place(row)} (${short(lof[row]!)})`))}.`,
  ];
  if (!pictures) return { id: "outliers", title: "Outliers", sentences, figures: [] };
  const columns = Math.min(8, order.length);
  return {
    id: "outliers",
    title: "Outliers",
    sentences,
    figures: [
      {
        file: "outliers",
        caption: "The examples whose codes lie furthest out, the furthest first, with their row and label.",
        draw: (theme) =>
          gridFigure(
            {
              pictures: takePictures(pictures, order),
              columns,
              captions: Array.from(
                order,
                (row) => `${place(row)}${classes ? `: ${classes.names[classes.of[row]!]}` : ""}`,
              ),
            },
            { theme, title: "Furthest out" },
          ),
      },
    ],
  };
}
