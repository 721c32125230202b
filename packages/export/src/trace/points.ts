import { UsageError } from "@vaekit/infer";
import type { Sizes } from "../ir/dim.js";

/** Sizes of one symbol: at the base point, on its own, together with the others; and what else may be asked for. */
interface Plan {
  base: number;
  own: readonly number[];
  joint: readonly number[];
  range: readonly [number, number];
  /** Largest divisor that is looked for in floors. */
  largest: number;
}

/** Small, and never 1, where broadcasting would hide a batch axis. */
const batchPlan: Plan = {
  base: 3,
  own: [5, 4],
  joint: [8, 6, 10, 9, 11, 13, 12, 15, 14, 17, 16, 19],
  range: [2, 24],
  largest: 8,
};

/**
 * Base sizes of the other symbols in order: primes that no offset makes equal at any point. The first eight sizes
 * leave all rests when divided by 8, so that roundings show.
 */
const bases = [37, 29, 47, 53, 61, 67];
const ownOffsets = [-5, 2, 33];
const jointOffsets = [-9, 46, 13, 20, 27, -1, 40, 17, -12, 9, 22, 6];

/** Sizes that are never recorded: `verify` runs at them. */
const unrecordedSizes = [18, 33, 66] as const;

/** The same for a symbol of which an input has a multiple: about as large in all, below what is recorded. */
export function unrecordedFor(times: number): readonly number[] {
  if (times === 1) return unrecordedSizes;
  const [small, middle, large] = unrecordedSizes.map((size) => size / times) as [number, number, number];
  const first = Math.ceil(small);
  const second = Math.max(first + 1, Math.floor(middle));
  return [first, second, Math.max(second + 1, Math.min(small * times, Math.floor(large)))];
}

/** Where a function of some symbols is recorded, to prove what its sizes are for all others. */
export class Points {
  private readonly plans: ReadonlyMap<string, Plan>;

  /** @throws UsageError for more symbols than there are plans for */
  constructor(readonly symbols: readonly string[]) {
    const others = symbols.filter((symbol) => symbol !== "batch");
    if (others.length > bases.length) {
      throw new UsageError(
        `trace: ${symbols.length} symbolic dimensions (${symbols.join(", ")}); at most ${bases.length} beside the batch`,
      );
    }
    this.plans = new Map(symbols.map((symbol) => [symbol, planOf(others.indexOf(symbol))]));
  }

  get base(): Sizes {
    return this.point(({ base }) => base);
  }

  /**
   * The base, each symbol on its own, and joint points as proof: 4 for the batch alone, 6 for another symbol alone,
   * 12 for batch, height and width. Without symbols twice the same: a function that changes from call to call differs.
   */
  initial(): Sizes[] {
    const { base, symbols } = this;
    if (symbols.length === 0) return [base, base];
    const alone = symbols.flatMap((symbol) =>
      this.plans.get(symbol)!.own.map((size) => ({ ...base, [symbol]: size })),
    );
    const count = symbols.length > 1 ? 3 : symbols[0] === "batch" ? 1 : 2;
    return [base, ...alone, ...Array.from({ length: count }, (_, i) => this.joint(i))];
  }

  /** One more point at which every symbol has a new size; null when there are enough for any proof. */
  further(recorded: readonly Sizes[]): Sizes | null {
    for (let i = 0; i < jointOffsets.length; i++) {
      const next = this.joint(i);
      if (!recorded.some((sizes) => samePoint(sizes, next))) return next;
    }
    return null;
  }

  /** The size of one symbol, the others at the base, at which most of the values differ; null where all agree. */
  distinguishing(symbol: string, valuesAt: (sizes: Sizes) => readonly number[]): Sizes | null {
    const [low, high] = this.plans.get(symbol)!.range;
    let best: Sizes | null = null;
    let most = 1;
    for (let size = low; size <= high; size++) {
      if (unrecordedSizes.includes(size as 18)) continue;
      const sizes = { ...this.base, [symbol]: size };
      const count = new Set(valuesAt(sizes)).size;
      if (count > most) [best, most] = [sizes, count];
    }
    return best;
  }

  /** Sizes of one symbol, the others at the base, just before and at some of the steps of a slow rounding. */
  steps(symbol: string, valueAt: (sizes: Sizes) => number): Sizes[] {
    const [low, high] = this.plans.get(symbol)!.range;
    const at = (size: number): Sizes => ({ ...this.base, [symbol]: size });
    const edges: number[] = [];
    for (let size = low + 1; size <= high; size++) {
      if (valueAt(at(size)) !== valueAt(at(size - 1))) edges.push(size);
    }
    // The first, the last and two between them: what is no straight staircase shows there.
    const chosen = edges.filter((_, i) => edges.length <= 4 || i % Math.floor(edges.length / 3) === 0);
    return [...new Set([...chosen, ...edges.slice(-1)])].flatMap((size) => [at(size - 1), at(size)]);
  }

  largestDivisor(symbol: string): number {
    return this.plans.get(symbol)!.largest;
  }

  private joint(i: number): Sizes {
    return this.point(({ joint }) => joint[i]!);
  }

  private point(size: (plan: Plan) => number): Sizes {
    return Object.fromEntries(this.symbols.map((symbol) => [symbol, size(this.plans.get(symbol)!)]));
  }
}

function planOf(place: number): Plan {
  if (place < 0) return batchPlan;
  const base = bases[place]!;
  const from = (offset: number) => base + offset;
  return { base, own: ownOffsets.map(from), joint: jointOffsets.map(from), range: [19, 104], largest: 64 };
}

/** `batch 3, height 37` */
export function pointText(sizes: Sizes): string {
  return Object.entries(sizes)
    .map(([symbol, size]) => `${symbol} ${size}`)
    .join(", ");
}

export function samePoint(a: Sizes, b: Sizes): boolean {
  return Object.entries(a).every(([symbol, size]) => b[symbol] === size);
}

/** The symbols whose sizes differ between two points. */
export function movedSymbols(a: Sizes, b: Sizes): string[] {
  return Object.keys(a).filter((symbol) => a[symbol] !== b[symbol]);
}
