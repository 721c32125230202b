import { Random } from "../random.js";
import type { Task } from "../task.js";
import { squaredDistances } from "./squared-distances.js";

/** Neighbours of every row, nearest first, `count` each: a guess that gets better. */
export interface NeighbourLists {
  count: number;
  index: Int32Array;
  squared: Float64Array;
}

/** The share of the lists that may still change when it is done, and the most rounds: Dong et al.'s delta is 0.001. */
const settled = 0.001;
const mostRounds = 12;

/**
 * NN-descent (Dong, Moses & Li 2011): a neighbour of a neighbour is likely to be one. Each round compares every row with the neighbours
 * of its neighbours and of the rows that it is a neighbour of, where one of the two links is new since the last round, until
 * less than 0.1 % of the links change. The lists, full ones, are bettered in place.
 */
export function* nnDescentTask(
  points: Float32Array,
  rows: number,
  columns: number,
  { count, index, squared }: NeighbourLists,
  seed: number,
): Task<void> {
  const random = new Random(seed);
  // Bit 0: the link was new at the round's start; bit 1: it came in this round.
  const fresh = new Uint8Array(rows * count).fill(1);
  const reverse = new Int32Array(rows * count);
  const reverseFresh = new Uint8Array(rows * count);
  const reverseCount = new Int32Array(rows);
  const seen = new Int32Array(rows);
  const distance = new Float64Array(1);
  // Each round is said to do half of what is left, since nobody knows how many there will be.
  for (let round = 0, left = 1; round < mostRounds; round++, left /= 2) {
    seen.fill(-1);
    reverseLinks(index, fresh, rows, count, reverse, reverseFresh, reverseCount, random);
    let changes = 0;
    for (let row = 0; row < rows; row++) {
      if ((row & 255) === 0)
        yield { stage: "neighbours", done: rows * (2 - left) + (row * left) / 2, total: 2 * rows };
      changes += improve(row);
    }
    for (let i = 0; i < fresh.length; i++) fresh[i] = fresh[i]! >> 1;
    if (changes <= settled * rows * count) return;
  }

  function improve(row: number): number {
    const start = row * count;
    seen[row] = row;
    for (let i = start; i < start + count; i++) seen[index[i]!] = row;
    let changes = 0;
    for (let i = 0; i < count; i++) changes += compareThrough(row, index[start + i]!, fresh[start + i]!);
    for (let i = start; i < start + reverseCount[row]!; i++) {
      changes += compareThrough(row, reverse[i]!, reverseFresh[i]!);
    }
    return changes;
  }

  /** Compare a row with the neighbours of another. */
  function compareThrough(row: number, other: number, bridge: number): number {
    const last = row * count + count - 1;
    let changes = 0;
    for (let j = other * count; j < other * count + count; j++) {
      const candidate = index[j]!;
      if ((bridge | fresh[j]!) === 0 || seen[candidate] === row) continue;
      seen[candidate] = row;
      const worst = squared[last]!;
      squaredDistances(points, row * columns, points, candidate, candidate + 1, columns, worst, distance);
      const near = distance[0]!;
      if (near >= worst) continue;
      let place = last;
      for (; place > last - count + 1 && squared[place - 1]! > near; place--) {
        squared[place] = squared[place - 1]!;
        index[place] = index[place - 1]!;
        fresh[place] = fresh[place - 1]!;
      }
      squared[place] = near;
      index[place] = candidate;
      fresh[place] = 2;
      changes++;
    }
    return changes;
  }
}

/** The rows that name each row, `count` at most: a random sample of them where there are more. */
function reverseLinks(
  index: Int32Array,
  fresh: Uint8Array,
  rows: number,
  count: number,
  reverse: Int32Array,
  reverseFresh: Uint8Array,
  reverseCount: Int32Array,
  random: Random,
): void {
  const named = new Int32Array(rows);
  for (let i = 0; i < rows * count; i++) {
    const row = index[i]!;
    const before = named[row]!++;
    const place = before < count ? before : random.below(before + 1);
    if (place >= count) continue;
    reverse[row * count + place] = Math.floor(i / count);
    reverseFresh[row * count + place] = fresh[i]!;
  }
  for (let row = 0; row < rows; row++) reverseCount[row] = Math.min(named[row]!, count);
}

/**
 * Lists with `extra` more random rows in each: links that lead out of groups of rows that know only one another. No row is twice in a
 * list; there must be more rows than a list is long.
 */
export function* withRandomLinksTask(
  points: Float32Array,
  rows: number,
  columns: number,
  lists: NeighbourLists,
  extra: number,
  seed: number,
): Task<NeighbourLists> {
  const random = new Random(seed);
  const count = lists.count + extra;
  const index = new Int32Array(rows * count);
  const squared = new Float64Array(rows * count);
  const distance = new Float64Array(1);
  for (let row = 0; row < rows; row++) {
    if (row % 1024 === 0) yield { stage: "neighbours", done: rows, total: 2 * rows };
    const start = row * count;
    index.set(lists.index.subarray(row * lists.count, (row + 1) * lists.count), start);
    squared.set(lists.squared.subarray(row * lists.count, (row + 1) * lists.count), start);
    for (let held = lists.count; held < count; held++) {
      const link = strangerOf(row, index, start, start + held, rows, random);
      const limit = Number.POSITIVE_INFINITY;
      squaredDistances(points, row * columns, points, link, link + 1, columns, limit, distance);
      let place = start + held;
      for (; place > start && squared[place - 1]! > distance[0]!; place--) {
        squared[place] = squared[place - 1]!;
        index[place] = index[place - 1]!;
      }
      squared[place] = distance[0]!;
      index[place] = link;
    }
  }
  return { count, index, squared };
}

/** A random row that is not `row` and not in index[from .. to - 1]. */
function strangerOf(
  row: number,
  index: Int32Array,
  from: number,
  to: number,
  rows: number,
  random: Random,
): number {
  for (;;) {
    const link = random.below(rows);
    let known = link === row;
    for (let i = from; i < to && !known; i++) known = index[i] === link;
    if (!known) return link;
  }
}
