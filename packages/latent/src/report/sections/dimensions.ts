import { correlationFigure } from "../../draw/correlation.js";
import { informationFigure } from "../../draw/information.js";
import { klFigure } from "../../draw/kl.js";
import { varianceFigure } from "../../draw/variance.js";
import type { Analysis } from "../analyze.js";
import { dimensionName, list, plural, short } from "../words.js";
import type { Section, SectionFigure } from "./section.js";

/** Correlation that is worth a word. */
const strong = 0.3;

export function dimensionsSection(analysis: Analysis): Section {
  const { input, dimensions, map } = analysis;
  const { kl, active, order, correlation, information } = dimensions;
  const names = Array.from({ length: input.latent }, (_, i) => dimensionName(i));
  const figures: SectionFigure[] = [];
  if (kl) {
    figures.push({
      file: "kl",
      caption:
        "Mean KL divergence of each dimension from N(0, 1), the most telling first; pale bars are inactive.",
      draw: (theme) => klFigure({ kl, active }, { theme }),
    });
  }
  if (input.latent > 1) {
    figures.push({
      file: "variance",
      caption: "Share of the variance of the posterior means that each principal axis holds.",
      draw: (theme) => varianceFigure({ ratio: map.explained }, { theme }),
    });
    figures.push({
      file: "correlation",
      caption: "Correlation of the posterior means of each pair of dimensions.",
      draw: (theme) => correlationFigure({ matrix: correlation, names }, { theme }),
    });
  }
  if (information.length > 0) {
    figures.push({
      file: "information",
      caption:
        "What each dimension by itself tells of the label and of each column: mutual information in nats.",
      draw: (theme) =>
        informationFigure(
          {
            nats: information.map(({ nats }) => order.map((i) => nats[i]!)),
            rows: information.map(({ name }) => name),
            columns: order.map((i) => names[i]!),
          },
          { theme },
        ),
    });
  }
  return { id: "dimensions", title: "Dimensions", sentences: sentences(analysis), figures };
}

function sentences({ input, dimensions, map }: Analysis): string[] {
  const { latent } = input;
  const { kl, active, order, strongest, intrinsic, information } = dimensions;
  const inactive = order.filter((i) => !active[i]);
  const said: string[] = [];
  if (inactive.length === 0) {
    said.push(
      `All ${plural(latent, "dimension")} are active: the posterior mean of each varies from example to example.`,
    );
  } else {
    said.push(
      `${inactive.length} of ${plural(latent, "dimension is", "dimensions are")} inactive: the posterior mean of ` +
        `${list(inactive.map(dimensionName))} varies by less than 0.01 between examples, so they tell nothing of x.`,
    );
  }
  if (kl) {
    const total = kl.reduce((sum, value) => sum + value, 0);
    const half = countUntil(
      order.map((i) => kl[i]!),
      total / 2,
    );
    said.push(
      `A code holds ${short(total)} nats (${short(total / Math.LN2)} bits) about its example on average; ` +
        `${half === 1 ? `${dimensionName(order[0]!)} alone holds` : `the first ${half} hold`} half of that.`,
    );
  }
  if (strongest) {
    const { a, b, r } = strongest;
    said.push(
      Math.abs(r) < strong
        ? `No two active dimensions correlate by more than ${Math.abs(r).toFixed(2)}.`
        : `${dimensionName(a)} and ${dimensionName(b)} correlate the most, with r = ${r.toFixed(2)}.`,
    );
  }
  if (latent > 1) {
    const enough = countUntil(map.explained, 0.9);
    said.push(
      `${plural(enough, "principal axis holds", "principal axes hold")} 90 % of the variance of the posterior means.`,
    );
  }
  if (latent > 1 && Number.isFinite(intrinsic.twoNn)) {
    said.push(
      `Near each other, the posterior means lie on something of about ${short(intrinsic.twoNn)} (TwoNN) to ` +
        `${short(intrinsic.mle)} (maximum likelihood) dimensions.`,
    );
  }
  for (const { name, nats } of information) {
    const best = nats.reduce((top, value, i) => (value > nats[top]! ? i : top), 0);
    said.push(
      nats[best]! < 0.01
        ? `No single dimension tells anything of ${name}.`
        : `${dimensionName(best)} tells the most of ${name} by itself: ${short(nats[best]!)} nats.`,
    );
  }
  return said;
}

/** How many values, from the first on, it takes to reach a sum. */
function countUntil(values: readonly number[], wanted: number): number {
  let sum = 0;
  for (const [i, value] of values.entries()) {
    sum += value;
    if (sum >= wanted) return i + 1;
  }
  return values.length;
}
