import { gridFigure } from "../../draw/grid.js";
import { interpolationFigure } from "../../draw/interpolation.js";
import { manifoldFigure } from "../../draw/manifold.js";
import { traversalFigure } from "../../draw/traversal.js";
import type { MovesAnalysis } from "../analysis/moves.js";
import type { Analysis } from "../analyze.js";
import type { Classes } from "../input.js";
import { dimensionName, list, percent } from "../words.js";
import type { Section } from "./section.js";

export function traversalsSection({ moves, dimensions }: Analysis): Section | null {
  if (!moves) return null;
  const { traversals, manifold } = moves;
  const sentences = [
    "Each strip moves one dimension from the 1 % to the 99 % quantile of all codes and holds the others at their median" +
      `${traversals.length < 2 ? "" : dimensions.kl ? "; the dimensions with the most KL come first" : "; those that vary most come first"}.`,
  ];
  const figures: Section["figures"] = [
    {
      file: "traversals",
      caption: "What each dimension does to the picture, with its value above.",
      draw: (theme) =>
        traversalFigure(
          {
            strips: traversals.map(({ dimension, ...strip }) => ({
              label: dimensionName(dimension),
              ...strip,
            })),
          },
          { theme },
        ),
    },
  ];
  if (manifold) {
    const { dimensions: pair, across, down, pictures } = manifold;
    const names: [string, string] = [dimensionName(pair[0]), dimensionName(pair[1])];
    figures.push({
      file: "manifold",
      caption: `The plane of ${names[0]} and ${names[1]}, decoded over the quantiles of all codes.`,
      draw: (theme) =>
        manifoldFigure({ pictures, columns: across, rows: down, dimensions: names }, { theme }),
    });
  }
  return { id: "traversals", title: "What the dimensions do", sentences, figures };
}

export function waysSection({ moves, input }: Analysis): Section | null {
  if (!moves) return null;
  const { interpolations, directions } = moves;
  const sentences = [wordsOfWays(interpolations)];
  if (directions.length > 0) sentences.push(wordsOfDirections(directions, input.classes!));
  const figures: Section["figures"] = interpolations.map(({ ways, from, to }, i) => ({
    file: `interpolation-${i + 1}`,
    caption: `From row ${input.index?.[from] ?? from} to row ${input.index?.[to] ?? to}.`,
    draw: (theme) =>
      interpolationFigure(
        { strips: ways.map(({ name, pictures }) => ({ label: name, pictures })) },
        { theme },
      ),
  }));
  if (directions.length > 0) {
    figures.push({
      file: "directions",
      caption:
        `From the mean of all codes (0) towards each ${input.classes!.title} and away from it, along the difference between its mean ` +
        "and that of the rest (1).",
      draw: (theme) =>
        interpolationFigure(
          {
            strips: directions.map(({ name, pictures }) => ({ label: name, pictures })),
            columnLabels: directions[0]!.times.map((times) => `${times}`.replace("-", "\u2212")),
          },
          { theme, title: "Directions of classes" },
        ),
    });
  }
  return { id: "ways", title: "Ways between codes", sentences, figures };
}

function wordsOfWays(interpolations: MovesAnalysis["interpolations"]): string {
  const shorter = interpolations.flatMap(({ ways: [line, , path] }) =>
    line!.length! > 0 ? [1 - path!.length! / line!.length!] : [],
  );
  const mean = shorter.reduce((sum, value) => sum + value, 0) / shorter.length;
  const pairs = shorter.length === 1 ? "" : `, on the average of ${shorter.length} pairs`;
  return mean > 0.01
    ? `Along the shortest path the pictures change ${percent(mean)} less than along the straight line${pairs} (lengths by the decoder's pull-back metric).`
    : "The straight line between two codes is about as short as any way, measured by how far the pictures change.";
}

function wordsOfDirections(directions: MovesAnalysis["directions"], { title, names }: Classes): string {
  const told = directions.filter(({ auc }) => auc > 0.95).map(({ name }) => name);
  const measure = "(area under the ROC curve above 0.95)";
  if (told.length === 0) return `No ${title} is told from the rest by one straight direction ${measure}.`;
  if (told.length === directions.length && told.length > 2) {
    const asked = `${told.length}${told.length < names.length ? ` of ${names.length}` : ""}`;
    return `Each of ${asked} classes is told from the rest by a straight direction of its own ${measure}.`;
  }
  return `A straight direction of its own tells ${told.length > 1 ? "each of " : ""}${title} ${list(told)} from the rest ${measure}.`;
}

export function samplesSection({ moves, prior }: Analysis): Section | null {
  if (!moves) return null;
  const sentences = [
    prior && prior.holes.share >= 0.05
      ? "Samples of the mixture that was fitted to the codes keep to where data lie; some of the prior's come from its holes."
      : "Random codes, decoded; the seed of the report decides which.",
  ];
  return {
    id: "samples",
    title: "Samples",
    sentences,
    figures: moves.samples.map(({ name, pictures }) => ({
      file: `samples-${name.replace(/\W+/g, "-")}`,
      caption: `Codes drawn from the ${name}, decoded.`,
      draw: (theme) => gridFigure({ pictures, columns: 10 }, { theme, title: `Samples of the ${name}` }),
    })),
  };
}
