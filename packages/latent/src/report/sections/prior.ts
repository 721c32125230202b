import { gridFigure } from "../../draw/grid.js";
import type { Analysis } from "../analyze.js";
import { dimensionName, list, percent, short } from "../words.js";
import type { Section, SectionFigure } from "./section.js";

/** Moments that differ from the prior's by less are as good as equal. */
const near = 0.1;

export function priorSection({ input, prior }: Analysis): Section | null {
  const title = "Against the prior";
  if (!prior) {
    const sentences = [
      `The model's prior is ${input.prior}, not the standard normal: codes are not compared with N(0, I), and there are no ` +
        "KL divergences per dimension.",
    ];
    return { id: "prior", title, sentences, figures: [] };
  }
  const { distance, totalCorrelation, holes, inHoles } = prior;
  const odd = distance.std.flatMap((std, i) =>
    Math.abs(std - 1) > near || Math.abs(distance.mean[i]!) > near ? [i] : [],
  );
  const sentences = [
    odd.length === 0
      ? `All codes together have a mean within ${near} of 0 and a standard deviation within ${near} of 1 in each dimension, as the prior has.`
      : `All codes together differ from N(0, 1) in ${list(odd.map((i) => `${dimensionName(i)} (mean ${distance.mean[i]!.toFixed(2)}, standard deviation ${distance.std[i]!.toFixed(2)})`))}.`,
    `The aggregated posterior is ${short(distance.aggregateKl)} nats from the prior (KL, estimated), and ${short(distance.wasserstein2)} by the 2-Wasserstein distance of its Gaussian fit.`,
    `Its total correlation is ${short(totalCorrelation.estimate)} nats (${short(totalCorrelation.gaussian)} of it shows in the covariance): 0 would mean independent dimensions.`,
    `${percent(holes.share)} of what the prior draws lies further from all data than data lie from each other: ${
      holes.share < 0.05
        ? "samples of the prior are where the decoder was trained."
        : "there the decoder was never trained. Draw from the fitted mixture instead."
    }`,
  ];
  const figures: SectionFigure[] = inHoles
    ? [
        {
          file: "holes",
          caption: "The middles of the largest regions of the prior without data, decoded.",
          draw: (theme) =>
            gridFigure(
              { pictures: inHoles, columns: Math.min(12, inHoles.shape[0]!) },
              { theme, title: "Decoded from holes" },
            ),
        },
      ]
    : [];
  return { id: "prior", title, sentences, figures };
}
