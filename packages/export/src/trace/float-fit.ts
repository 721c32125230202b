import { addDims, type Dim, evaluateDim, SymbolicDim } from "../ir/dim.js";
import { linesThrough } from "./atoms.js";
import type { Fitter } from "./fit.js";

/** factor * (product of times) / (product of over) + plus. */
export interface FloatFit {
  readonly factor: number;
  readonly times: readonly Dim[];
  readonly over: readonly Dim[];
  readonly plus: number;
}

/** Float32 constants that tfjs computes from sizes carry a rounding or two. */
const tolerance = 4 * 2 ** -24;
const close = (a: number, b: number): boolean =>
  Object.is(a, b) || a === b || Math.abs(a - b) <= tolerance * Math.max(Math.abs(a), Math.abs(b));

/** What is added to a term before it is multiplied with or divided by, the likely first: windows take a few off. */
const offsets = [0, -1, 1, -2, 2, -3, 3, -4, 4, -5, 5, -6, 6, -7, 7, -8, 8];

interface Power {
  readonly dim: Dim;
  readonly inverse: boolean;
}

/**
 * A float32 number at each recorded point: whole numbers as `fit` has them (how many elements a mean is over); a
 * number times or over one term for each symbol (1 / how many); or a * t + b with one term. Null for others.
 */
export function fitFloat(fitter: Fitter, values: readonly number[]): FloatFit | null {
  const [first] = values as [number];
  if (values.every((value) => Object.is(value, first)))
    return { factor: 0, times: [], over: [], plus: first };
  if (!values.every(Number.isFinite)) return null;
  const whole = fitter.fit(values);
  if (whole !== null) return { factor: 1, times: [whole], over: [], plus: 0 };
  return fitMonomial(fitter, values) ?? fitLine(fitter, values);
}

function fitMonomial(fitter: Fitter, values: readonly number[]): FloatFit | null {
  const symbols = fitter.activeSymbols(values);
  if (symbols.length === 0 || values.some((value) => value === 0)) return null;
  const powers = symbols.map((symbol) => powersAlong(fitter, symbol, values));
  const sets = powers.reduce<Power[][]>(
    (all, more) => all.flatMap((set) => more.map((power) => [...set, power])),
    [[]],
  );
  const productAt = (set: readonly Power[], place: number) =>
    set.reduce((rest, { dim, inverse }) => {
      const n = evaluateDim(dim, fitter.recorded[place]!);
      return inverse ? rest / n : rest * n;
    }, 1);
  const holding = sets.filter((set) => {
    const factor = values[0]! / productAt(set, 0);
    return values.every((value, place) => close(value, factor * productAt(set, place)));
  });
  const [found] = holding;
  if (!found) return null;
  // What is told apart are the terms of each symbol: the numbers before them carry roundings.
  for (const at of symbols.keys()) fitter.choose(holding.map((set) => set[at]!.dim));
  return {
    factor: values[0]! / productAt(found, 0),
    times: found.filter(({ inverse }) => !inverse).map(({ dim }) => dim),
    over: found.filter(({ inverse }) => inverse).map(({ dim }) => dim),
    plus: 0,
  };
}

/** Terms of one symbol whose multiples, or whose inverse's, explain the values where only that symbol moves. */
function powersAlong(fitter: Fitter, symbol: string, values: readonly number[]): Power[] {
  const places = fitter.placesAlong(symbol);
  const [base] = values as [number];
  for (const tier of fitter.tiersOf(symbol)) {
    const found = tier.flatMap(({ dim, values: at }): Power[] =>
      offsets.flatMap((offset): Power[] => {
        const terms = at.map((n) => n + offset);
        if (places.some((place) => terms[place]! <= 0)) return [];
        const fits = (explained: (place: number) => number) =>
          places.every((place) => close(values[place]!, explained(place)));
        const power = (inverse: boolean): Power => ({ dim: addDims(dim, offset), inverse });
        if (fits((place) => (base * terms[place]!) / terms[0]!)) return [power(false)];
        if (fits((place) => (base * terms[0]!) / terms[place]!)) return [power(true)];
        return [];
      }),
    );
    if (found.length > 0) return found;
  }
  return [];
}

function fitLine(fitter: Fitter, values: readonly number[]): FloatFit | null {
  const [symbol, ...others] = fitter.activeSymbols(values);
  if (!symbol || others.length > 0) return null;
  const scale = Math.max(...values.map(Math.abs));
  const near = (a: number, b: number) => Math.abs(a - b) <= tolerance * scale;
  for (const tier of fitter.tiersOf(symbol)) {
    const lines = linesThrough(tier, values, [...values.keys()], near);
    const chosen = fitter.choose(lines.map(({ dim }) => dim));
    const line = lines.find(({ dim }) => dim === chosen);
    if (line) return { factor: line.slope, times: [line.dim], over: [], plus: line.offset };
  }
  return null;
}

/** True where a fit is the same number at all sizes. */
export function isConstant({ times, over }: FloatFit): boolean {
  return ![...times, ...over].some((dim) => dim instanceof SymbolicDim);
}
