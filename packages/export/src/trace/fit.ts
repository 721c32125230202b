import {
  type Atom,
  addDims,
  type Dim,
  evaluateAtom,
  evaluateDim,
  multiplyDims,
  type Sizes,
  SymbolicDim,
  sameDim,
  symbolsOf,
} from "../ir/dim.js";
import { type Candidate, candidateTiers, type Line, linesThrough } from "./atoms.js";
import { movedSymbols, type Points, samePoint } from "./points.js";

/** Sizes of its symbol at which a rounding must hold before it counts as proven. */
const roundingProof = 8;
/** Roundings with steps longer than this must hold at the steps themselves: elsewhere they hardly move. */
const slow = 8;
/** More are told apart in the next round, when there are fewer. */
const mostCompared = 200;

/**
 * What the sizes that a function was recorded with depend on. An expression holds at every recorded point, or it is
 * none; where several hold, `wanted` says where to record next to tell them apart.
 */
export class Fitter {
  /** Points at which to record too before the fits count. */
  readonly wanted: Sizes[] = [];
  private readonly known = new Map<string, Dim | null>();
  private readonly tiers = new Map<string, Candidate[][]>();

  constructor(
    readonly points: Points,
    readonly recorded: readonly Sizes[],
  ) {}

  /**
   * A whole number at each recorded point as an expression of the symbols: a number; a * t + b with one rounded
   * division t of one symbol; a polynomial in two such terms; (t + b) times one of these for more symbols. Null for
   * others.
   */
  fit(values: readonly number[]): Dim | null {
    const [first] = values as [number];
    if (values.every((value) => value === first)) return first;
    const key = values.join();
    const known = this.known.get(key);
    if (known !== undefined) return known;
    const fitted = values.every(Number.isSafeInteger) ? this.choose(this.candidates(values)) : null;
    this.known.set(key, fitted);
    return fitted;
  }

  /** What is known to have these values, so that the same size is the same expression everywhere. Null where it has not. */
  derived(dim: Dim, values: readonly number[]): Dim | null {
    if (!this.holds(dim, values)) return null;
    if (typeof dim === "number") return dim;
    const key = values.join();
    const known = this.known.get(key);
    if (known && !sameDim(known, dim)) this.tellApart([known, dim]);
    if (!known) this.known.set(key, dim);
    return known && sameDim(known, dim) ? known : dim;
  }

  /** Places of the points that differ from the base in one symbol only, the base first. */
  placesAlong(symbol: string): number[] {
    const base = this.recorded[0]!;
    return [...this.recorded.keys()].filter((place) =>
      movedSymbols(base, this.recorded[place]!).every((moved) => moved === symbol),
    );
  }

  /** The symbols that change a value when they change alone. */
  activeSymbols(values: readonly number[]): string[] {
    return this.points.symbols.filter((symbol) =>
      this.placesAlong(symbol).some((place) => values[place] !== values[0]),
    );
  }

  tiersOf(symbol: string): Candidate[][] {
    const made = this.tiers.get(symbol) ?? candidateTiers(symbol, this.points, this.recorded);
    this.tiers.set(symbol, made);
    return made;
  }

  /** The first that holds; where there are more, or too few points to be sure of a rounding, more points are wanted. */
  choose(dims: readonly Dim[]): Dim | null {
    const [first = null] = dims;
    const asked = this.wanted.length;
    if (dims.length > 1) this.tellApart(dims.slice(0, mostCompared));
    if (first === null || this.wanted.length > asked) return first;
    for (const atom of atomsOf(first)) {
      const sizes = new Set(this.recorded.map((point) => point[atom.symbol]));
      if (atom.over > 1 && sizes.size < roundingProof) this.want(this.points.further(this.recorded));
      if (atom.over <= slow) continue;
      for (const step of this.points.steps(atom.symbol, (at) => evaluateAtom(atom, at))) this.want(step);
    }
    return first;
  }

