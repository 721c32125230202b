import { gridFigure } from "../../draw/grid.js";
import { interpolationFigure } from "../../draw/interpolation.js";
import { manifoldFigure } from "../../draw/manifold.js";
import { traversalFigure } from "../../draw/traversal.js";
import type { Analysis } from "../analyze.js";
import { dimensionName, list, percent } from "../words.js";
import type { Section } from "./section.js";

export function traversalsSection({ moves, dimensions }: Analysis): Section | null {
  if (!moves) return null;
  const { traversals, manifold } = moves;
  const sentences = [
    `Each strip moves one dimension from the 1 % to the 99 % quantile of all codes and holds the others at their middle; ` +
      `${dimensions.kl ? "the dimensions with the most KL come first" : "the dimensions that vary most come first"}.`,
  ];
  const figures: Section["figures"] = [
    {
      file: "traversals",
      caption: "What each dimension does to the picture; above it, its value.",
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
  const shorter = interpolations.map(({ ways }) => {
    const [line, , path] = ways;
    return 1 - path!.length! / line!.length!;
  });
  const mean = shorter.reduce((sum, value) => sum + value, 0) / shorter.length;
  const sentences = [
    mean > 0.01
      ? `On the shortest path the pictures change ${percent(mean)} less on their way than along the straight line (by the decoder's pull-back metric), mean of ${interpolations.length}.`
      : "The straight line between two codes is about as short as any way, measured by how far the pictures change.",
  ];
  if (directions.length > 0) {
    const easy = directions.filter(({ auc }) => auc > 0.95).map(({ name }) => name);
    sentences.push(
      easy.length > 0
        ? `One straight direction tells ${list(easy)} from the rest (area under the ROC curve above 0.95).`
        : "No class is told from the rest by one straight direction (area under the ROC curve above 0.95).",
    );
  }
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
      caption: `From the mean of all codes away from and towards each ${input.classes?.title ?? "class"}, along the difference of the means.`,
      draw: (theme) =>
        interpolationFigure(
          {
            strips: directions.map(({ name, pictures }) => ({ label: name, pictures })),
            columnLabels: ["-1", "-0.5", "0", "0.5", "1", "1.5", "2"],
          },
          { theme, title: "Directions of classes" },
        ),
    });
  }
  return { id: "ways", title: "Ways between codes", sentences, figures };
}

export function samplesSection({ moves, prior }: Analysis): Section | null {
  if (!moves) return null;
  const sentences = [
    prior && prior.holes.share >= 0.05
      ? "Samples of the fitted mixture keep to where data lie; those of the prior also come from its holes."
      : "Samples, decoded: the seed of the report decides them.",
  ];
  return {
    id: "samples",
    title: "Samples",
    sentences,
    figures: moves.samples.map(({ name, pictures }) => ({
      file: `samples-${name.replace(/\W+/g, "-")}`,
      caption: `Drawn from the ${name}.`,
      draw: (theme) => gridFigure({ pictures, columns: 10 }, { theme, title: `Samples of the ${name}` }),
    })),
  };
}
