import { type Dim, evaluateDim, floorOf, type Sizes } from "../ir/dim.js";
import type { Points } from "./points.js";

/** Divisors of one floor(symbol / over): strides of one or more layers. */
const divisors = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 14, 16, 18, 20, 24, 25, 27, 32, 64];
/** Other ratios, as of resizing by 1.5: times, over. */
const ratios = [
  [3, 2],
  [5, 2],
  [2, 3],
  [4, 3],
  [5, 3],
  [3, 4],
  [5, 4],
  [2, 5],
  [3, 5],
  [4, 5],
] as const;

/** A term that a size may be made of, with its values at the recorded points. */
export interface Candidate {
  readonly dim: Dim;
  readonly values: readonly number[];
}

/**
 * The terms of one symbol, simplest first: a tier of plain divisions, all of which are looked at together, and one tier
 * for each other ratio. Within a division every rounding is there: floor, ceil and what lies between.
 */
export function candidateTiers(symbol: string, points: Points, recorded: readonly Sizes[]): Candidate[][] {
  const candidates = (times: number, over: number) =>
    Array.from({ length: over }, (_, plus): Candidate => {
      const dim = floorOf(symbol, times, plus, over);
      return { dim, values: recorded.map((sizes) => evaluateDim(dim, sizes)) };
    });
  const largest = points.largestDivisor(symbol);
  const plain = divisors.filter((over) => over <= largest).flatMap((over) => candidates(1, over));
  const others = ratios.filter(([, over]) => over <= largest).map(([times, over]) => candidates(times, over));
  return [plain, ...others];
}

/** A candidate on which values depend in a straight line, where only its symbol moves: slope * candidate + offset. */
export interface Line extends Candidate {
  readonly slope: number;
  readonly offset: number;
}

/** Those of one tier that explain the values at `places`. */
export function linesThrough(
  candidates: readonly Candidate[],
  values: readonly number[],
  places: readonly number[],
  close: (a: number, b: number) => boolean,
): Line[] {
  return candidates.flatMap((candidate): Line[] => {
    const at = candidate.values;
    const [from] = places as [number];
    const to = places.reduce((far, place) =>
      Math.abs(at[place]! - at[from]!) > Math.abs(at[far]! - at[from]!) ? place : far,
    );
    if (at[to] === at[from]) return [];
    const slope = (values[to]! - values[from]!) / (at[to]! - at[from]!);
    const offset = values[from]! - slope * at[from]!;
    const fits = slope !== 0 && places.every((place) => close(slope * at[place]! + offset, values[place]!));
    return fits ? [{ ...candidate, slope, offset }] : [];
  });
}
