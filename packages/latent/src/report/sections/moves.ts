import { gridFigure } from "../../draw/grid.js";
import { interpolationFigure } from "../../draw/interpolation.js";
import { manifoldFigure } from "../../draw/manifold.js";
import { traversalFigure } from "../../draw/traversal.js";
import type { Arithmetic } from "../analysis/moves/arithmetic.js";
import { folds } from "../analysis/moves/cross-validated.js";
import type { Directions } from "../analysis/moves/directions.js";
import type { MovesAnalysis } from "../analysis/moves.js";
import type { Analysis } from "../analyze.js";
import type { PageTable } from "../page/page-data.js";
import { dimensionName, list, percent, plural } from "../words.js";
import { captionUnder, subtitleUnder } from "./decoded-under.js";
import type { Section } from "./section.js";

/** Area under the ROC curve above which a class is as good as told. */
const toldAbove = 0.95;

export function traversalsSection({ input, moves, dimensions }: Analysis): Section | null {
  if (!moves) return null;
  const { traversals, manifold } = moves;
  const [under, subtitle] = [captionUnder(input), subtitleUnder(input)];
  const sentences = [
    "Each strip moves one dimension from the 1 % to the 99 % quantile of all codes and holds the others at their median" +
      `${traversals.length < 2 ? "" : dimensions.kl ? "; the dimensions with the most KL come first" : "; those that vary most come first"}.`,
  ];
  const figures: Section["figures"] = [
    {
      file: "traversals",
      caption: `What each dimension does to the picture, with its value above${under}.`,
      draw: (theme) =>
        traversalFigure(
          {
            strips: traversals.map(({ dimension, ...strip }) => ({
              label: dimensionName(dimension),
              ...strip,
            })),
          },
          { theme, subtitle },
        ),
    },
  ];
  if (manifold) {
    const { dimensions: pair, across, down, pictures } = manifold;
    const names: [string, string] = [dimensionName(pair[0]), dimensionName(pair[1])];
    figures.push({
      file: "manifold",
      caption: `The plane of ${names[0]} and ${names[1]}, decoded over the quantiles of all codes${input.latent > 2 ? ", the other dimensions at their mean" : ""}${under}.`,
      draw: (theme) =>
        manifoldFigure({ pictures, columns: across, rows: down, dimensions: names }, { theme, subtitle }),
    });
  }
  return { id: "traversals", title: "What the dimensions do", sentences, figures };
}

export function waysSection({ moves, input }: Analysis): Section | null {
  if (!moves) return null;
  const { interpolations, directions, arithmetic } = moves;
  const { index, classes } = input;
  const [under, subtitle] = [captionUnder(input), subtitleUnder(input)];
  const title = classes?.title ?? "";
  const place = (row: number) => index?.[row] ?? row;
  const called = (row: number) =>
    classes ? `${title} ${classes.names[classes.of[row]!]}` : `row ${place(row)}`;
  const figures: Section["figures"] = interpolations.map(({ ways, from, to }, i) => ({
    file: `interpolation-${i + 1}`,
    caption: `From row ${place(from)} to row ${place(to)}, by four ways${under}.`,
    draw: (theme) =>
      interpolationFigure(
        { strips: ways.map(({ name, pictures }) => ({ label: name, pictures })) },
        { theme, subtitle, title: `From ${called(from)} to ${called(to)}` },
      ),
  }));
  const { asked } = directions;
  if (asked.length > 0) {
    figures.push({
      file: "directions",
      caption:
        `From the mean of all codes (0) towards each ${title} and away from it, along the difference between its mean ` +
        `and that of the rest (1)${under}.`,
      draw: (theme) =>
        interpolationFigure(
          {
            strips: asked.map(({ name, pictures }) => ({ label: name, pictures })),
            columnLabels: asked[0]!.times.map((times) => `${times}`.replace("-", "\u2212")),
          },
          { theme, subtitle, title: "Directions of classes" },
        ),
    });
  }
  if (arithmetic.length > 0) {
    figures.push({
      file: "arithmetic",
      caption: `Examples of one ${title} made another: less the mean of their own, plus the mean of the other${under}.`,
      draw: (theme) =>
        interpolationFigure(
          {
            strips: arithmetic.flatMap(({ from, to, strips }) =>
              strips.map(({ pictures }) => ({ label: `${from} \u2212 ${from} + ${to}`, pictures })),
            ),
            columnLabels: ["example", "\u2212 mean", "+ mean", "sum"],
          },
          { theme, subtitle, title: "Arithmetic" },
        ),
    });
  }
  const sentences = [
    ...wordsOfWays(interpolations),
    ...wordsOfDirections(directions, title),
    ...wordsOfArithmetic(arithmetic),
  ];
  if (figures.length === 0 && sentences.length === 0) return null;
  return {
    id: "ways",
    title: "Ways between codes",
    sentences,
    tables: asked.length > 0 ? [tableOf(directions, title)] : [],
    figures,
  };
}

