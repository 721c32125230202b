import { moveAlong } from "../../../move/arithmetic.js";
import { runTask } from "../../../task.js";
import type { CheckedInput, Pictures } from "../../input.js";
import type { Step } from "../../step.js";
import { crossValidated, folds } from "./cross-validated.js";
import type { Decode } from "./decode.js";
import { meanOf } from "./mean.js";

/** Towards one class, and away from the others. */
export interface Direction {
  name: string;
  /** Rows of the class. */
  rows: number;
  /** Area under the ROC curve of a flat boundary between the class and the rest: logistic regression, of the rows held out in 5 folds. */
  auc: number;
  /** How far the pictures are from the mean of all codes, in distances between the mean of the class and that of the rest. */
  times: number[];
  pictures: Pictures;
}

export interface Directions {
  asked: Direction[];
  /** Classes of too few rows for the folds, or with too few rows of others. */
  small: string[];
  /** Classes after the first ten of those with enough rows. */
  further: number;
}

const most = 10;
const times = [-1, -0.5, 0, 0.5, 1, 1.5, 2];

export async function directions(
  { codes, classes, rows }: CheckedInput,
  decode: Decode,
  step: Step,
): Promise<Directions> {
  const found: Directions = { asked: [], small: [], further: 0 };
  if (!classes || classes.names.length < 2) return found;
  const { mu } = codes;
  const middle = meanOf(mu);
  const all = Array.from({ length: rows }, (_, row) => row);
  for (const [i, name] of classes.names.entries()) {
    const members = all.filter((row) => classes.of[row] === i);
    if (Math.min(members.length, rows - members.length) < folds) {
      found.small.push(name);
    } else if (found.asked.length === most) {
      found.further++;
    } else {
      const rest = all.filter((row) => classes.of[row] !== i);
      const others = meanOf(mu, rest);
      const towards = meanOf(mu, members).map((value, j) => value - others[j]!);
      const auc = await step.run("directions", (run) =>
        runTask(crossValidated(mu, members, rest, step.seed), run),
      );
      const z = moveAlong(middle, towards, times);
      const pictures = await step.run("directions", () => decode(z, "directions"));
      found.asked.push({ name, rows: members.length, auc, times, pictures });
    }
  }
  return found;
}
