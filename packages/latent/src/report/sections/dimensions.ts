import { correlationFigure } from "../../draw/correlation.js";
import { informationFigure } from "../../draw/information.js";
import { klFigure } from "../../draw/kl.js";
import { varianceFigure } from "../../draw/variance.js";
import type { Analysis } from "../analyze.js";
import { dimensionName, list, plural, short, signed } from "../words.js";
import type { Section, SectionFigure } from "./section.js";

/** Correlation that is worth a word. */
const strong = 0.3;
/** Nats up to here are none: the estimate errs by so much, and by more of few rows. */
const leastTold = 0.02;

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
  const inactive = active.flatMap((is, i) => (is ? [] : [i]));
  const said = [activity(latent, inactive)];
  const total = kl?.reduce((sum, value) => sum + value, 0) ?? 0;
  if (kl && total > 0) {
    const half = countUntil(
      order.map((i) => kl[i]!),
      total / 2,
    );
    const most =
      half === 1
        ? `${dimensionName(order[0]!)} alone holds at least`
        : `the ${half} dimensions that tell the most hold at least`;
    said.push(
      `A code costs ${short(total)} nats (${short(total / Math.LN2)} bits) of KL on average, and tells at most so much of its example` +
        `${half < latent ? `; ${most} half of that` : ""}.`,
    );
  }
  if (strongest) {
    const { a, b, r } = strongest;
    said.push(
      Math.abs(r) < strong
        ? `No two active dimensions correlate by more than ${(Math.ceil(100 * Math.abs(r)) / 100).toFixed(2)}.`
        : `The active dimensions that correlate most are ${dimensionName(a)} and ${dimensionName(b)}, with r = ${signed(r)}.`,
    );
  }
  if (latent > 1) {
    const enough = countUntil(map.explained, 0.9);
    if (map.explained.some((share) => share > 0)) {
      said.push(
        `${plural(enough, "principal axis holds", "principal axes hold")} 90 % of the variance of the posterior means.`,
      );
    }
  }
  if (latent > 1 && intrinsic && intrinsic.rows > 1 && Number.isFinite(intrinsic.twoNn)) {
    said.push(
      `In small regions the posterior means spread over about ${plural(Math.round(intrinsic.mle), "dimension")} ` +
        `(${intrinsic.twoNn.toFixed(1)} by TwoNN, ${intrinsic.mle.toFixed(1)} by maximum likelihood).`,
    );
  }
  const nothing = Math.max(leastTold, 1 / Math.sqrt(input.rows));
  for (const { name, nats } of information) {
    const best = nats.reduce((top, value, i) => (value > nats[top]! ? i : top), 0);
    said.push(
      nats[best]! < nothing
        ? `No dimension by itself says much about ${name}.`
        : `By itself, ${dimensionName(best)} says the most about ${name}: ${short(nats[best]!)} nats.`,
    );
  }
  return said;
}

function activity(latent: number, inactive: readonly number[]): string {
  const each = latent === 1 ? "its posterior mean varies" : "the posterior mean of each varies";
  const all =
    latent === 1 ? "The only dimension is" : `${latent === 2 ? "Both" : `All ${latent}`} dimensions are`;
  if (inactive.length === 0) return `${all} active: ${each} from example to example.`;
  const one = inactive.length === 1;
  const some =
    inactive.length === latent ? all : `${inactive.length} of ${latent} dimensions ${one ? "is" : "are"}`;
  const names = list(inactive.map(dimensionName));
  return (
    `${some} inactive: ${names} ${one ? "tells" : "tell"} next to nothing of x, since over the examples the variance of ` +
    `${one ? "its posterior mean" : "their posterior means"} is below 0.01.`
  );
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
