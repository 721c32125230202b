import { correlationFigure } from "../../draw/correlation.js";
import { informationFigure } from "../../draw/information.js";
import { klFigure } from "../../draw/kl.js";
import { varianceFigure } from "../../draw/variance.js";
import type { DimensionsAnalysis } from "../analysis/dimensions.js";
import type { Information } from "../analysis/information.js";
import type { Analysis } from "../analyze.js";
import { dimensionName, list, percent, plural, pointsName, short, signed } from "../words.js";
import type { Section, SectionFigure } from "./section.js";

/** Correlation that is worth a word. */
const strong = 0.3;
/** Nats about the example that are next to nothing. */
const little = 0.05;
/** Dimensions above which the neighbours of any affordable number of rows are too far for estimates of dimension. */
const unbiased = 10;
/** Inactive dimensions that may tell something, of which each is named. */
const mostConflicts = 4;

export function dimensionsSection(analysis: Analysis): Section {
  const { input, dimensions, map } = analysis;
  const { kl, active, order, correlation, information } = dimensions;
  const points = pointsName(input);
  const names = Array.from({ length: input.latent }, (_, i) => dimensionName(i));
  const figures: SectionFigure[] = [];
  if (kl) {
    figures.push({
      file: "kl",
      caption:
        "Mean KL divergence of each dimension from N(0, 1), the largest first; pale bars are inactive.",
      draw: (theme) => klFigure({ kl, active }, { theme }),
    });
  }
  if (input.latent > 1) {
    figures.push({
      file: "variance",
      caption: `Share of the variance of the ${points} that each principal axis holds.`,
      draw: (theme) => varianceFigure({ ratio: map.explained }, { theme }),
    });
    figures.push({
      file: "correlation",
      caption: `Correlation of the ${points} of each pair of dimensions.`,
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
  const points = pointsName(input);
  const { kl, order, strongest, intrinsic, information } = dimensions;
  const said = activity(dimensions, points, pointsName(input, "one"));
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
        `${plural(enough, "principal axis holds", "principal axes hold")} 90 % of the variance of the ${points}.`,
      );
    }
  }
  if (latent > 1 && intrinsic && intrinsic.rows > 1 && Number.isFinite(intrinsic.twoNn)) {
    said.push(
      `In small regions the ${points} spread over about ${plural(Math.round(intrinsic.mle), "dimension")} ` +
        `(${intrinsic.twoNn.toFixed(1)} by TwoNN, ${intrinsic.mle.toFixed(1)} by maximum likelihood).` +
        (latent > unbiased ? ` Such estimates are too low above about ${unbiased} dimensions.` : ""),
    );
  }
  return [...said, ...information.map(wordsOfInformation)];
}

/** Against chance the largest of all dimensions is compared with the largest: of many estimates one is always far out. */
function wordsOfInformation({ name, nats, entropy, chance, shuffles }: Information): string {
  const best = nats.reduce((top, value, i) => (value > nats[top]! ? i : top), 0);
  const most = nats[best]!;
  const compared = `with ${name} shuffled the largest of ${shuffles} times is ${chance.toFixed(2)}`;
  if (most <= chance) {
    return `No dimension by itself says more about ${name} than chance: the most is ${signed(most)} nats; ${compared}.`;
  }
  const amount =
    entropy === null
      ? `${most.toFixed(2)} nats`
      : `${Math.min(most, entropy).toFixed(2)} of ${entropy.toFixed(2)} nats`;
  return `By itself, ${dimensionName(best)} says the most about ${name}: ${amount} (${compared}).`;
}

/** Which dimensions are inactive, and whether they tell as little as that sounds. */
function activity(
  { kl, variance, signal, limit, active }: DimensionsAnalysis,
  points: string,
  point: string,
): string[] {
  const latent = active.length;
  const inactive = active.flatMap((is, i) => (is ? [] : [i]));
  const all =
    latent === 1 ? "The only dimension is" : `${latent === 2 ? "Both" : `All ${latent}`} dimensions are`;
  if (inactive.length === 0) {
    const each = latent === 1 ? `its ${point} varies` : `the ${point} of each varies`;
    return [`${all} active: ${each} from example to example.`];
  }
  const one = inactive.length === 1;
  const some =
    inactive.length === latent ? all : `${inactive.length} of ${latent} dimensions ${one ? "is" : "are"}`;
  if (!signal || !limit) {
    // Nothing is known of noise: what hardly varies beside the others may still tell something.
    const what = inactive.length === latent ? `the ${points} are all the same` : "";
    const names = list(inactive.map(dimensionName));
    const compared = `over the examples the variance of ${names} is at most 0.01 of the largest, ${short(largest(variance))}`;
    return [`${some} inactive: ${what || compared}.`];
  }
  const means = `the ${one ? point : points} of ${list(inactive.map(dimensionName))}`;
  const why = kl
    ? `over the examples the variance of ${means} is below 0.01`
    : `${means} ${one ? "holds" : "hold"} at most ${percent(largest(inactive.map((i) => signal[i]!)))} of ${one ? "its" : "their"} variance`;
  const telling = inactive.filter((i) => limit[i]! > little);
  const nothing = `${one ? "it tells" : "they tell"} next to nothing of x (at most ${short(largest(inactive.map((i) => limit[i]!)))} nats${one ? "" : " each"})`;
  return [
    `${some} inactive: ${why}${telling.length === 0 ? `, and ${nothing}` : ""}.`,
    ...telling
      .slice(0, mostConflicts)
      .map(
        (i) =>
          `Yet ${dimensionName(i)} may tell something, up to ${short(limit[i]!)} nats: the variance of its posterior mean, ` +
          `${short(variance[i]!)}, is ${percent(signal[i]!)} of all its variance.`,
      ),
  ];
}

const largest = (values: readonly number[]) => values.reduce((most, value) => Math.max(most, value), 0);

/** How many values, from the first on, it takes to reach a sum. */
function countUntil(values: readonly number[], wanted: number): number {
  let sum = 0;
  for (const [i, value] of values.entries()) {
    sum += value;
    if (sum >= wanted) return i + 1;
  }
  return values.length;
}
