import { RandomStream } from "@vaekit/infer";

/** A value of each factor, by its number. */
export type Row = readonly number[];

export interface CoveringArray {
  rows: Row[];
  /** Pairs of two factors' values that no row may have, as `pairKey` writes them. */
  refused: Set<string>;
}

/** Values `a` of factor `i` and `b` of factor `j`, i < j. */
export function pairKey(i: number, a: number, j: number, b: number): string {
  return `${i}:${a} ${j}:${b}`;
}

/** All pairs of two factors' values in a row. */
export function pairsOf(row: Row): string[] {
  return row.flatMap((a, i) => row.slice(i + 1).map((b, k) => pairKey(i, a, i + 1 + k, b)));
}

const attempts = 40;

/**
 * Rows in which every pair of two factors' values occurs that occurs in any allowed row: greedy, one row at a time, as in
 * AETG (Cohen et al. 1997). sizes: values of each factor; bases: rows that are allowed. A pair counts as allowed where one
 * of the bases with it is. cost: pairs that a row must cover more than another to be taken in its place. The same rows for
 * the same arguments.
 */
export function coveringArray(
  sizes: readonly number[],
  bases: readonly Row[],
  allows: (row: Row) => boolean,
  cost: (row: Row) => number = () => 0,
): CoveringArray {
  const stream = new RandomStream(1, "sample");
  const known = new Map<string, boolean>();
  const allowed = (row: Row): boolean => {
    const key = row.join();
    const answer = known.get(key) ?? allows(row);
    known.set(key, answer);
    return answer;
  };
  for (const base of bases) if (!allowed(base)) throw new Error(`the base ${base} is not allowed`);
  const left = new Set<string>();
  const refused = new Set<string>();
  const rows: Row[] = [];
  for (const [i, a, j, b] of allPairs(sizes)) {
    const fits = bases.some((base) => allowed(base.with(i, a).with(j, b)));
    (fits ? left : refused).add(pairKey(i, a, j, b));
  }
  while (left.size > 0) {
    const candidates = Array.from({ length: attempts }, () => candidate(sizes, left, refused, stream));
    const gain = (row: Row) => pairsOf(row).filter((pair) => left.has(pair)).length;
    const worth = new Map(candidates.map((row) => [row, gain(row) - cost(row)]));
    candidates.sort((a, b) => worth.get(b)! - worth.get(a)!);
    const first = left.values().next().value!;
    const row = candidates.find((one) => gain(one) > 0 && allowed(one)) ?? fallback(first, bases, allowed);
    rows.push(row);
    for (const pair of pairsOf(row)) left.delete(pair);
  }
  return { rows, refused };
}

/** The first pair that is left, and then factor by factor in a random order the value with most pairs that are. */
function candidate(
  sizes: readonly number[],
  left: ReadonlySet<string>,
  refused: ReadonlySet<string>,
  stream: RandomStream,
): Row {
  const row: (number | null)[] = sizes.map(() => null);
  const start = [...left][stream.below(left.size)]!;
  for (const part of start.split(" ")) {
    const [factor, value] = part.split(":").map(Number) as [number, number];
    row[factor] = value;
  }
  for (const factor of stream.permutation(sizes.length)) {
    if (row[factor] !== null) continue;
    const others = row.flatMap((value, j) => (value === null ? [] : [[j, value] as const]));
    const scored = Array.from({ length: sizes[factor]! }, (_, value) => {
      const pairs = others.map(([j, other]) =>
        j < factor ? pairKey(j, other, factor, value) : pairKey(factor, value, j, other),
      );
      const conflicts = pairs.filter((pair) => refused.has(pair)).length;
      return { value, score: pairs.filter((pair) => left.has(pair)).length - 1000 * conflicts };
    });
    const best = Math.max(...scored.map(({ score }) => score));
    const equal = scored.filter(({ score }) => score === best);
    row[factor] = equal[stream.below(equal.length)]!.value;
  }
  return row as Row;
}

/** The base that allows a pair, with it. */
function fallback(pair: string, bases: readonly Row[], allowed: (row: Row) => boolean): Row {
  const parts = pair.split(" ").map((part) => part.split(":").map(Number) as [number, number]);
  const rows = bases.map((base) => parts.reduce<Row>((row, [i, a]) => row.with(i, a), base));
  return rows.find(allowed)!;
}

function allPairs(sizes: readonly number[]): [number, number, number, number][] {
  const pairs: [number, number, number, number][] = [];
  for (let i = 0; i < sizes.length; i++) {
    for (let j = i + 1; j < sizes.length; j++) {
      for (let a = 0; a < sizes[i]!; a++) {
        for (let b = 0; b < sizes[j]!; b++) pairs.push([i, a, j, b]);
      }
    }
  }
  return pairs;
}
