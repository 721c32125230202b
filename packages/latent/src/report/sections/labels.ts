import type { Analysis } from "../analyze.js";
import { list, percent, plural } from "../words.js";
import type { Section } from "./section.js";

/** Classes that are named when the rest are told better. */
const mostNamed = 3;

export function labelsSection({ input: { classes }, labels }: Analysis): Section | null {
  if (!labels || !classes) return null;
  const { neighbours, accuracy, largest, largestShare, perClass } = labels;
  const { title, names } = classes;
  const sentences = [
    `The ${plural(neighbours, "nearest neighbour")} of each code, by a vote, ${neighbours === 1 ? "names" : "name"} the ${title} of ` +
      `${percent(accuracy)} of the rows; always saying ${names[largest]}, the most frequent, would name ${percent(largestShare)}.`,
  ];
  const worst = [...names.keys()].sort((a, b) => perClass[a]! - perClass[b]!).slice(0, mostNamed);
  if (names.length > mostNamed && accuracy < 1) {
    sentences.push(
      `They are right least often for ${list(worst.map((i) => `${names[i]} (${percent(perClass[i]!)})`))}.`,
    );
  }
  return { id: "labels", title: "Labels among neighbours", sentences, figures: [] };
}
