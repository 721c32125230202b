import { combine } from "../../../move/arithmetic.js";
import { nearestNeighbours } from "../../../neighbours/nearest-neighbours.js";
import { type Rows, rowsOf } from "../../../rows.js";
import { someRows, takeRows } from "../../../sample-rows.js";
import type { CheckedInput, Pictures } from "../../input.js";
import type { Step } from "../../step.js";
import type { Decode } from "./decode.js";
import { meanOf } from "./mean.js";

/** Examples of one class made those of another: code - mean of its class + mean of the other. */
export interface Arithmetic {
  from: string;
  to: string;
  /** Examples that were moved, and the share of which the nearest code of another example is of the class `to`. */
  moved: number;
  landed: number;
  /** One strip for each of a few: the example, both means, and the sum, decoded. */
  strips: { row: number; pictures: Pictures }[];
}

const most = 3;
const shown = 2;
/** Examples of a class that are moved to see where they land. */
const mostMoved = 200;
/** Rows of a class that have a mean to speak of. */
const fewest = 5;

/** From the first class of enough rows to the second, the third to the fourth, the fifth to the sixth. */
export async function arithmetic(
  { codes: { mu }, classes }: CheckedInput,
  decode: Decode,
  step: Step,
): Promise<Arithmetic[]> {
  if (!classes) return [];
  const { of, names } = classes;
  const groups = names
    .map((name, i) => ({ name, members: Array.from(of.keys()).filter((row) => of[row] === i), label: i }))
    .filter(({ members }) => members.length >= fewest)
    .slice(0, 2 * most);
  const found: Arithmetic[] = [];
  for (let i = 0; i + 1 < groups.length; i += 2) {
    const [a, b] = [groups[i]!, groups[i + 1]!];
    const [without, having] = [meanOf(mu, a.members), meanOf(mu, b.members)];
    const chosen = Array.from(someRows(a.members.length, mostMoved, step.seed), (at) => a.members[at]!);
    const sums = chosen.map((row) =>
      combine([
        { code: takeRows(mu, [row]).data, weight: 1 },
        { code: without, weight: -1 },
        { code: having, weight: 1 },
      ]),
    );
    const strips: Arithmetic["strips"] = [];
    for (const [at, row] of chosen.slice(0, shown).entries()) {
      const z = joined([takeRows(mu, [row]).data, without, having, sums[at]!]);
      strips.push({ row, pictures: await step.run("arithmetic", () => decode(z, "arithmetic")) });
    }
    const { index } = await step.run("arithmetic", (run) =>
      nearestNeighbours(mu, { queries: joined(sums), count: 2, seed: step.seed, ...run }),
    );
    // An example that hardly moved would find itself.
    const landed = chosen.filter((row, at) => {
      const nearest = index[2 * at] === row ? index[2 * at + 1]! : index[2 * at]!;
      return of[nearest] === b.label;
    });
    found.push({
      from: a.name,
      to: b.name,
      moved: chosen.length,
      landed: landed.length / chosen.length,
      strips,
    });
  }
  return found;
}

function joined(codes: readonly Float32Array[]): Rows {
  const latent = codes[0]!.length;
  const z = new Float32Array(codes.length * latent);
  codes.forEach((code, i) => {
    z.set(code, i * latent);
  });
  return rowsOf(z, latent);
}
