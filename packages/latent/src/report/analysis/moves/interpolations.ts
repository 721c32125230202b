import { columnMoments } from "../../../linear/column-moments.js";
import { geodesic } from "../../../move/geodesic.js";
import { interpolate } from "../../../move/interpolate.js";
import type { Rows } from "../../../rows.js";
import { someRows, takeRows } from "../../../sample-rows.js";
import type { CheckedInput, Pictures } from "../../input.js";
import type { Step } from "../../step.js";
import type { Decode } from "./decode.js";
import { meanOf } from "./mean.js";

/** Between two examples, four ways. */
export interface Interpolation {
  /** Rows of the examples. */
  from: number;
  to: number;
  /** length: in output space; null where it was not measured. */
  ways: { name: string; pictures: Pictures; length: number | null }[];
}

const steps = 9;
const pairs = 3;
/** Codes that shortest paths run over: each of them, and what lies between neighbours, is decoded. */
const geodesicRows = 1500;
/** Squared distance between codes, against their variance, up to which pictures do not differ. */
const same = 1e-8;

export async function interpolations(
  input: CheckedInput,
  decode: Decode,
  step: Step,
): Promise<Interpolation[]> {
  const { codes, rows } = input;
  const { mu } = codes;
  const among = takeRows(mu, someRows(rows, geodesicRows, step.seed));
  const found: Interpolation[] = [];
  for (const [from, to] of endsOf(input, step.seed)) {
    const [a, b] = [from, to].map((row) => takeRows(mu, [row]).data) as [Float32Array, Float32Array];
    const line = interpolate(a, b, { steps });
    const arc = interpolate(a, b, { steps, path: "slerp" });
    const path = await step.run("shortest paths", (run) =>
      geodesic(among, { from: a, to: b, decode: (z) => decode(z, "shortest paths"), steps, ...run }),
    );
    const ways = [
      { name: "straight line", z: line, length: path.straightLength },
      { name: "arc (slerp)", z: arc, length: null },
      { name: "shortest path", z: path.z, length: path.length },
      { name: "along the data", z: path.graphZ, length: path.graphLength },
    ];
    const drawn: Interpolation["ways"] = [];
    for (const { name, z, length } of ways) {
      drawn.push({
        name,
        length,
        pictures: await step.run("interpolations", () => decode(z, "interpolations")),
      });
    }
    found.push({ from, to, ways: drawn });
  }
  return found;
}

/**
 * Pairs of examples: the ones nearest to the means of two classes, or rows drawn at random. Where the codes of two are the same, the
 * second gives way to the typical row that is furthest from the first, or the furthest of all; no pair where all codes are the same.
 */
function endsOf({ codes: { mu }, rows, classes }: CheckedInput, seed: number): [number, number][] {
  const chosen =
    classes && classes.names.length > 1
      ? classes.names.slice(0, 2 * pairs).map((_, name) => typicalRow(mu, classes.of, name))
      : someRows(rows, 2 * pairs, seed);
  const spread = columnMoments(mu.data, mu.shape[1]!).variance.reduce((sum, value) => sum + value, 0);
  const apart = (a: number, b: number) => distance(mu, a, takeRows(mu, [b]).data) > same * spread;
  const all = Array.from({ length: rows }, (_, row) => row);
  const found = new Map<string, [number, number]>();
  for (let i = 0; i + 1 < chosen.length; i += 2) {
    const from = chosen[i]!;
    const to = [[chosen[i + 1]!], chosen, all]
      .map((among) => furthest(mu, from, among))
      .find((row) => apart(from, row));
    if (to !== undefined) found.set([from, to].sort((a, b) => a - b).join(), [from, to]);
  }
  return [...found.values()];
}

function furthest(mu: Rows, from: number, among: ArrayLike<number>): number {
  const code = takeRows(mu, [from]).data;
  let best = among[0]!;
  for (let i = 1; i < among.length; i++) {
    if (distance(mu, among[i]!, code) > distance(mu, best, code)) best = among[i]!;
  }
  return best;
}

/** Squared Euclidean, of a row's code from another. */
function distance({ data, shape }: Rows, row: number, code: Float32Array): number {
  let sum = 0;
  for (let j = 0; j < code.length; j++) sum += (data[row * shape[1]! + j]! - code[j]!) ** 2;
  return sum;
}

/** Of the rows of a class, the one nearest to their mean. */
function typicalRow(mu: Rows, classes: Int32Array, name: number): number {
  const members = Array.from(classes.keys()).filter((row) => classes[row] === name);
  const mean = meanOf(mu, members);
  return members.reduce(
    (best, row) => (distance(mu, row, mean) < distance(mu, best, mean) ? row : best),
    members[0]!,
  );
}
