import { mutualInformation } from "../../describe/mutual-information.js";
import { Random } from "../../random.js";
import type { Rows } from "../../rows.js";
import { someRows, takeRows } from "../../sample-rows.js";
import type { CheckedInput } from "../input.js";
import type { Step } from "../step.js";

/** What each dimension tells, by itself, of the label or of a column. */
export interface Information {
  name: string;
  kind: "discrete" | "continuous";
  /** Mutual information with each dimension, nats. */
  nats: number[];
  /** Entropy of classes, nats: the most that anything can tell of them; null for amounts, which have no such limit. */
  entropy: number | null;
  /** The largest number of `nats` where rows were matched with targets at random: the largest of `shuffles` times. */
  chance: number;
  shuffles: number;
}

interface Target {
  name: string;
  values: ArrayLike<number>;
  kind: "auto" | "discrete";
}

/** Times that the largest of all estimates must not be reached by chance: 1 of 21 is below 5 %. */
const shuffles = 20;
/** Rows that an estimate takes at most, and rows times dimensions: each is made 21 times. */
const [mostRows, leastRows, mostNumbers] = [10_000, 2000, 160_000];
/** Rows of a target that there is something to say of. */
const fewest = 10;

/** Of the label and of each column that varies; rows without a value are left out. */
export async function analyzeInformation(input: CheckedInput, step: Step): Promise<Information[]> {
  const { codes, classes, columns, latent } = input;
  const most = Math.max(leastRows, Math.min(mostRows, Math.floor(mostNumbers / latent)));
  const targets: Target[] = columns.map((column) => ({ ...column, kind: "auto" }));
  if (classes) targets.unshift({ name: classes.title, values: classes.of, kind: "discrete" });
  const found: Information[] = [];
  for (const { name, values, kind } of targets) {
    const known = Array.from(values, (_, i) => i).filter((i) => Number.isFinite(values[i]));
    const rows = Array.from(someRows(known.length, most, step.seed), (i) => known[i]!);
    const target = Float64Array.from(rows, (row) => values[row]!);
    if (!canBeTold(target, kind)) continue;
    found.push({ name, ...(await measured(takeRows(codes.mu, rows), target, name, kind, step)) });
  }
  return found;
}

/** Whether there are values enough, different ones, and, of classes, one of two rows or more. */
function canBeTold(target: Float64Array, kind: Target["kind"]): boolean {
  const distinct = new Set(target).size;
  return target.length >= fewest && distinct > 1 && (kind === "auto" || distinct < target.length);
}

async function measured(
  points: Rows,
  target: Float64Array,
  name: string,
  asked: Target["kind"],
  step: Step,
): Promise<Omit<Information, "name">> {
  const { seed } = step;
  const { nats, kind } = await step.run(`what dimensions tell of ${name}`, (run) =>
    mutualInformation(points, target, { kind: asked, seed, ...run }),
  );
  const random = new Random(seed);
  let chance = 0;
  for (let i = 0; i < shuffles; i++) {
    const shuffled = Float64Array.from(random.choose(target.length, target.length), (row) => target[row]!);
    const none = await step.run(`what chance tells of ${name}`, (run) =>
      mutualInformation(points, shuffled, { kind, seed, ...run }),
    );
    chance = Math.max(chance, ...none.nats);
  }
  return { kind, nats, entropy: kind === "discrete" ? entropyOf(target) : null, chance, shuffles };
}

/** Of the classes of two rows or more, as the estimate has it. */
function entropyOf(target: Float64Array): number {
  const counts = new Map<number, number>();
  for (const value of target) counts.set(value, (counts.get(value) ?? 0) + 1);
  const sizes = [...counts.values()].filter((size) => size > 1);
  const rows = sizes.reduce((sum, size) => sum + size, 0);
  return sizes.reduce((sum, size) => sum - (size / rows) * Math.log(size / rows), 0);
}
