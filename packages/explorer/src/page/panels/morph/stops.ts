import { newSeed } from "../../core/random.js";
import type { Reference } from "../../core/reference.js";
import { type Keepsake, rowName, type State } from "../../core/state.js";

/** The same place on a morph that has more stops at its end now. */
export function placeAfterAdding(
  at: number,
  before: readonly Keepsake[],
  after: readonly Keepsake[],
): number {
  const longer = before.length >= 2 && after.length > before.length;
  if (!longer || before.some((stop, i) => stop !== after[i])) return at;
  return (at * (before.length - 1)) / (after.length - 1);
}

/** Swap a stop with the one before or after it. by: -1 or 1 */
export function moveStop(stops: readonly Keepsake[], at: number, by: number): readonly Keepsake[] {
  const [here, there] = [stops[at], stops[at + by]];
  return here && there ? stops.with(at, there).with(at + by, here) : stops;
}

export function stopOfRow(state: State, reference: Reference, row: number): Keepsake {
  return { z: reference.codeOf(row).slice(), name: rowName(state, row) };
}

/** Rows drawn at random; where there are labels, two that follow one another differ in theirs if ten draws find such. */
export function randomRows({ rows, labels }: Reference, count: number): number[] {
  const drawn: number[] = [];
  while (drawn.length < count) {
    let row = newSeed() % rows;
    for (let tries = 0; tries < 10 && alike(row, drawn.at(-1)); tries++) row = newSeed() % rows;
    drawn.push(row);
  }
  return drawn;

  function alike(row: number, last: number | undefined): boolean {
    return last !== undefined && (row === last || (labels !== null && labels[row] === labels[last]));
  }
}