function tableOf({ asked }: Directions, title: string): PageTable {
  return {
    caption: `How well a flat boundary tells each ${title} from the rest: area under the ROC curve of rows held out, 0.5 by chance.`,
    columns: [title, "rows", "area under the curve"],
    rows: asked.map(({ name, rows, auc }) => [name, rows, auc.toFixed(3)]),
  };
}

function wordsOfWays(interpolations: MovesAnalysis["interpolations"]): string[] {
  const measured = interpolations.filter(({ ways: [line] }) => line!.length! > 0);
  if (measured.length === 0) return [];
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
  const times = alongData.toFixed(1);
  if (times !== "1.0") {
    said.push(
      `The path along the data, which goes from neighbour to neighbour, is ${times} times as long as the straight line${pairs}, ` +
        "and leaves the codes only where there is a gap between them.",
    );
  }
  return said;
}

function wordsOfDirections({ asked, small, further }: Directions, title: string): string[] {
  const left = [
    ...(small.length > 0
      ? [
          `${plural(small.length, "class", "classes")} without ${folds} rows of their own and of others (${list(small)})`,
        ]
      : []),
    ...(further > 0 ? [`${plural(further, "class", "classes")} after the first ${asked.length}`] : []),
  ];
  const leftOut = left.length > 0 ? [`Not asked: ${left.join(", and ")}.`] : [];
  if (asked.length === 0) return leftOut;
  const told = asked.filter(({ auc }) => auc > toldAbove).map(({ name }) => name);
  const [least, most] = [Math.min, Math.max].map((of) => of(...asked.map(({ auc }) => auc)).toFixed(2));
  const areas = `${asked.length > 1 ? "ROC areas" : "ROC area"} on held-out rows ${least === most ? `${least}` : `from ${least} to ${most}`}`;
  const each = left.length > 0 ? `each of the ${asked.length} classes asked` : `each ${title}`;
  if (told.length === asked.length)
    return [`A flat boundary tells ${each} well from the rest (${areas}).`, ...leftOut];
  if (told.length === 0)
    return [`No flat boundary tells a ${title} well from the rest (${areas}).`, ...leftOut];
  return [
    `Of ${asked.length} classes, a flat boundary tells ${list(told)} well from the rest (ROC area above ${toldAbove}; ${areas}).`,
    ...leftOut,
  ];
}

function wordsOfArithmetic(arithmetic: readonly Arithmetic[]): string[] {
  if (arithmetic.length === 0) return [];
  const each = arithmetic.map(
    ({ from, to, moved, landed }, i) =>
      `${percent(landed)} of ${i === 0 ? plural(moved, "code") : moved} from ${from} to ${to}`,
  );
  return [
    `Moved by the difference between two classes' means, ${list(each)} come to lie nearest to a code of the new class.`,
  ];
}

export function samplesSection({ input, moves, prior }: Analysis): Section | null {
  if (!moves) return null;
  const sentences = [
    prior && prior.holes.share >= 0.05
      ? "Some samples of the prior come from where no codes lie; those of the mixture, which was fitted to the codes, less so."
      : "Random codes, decoded; the seed of the report decides which.",
  ];
  return {
    id: "samples",
    title: "Samples",
    sentences,
    figures: moves.samples.map(({ name, pictures }) => ({
      file: `samples-${name.replace(/\W+/g, "-")}`,
      caption: `Codes drawn from the ${name}, decoded${captionUnder(input)}.`,
      draw: (theme) =>
        gridFigure(
          { pictures, columns: 10 },
          { theme, title: `Samples of the ${name}`, subtitle: subtitleUnder(input) },
        ),
    })),
  };
}