  private tellApart(dims: readonly Dim[]): void {
    const symbols = [...new Set(dims.flatMap(symbolsOf))];
    for (const symbol of symbols) {
      const valuesAt = (sizes: Sizes) => dims.map((dim) => evaluateDim(dim, sizes));
      this.want(this.points.distinguishing(symbol, valuesAt));
    }
  }

  private want(sizes: Sizes | null): void {
    if (sizes && ![...this.wanted, ...this.recorded].some((known) => samePoint(known, sizes)))
      this.wanted.push(sizes);
  }

  private holds(dim: Dim, values: readonly number[]): boolean {
    return values.every((value, i) => evaluateDim(dim, this.recorded[i]!) === value);
  }

  private candidates(values: readonly number[]): Dim[] {
    const symbols = this.activeSymbols(values);
    const [first, second] = symbols;
    if (!first) return [];
    const lines = symbols.map((symbol) => this.lines(symbol, values, symbols.length === 1));
    if (!second) return lines[0]!.map(({ dim, slope, offset }) => addDims(multiplyDims(dim, slope), offset));
    const dims =
      symbols.length === 2
        ? pairs(lines[0]!, lines[1]!).flatMap((pair) => this.bilinear(pair, values))
        : lines.flat().flatMap((line) => this.multiples(line, values));
    return dims.filter((dim) => this.holds(dim, values));
  }

  /** Of the first tier in which there are any. Alone a symbol explains every point, with others those where it moves. */
  private lines(symbol: string, values: readonly number[], alone: boolean): Line[] {
    const places = alone ? [...values.keys()] : this.placesAlong(symbol);
    for (const tier of this.tiersOf(symbol)) {
      const lines = linesThrough(tier, values, places, (a, b) => a === b);
      const whole = alone
        ? lines.filter(({ slope, offset }) => Number.isInteger(slope) && Number.isInteger(offset))
        : lines;
      if (whole.length > 0) return whole;
    }
    return [];
  }

  /** (x + a) * what the quotients are of the other symbols. */
  private multiples({ dim, values: at, slope, offset }: Line, values: readonly number[]): Dim[] {
    const factor = at.map((n) => n + offset / slope);
    const quotients = values.map((value, place) => value / factor[place]!);
    if (!Number.isInteger(offset / slope) || !quotients.every(Number.isSafeInteger)) return [];
    const rest = this.fit(quotients);
    return rest === null ? [] : [multiplyDims(addDims(dim, offset / slope), rest)];
  }

  /** c * x * y + a * x + b * y + k: a, b and k follow from the lines, c from a joint point; the other points prove it. */
  private bilinear([x, y]: readonly [Line, Line], values: readonly number[]): Dim[] {
    const moved = (line: Line, place: number) => line.values[place]! - line.values[0]!;
    const joint = values.findIndex((_, place) => moved(x, place) !== 0 && moved(y, place) !== 0);
    if (joint < 0) return [];
    const [x0, y0, start] = [x.values[0]!, y.values[0]!, values[0]!];
    const rest = values[joint]! - start - x.slope * moved(x, joint) - y.slope * moved(y, joint);
    const c = rest / (moved(x, joint) * moved(y, joint));
    const [a, b] = [x.slope - c * y0, y.slope - c * x0];
    const k = start - c * x0 * y0 - a * x0 - b * y0;
    const explained = (place: number) => {
      const [u, v] = [x.values[place]!, y.values[place]!];
      return c * u * v + a * u + b * v + k;
    };
    if (![a, b, c, k].every(Number.isInteger) || values.some((value, place) => value !== explained(place)))
      return [];
    const product = multiplyDims(multiplyDims(x.dim, y.dim), c);
    return [[product, multiplyDims(x.dim, a), multiplyDims(y.dim, b), k].reduce<Dim>(addDims, 0)];
  }
}

function pairs<A, B>(a: readonly A[], b: readonly B[]): (readonly [A, B])[] {
  return a.flatMap((x) => b.map((y) => [x, y] as const));
}

function atomsOf(dim: Dim): readonly Atom[] {
  return dim instanceof SymbolicDim ? dim.terms.flatMap(({ atoms }) => atoms) : [];
}
