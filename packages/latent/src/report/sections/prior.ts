import { gridFigure } from "../../draw/grid.js";
import type { PriorAnalysis } from "../analysis/prior.js";
import type { Analysis } from "../analyze.js";
import { dimensionName, list, percent, plural, short, signed } from "../words.js";
import { captionUnder, subtitleUnder } from "./decoded-under.js";
import type { Section, SectionFigure } from "./section.js";

/** Moments that differ from the prior's by less are as good as equal. */
const near = 0.1;
/** Share of the prior far from all codes that is few. */
const few = 0.05;

export function priorSection({ input, prior }: Analysis): Section | null {
  const title = "Against the prior";
  if (!input.posteriors) {
    const sentences = ["These codes have no variances: nothing is said of KL or the prior."];
    return { id: "prior", title, sentences, figures: [] };
  }
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
      : `All codes together differ from N(0, 1) in ${list(odd.map((i) => `${dimensionName(i)} (mean ${signed(distance.mean[i]!)}, standard deviation ${distance.std[i]!.toFixed(2)})`))}.`,
    ...spreadOfCodes(distance, totalCorrelation),
    wordsOfDiscrepancy(distance),
    wordsOfHoles(holes, input.rows),
  ];
  const figures: SectionFigure[] = inHoles
    ? [
        {
          file: "holes",
          caption: `Draws of the prior that are furthest from all codes and from each other, decoded${captionUnder(input)}.`,
          draw: (theme) =>
            gridFigure(
              { pictures: inHoles, columns: Math.min(12, inHoles.shape[0]!) },
              { theme, title: "Decoded from holes", subtitle: subtitleUnder(input) },
            ),
        },
      ]
    : [];
  return { id: "prior", title, sentences, figures };
}

/** Information, KL from the prior and total correlation, as far as so many rows tell them. */
function spreadOfCodes(
  { mean, wasserstein2, aggregated }: PriorAnalysis["distance"],
  { gaussian, estimate, low, high }: PriorAnalysis["totalCorrelation"],
): string[] {
  const { rows, saturated, mutualInformation, mutualInformationUpper, marginalKl } = aggregated;
  const between = (from: number, to: number) =>
    short(from) === short(to) ? short(from) : `between ${short(from)} and ${short(to)}`;
  const within = (from: number, to: number) => (from > 0 ? between(from, to) : `at most ${short(to)}`);
  const interval = (from: number, to: number) => `95 % interval ${short(Math.max(0, from))} to ${short(to)}`;
  const information = Math.max(0, mutualInformation.value);
  const holds = `a code holds ${between(information, Math.max(information, mutualInformationUpper))} nats about which example it is of`;
  const said = saturated
    ? [
        `The posteriors of ${plural(rows, "example")} hardly overlap, and so many can tell no more than this: ${holds}, ` +
          `and the aggregated posterior is ${within(marginalKl.low, marginalKl.high)} nats from the prior (KL).`,
      ]
    : [
        `By the overlap of the posteriors, ${holds}.`,
        `The aggregated posterior is ${short(Math.max(0, marginalKl.value))} nats from the prior (KL, ${interval(marginalKl.low, marginalKl.high)}).`,
      ];
  said.push(`Its Gaussian fit is ${short(wasserstein2)} from the prior by the 2-Wasserstein distance.`);
  if (mean.length > 1) {
    const covariance = `${short(gaussian)} of its Gaussian fit`;
    said.push(
      saturated
        ? // Part of the KL from the prior, and so no larger.
          `Its total correlation is ${within(low, Math.min(high, marginalKl.high))} nats, ${covariance}: 0 would mean independent dimensions.`
        : `Its total correlation is ${short(Math.max(0, estimate))} nats (${interval(low, high)}), ${covariance}: 0 would mean independent dimensions.`,
    );
  }
  return said;
}

function wordsOfDiscrepancy({ mmd, mmdNullDeviation }: PriorAnalysis["distance"]): string {
  const found = `The squared maximum mean discrepancy between the codes and the prior is ${short(mmd)}`;
  const chance = `0 with a standard deviation of ${short(mmdNullDeviation)} if they were the same`;
  return mmd > 2 * mmdNullDeviation
    ? `${found}, where it would be about ${chance}: they differ.`
    : `${found}, no more than by chance (about ${chance}).`;
}

/** Share of the prior that is far from codes, against the share of held-out codes that are: none that has been detected is not none. */
function wordsOfHoles({ share, expected, standardError }: PriorAnalysis["holes"], rows: number): string {
  const found = `${percent(share)} of the prior's draws lie further from their nearest code than ${percent(1 - expected)} of held-out codes do`;
  if (share <= expected + 2 * standardError) {
    return `${found}: no excess over the ${percent(expected)} of equal distributions is detected at ${plural(rows, "row")}.`;
  }
  const instead = `${found}, where ${percent(expected)} would if the codes were spread as the prior`;
  if (share < few) return `${instead}: a small excess.`;
  return `${instead}: no example tells what to decode there. Draw from the fitted mixture instead.`;
}
