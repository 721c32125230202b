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
      geodesic(among, { from: a, to: b, decode, steps, ...run }),
    );
    const ways = [
      { name: "straight line", z: line, length: path.straightLength },
      { name: "arc (slerp)", z: arc, length: null },
      { name: "shortest path", z: path.z, length: path.length },
      { name: "along the data", z: path.graphZ, length: path.graphLength },
    ];
    const drawn: Interpolation["ways"] = [];
    for (const { name, z, length } of ways) {
      drawn.push({ name, length, pictures: await step.run("interpolations", () => decode(z)) });
    }
    found.push({ from, to, ways: drawn });
  }
  return found;
}

/** Pairs of examples: the ones nearest to the means of two classes, or rows drawn at random. */
function endsOf({ codes, rows, classes }: CheckedInput, seed: number): [number, number][] {
  const chosen =
    classes && classes.names.length > 1
      ? classes.names.slice(0, 2 * pairs).map((_, name) => typicalRow(codes.mu, classes.of, name))
      : someRows(rows, 2 * pairs, seed);
  const count = Math.floor(chosen.length / 2);
  return Array.from({ length: count }, (_, i) => [chosen[2 * i]!, chosen[2 * i + 1]!]);
}

/** Of the rows of a class, the one nearest to their mean. */
function typicalRow(mu: Rows, classes: Int32Array, name: number): number {
  const latent = mu.shape[1]!;
  const members = Array.from(classes.keys()).filter((row) => classes[row] === name);
  const mean = meanOf(mu, members);
  const distance = (row: number) =>
    mean.reduce((sum, value, j) => sum + (mu.data[row * latent + j]! - value) ** 2, 0);
  return members.reduce((best, row) => (distance(row) < distance(best) ? row : best), members[0]!);
}
