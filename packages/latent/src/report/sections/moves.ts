import { gridFigure } from "../../draw/grid.js";
import { interpolationFigure } from "../../draw/interpolation.js";
import { manifoldFigure } from "../../draw/manifold.js";
import { traversalFigure } from "../../draw/traversal.js";
import type { MovesAnalysis } from "../analysis/moves.js";
import type { Analysis } from "../analyze.js";
import type { Classes } from "../input.js";
import { dimensionName, list, percent } from "../words.js";
import type { Section } from "./section.js";

export function traversalsSection({ input, moves, dimensions }: Analysis): Section | null {
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
      caption: `The plane of ${names[0]} and ${names[1]}, decoded over the quantiles of all codes${input.latent > 2 ? ", the other dimensions at their mean" : ""}.`,
      draw: (theme) =>
        manifoldFigure({ pictures, columns: across, rows: down, dimensions: names }, { theme }),
    });
  }
  return { id: "traversals", title: "What the dimensions do", sentences, figures };
}

export function waysSection({ moves, input }: Analysis): Section | null {
  if (!moves) return null;
  const { interpolations, directions } = moves;
  const { index, classes } = input;
  const place = (row: number) => index?.[row] ?? row;
  const called = (row: number) =>
    classes ? `${classes.title} ${classes.names[classes.of[row]!]}` : `row ${place(row)}`;
  const sentences = wordsOfWays(interpolations);
  if (directions.length > 0) sentences.push(wordsOfDirections(directions, input.classes!));
  const figures: Section["figures"] = interpolations.map(({ ways, from, to }, i) => ({
    file: `interpolation-${i + 1}`,
    caption: `From row ${place(from)} to row ${place(to)}, by four ways.`,
    draw: (theme) =>
      interpolationFigure(
        { strips: ways.map(({ name, pictures }) => ({ label: name, pictures })) },
        { theme, title: `From ${called(from)} to ${called(to)}` },
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

function wordsOfWays(interpolations: MovesAnalysis["interpolations"]): string[] {
  const measured = interpolations.filter(({ ways: [line] }) => line!.length! > 0);
  const pairs = measured.length < 2 ? "" : `, on the average of ${measured.length} pairs`;
  const ratio = (way: number) =>
    measured.reduce((sum, { ways }) => sum + ways[way]!.length! / ways[0]!.length!, 0) / measured.length;
  const [shortest, alongData] = [ratio(2), ratio(3)];
  const said = [
    shortest < 0.99
      ? `Along the shortest path the pictures change ${percent(1 - shortest)} less than along the straight line${pairs} (lengths by ` +
        "the decoder's pull-back metric)."
      : "The straight line between two codes is about as short as any way, measured by how far the pictures change.",
  ];
  if (alongData > 0) {
    said.push(
      `The path along the data, which goes from neighbour to neighbour, is ${alongData.toFixed(1)} times as long as the straight line${pairs}, ` +
        "and leaves the codes only where there is a gap between them.",
    );
  }
  return said;
}

function wordsOfDirections(directions: MovesAnalysis["directions"], { title, names }: Classes): string {
  const told = directions.filter(({ auc }) => auc > 0.95).map(({ name }) => name);
  const by = "told from the rest by a straight direction of its own (area under the ROC curve above 0.95)";
  if (told.length === 0) return `No ${title} is ${by}.`;
  if (told.length === names.length) return `Each ${title} is ${by}.`;
  const asked = directions.length < names.length ? `the first ${directions.length}` : `${names.length}`;
  return `Of ${asked} classes, ${list(told, directions.length)} ${told.length === 1 ? "is" : "are each"} ${by}.`;
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
