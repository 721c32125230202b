import { Random } from "../../random.js";
import type { Task } from "../../task.js";
import { type Edges, schedule, strongEdges } from "./edges.js";
import { type Forces, forceAt, forceTables } from "./forces.js";

export interface LayoutOptions {
  a: number;
  b: number;
  epochs: number;
  learningRate: number;
  negativeSamples: number;
  seed: number;
}

/** What an epoch's steps share. */
interface Layout {
  head: Int32Array;
  tail: Int32Array;
  /** Rows of the heads [rows, dimensions], which move. */
  moving: Float32Array;
  /** Rows of the tails; the same array when both ends move. */
  others: Float32Array;
  dimensions: number;
  forces: Forces;
  /** Of the random draws: xorshift128 (Marsaglia 2003), in line, since a call for each would take longer than the rest. */
  random: Int32Array;
  /** Epochs between two draws of an edge, the epoch of its next draw, and the epoch its random draws are paid up to. */
  every: Float64Array;
  next: Float64Array;
  repelled: Float64Array;
  negativeSamples: number;
}

/** Edges between two looks at the clock. */
const chunk = 8192;
const farthest = 4;

/**
 * Stochastic gradient descent on the cross entropy of two fuzzy graphs, with negative sampling (McInnes, Healy & Melville 2018,
 * algorithm 5): an edge is drawn as often as it is strong, and pulls its ends together; each time `negativeSamples` random points push
 * its head away. Gradients are clipped to +-4 per dimension; the learning rate falls linearly to 0.
 *
 * moving [rows, dimensions] of the heads, changed in place; others [points, dimensions] of the tails: `moving` itself for the layout of
 * a graph, or fixed points
 */
export function* layoutTask(
  edges: Edges,
  moving: Float32Array,
  others: Float32Array,
  dimensions: number,
  { a, b, epochs, learningRate, negativeSamples, seed }: LayoutOptions,
): Task<void> {
  const strong = strongEdges(edges, epochs);
  const { length } = strong.head;
  yield { stage: "layout", done: 0, total: epochs };
  const { every, next, repelled } = schedule(strong.weight, negativeSamples);
  const forces = forceTables(a, b);
  const stream = new Random(seed);
  const random = Int32Array.from({ length: 4 }, () => stream.uint32() | 1);
  const { head, tail } = strong;
  const layout: Layout = {
    head,
    tail,
    moving,
    others,
    dimensions,
    forces,
    random,
    every,
    next,
    repelled,
    negativeSamples,
  };
  const pull = dimensions === 2 ? epochOf2 : epochOfMany;
  for (let epoch = 0; epoch < epochs; epoch++) {
    const rate = learningRate * (1 - epoch / epochs);
    for (let from = 0; from < length; from += chunk) {
      yield { stage: "layout", done: epoch + from / length, total: epochs };
      pull(layout, epoch, rate, from, Math.min(length, from + chunk));
    }
  }
}

/** Draw the edges from .. to - 1 whose turn it is. Two dimensions are worth their own copy: it is a third faster. */
function epochOf2(layout: Layout, epoch: number, rate: number, from: number, to: number): void {
  const { head, tail, moving, others, forces, random, every, next, repelled, negativeSamples } = layout;
  const { attraction, repulsion } = forces;
  const both = moving === others;
  const share = others.length / 2 / 2 ** 32;
  let p = random[0]!;
  let q = random[1]!;
  let r = random[2]!;
  let s = random[3]!;
  for (let edge = from; edge < to; edge++) {
    if (next[edge]! > epoch) continue;
    const j = head[edge]! * 2;
    const k = tail[edge]! * 2;
    let x = moving[j]!;
    let y = moving[j + 1]!;
    const dx = x - others[k]!;
    const dy = y - others[k + 1]!;
    const squared = dx * dx + dy * dy;
    if (squared > 0) {
      const force = forceAt(attraction, squared);
      const stepX = clip(force * dx) * rate;
      const stepY = clip(force * dy) * rate;
      x += stepX;
      y += stepY;
      if (both) {
        others[k] = others[k]! - stepX;
        others[k + 1] = others[k + 1]! - stepY;
      }
    }
    next[edge]! += every[edge]!;
    if (negativeSamples > 0) {
      const interval = every[edge]! / negativeSamples;
      const draws = Math.floor((epoch - repelled[edge]!) / interval);
      for (let draw = 0; draw < draws; draw++) {
        const t = p ^ (p << 11);
        p = q;
        q = r;
        r = s;
        s = s ^ (s >>> 19) ^ t ^ (t >>> 8);
        const other = Math.floor((s >>> 0) * share) * 2;
        if (both && other === j) continue;
        const offX = x - others[other]!;
        const offY = y - others[other + 1]!;
        const apart = offX * offX + offY * offY;
        if (!(apart > 0)) continue;
        const force = forceAt(repulsion, apart);
        x += clip(force * offX) * rate;
        y += clip(force * offY) * rate;
      }
      repelled[edge]! += draws * interval;
    }
    moving[j] = x;
    moving[j + 1] = y;
  }
  random[0] = p;
  random[1] = q;
  random[2] = r;
  random[3] = s;
}

function epochOfMany(layout: Layout, epoch: number, rate: number, from: number, to: number): void {
  const { head, tail, moving, others, dimensions, forces, random, every, next, repelled, negativeSamples } =
    layout;
  const { attraction, repulsion } = forces;
  const both = moving === others;
  const share = others.length / dimensions / 2 ** 32;
  let p = random[0]!;
  let q = random[1]!;
  let r = random[2]!;
  let s = random[3]!;
  for (let edge = from; edge < to; edge++) {
    if (next[edge]! > epoch) continue;
    const j = head[edge]! * dimensions;
    const k = tail[edge]! * dimensions;
    const squared = squaredApart(moving, j, others, k, dimensions);
    if (squared > 0) {
      const force = forceAt(attraction, squared);
      for (let d = 0; d < dimensions; d++) {
        const step = clip(force * (moving[j + d]! - others[k + d]!)) * rate;
        moving[j + d]! += step;
        if (both) others[k + d]! -= step;
      }
    }
    next[edge]! += every[edge]!;
    if (negativeSamples === 0) continue;
    const interval = every[edge]! / negativeSamples;
    const draws = Math.floor((epoch - repelled[edge]!) / interval);
    for (let draw = 0; draw < draws; draw++) {
      const t = p ^ (p << 11);
      p = q;
      q = r;
      r = s;
      s = s ^ (s >>> 19) ^ t ^ (t >>> 8);
      const other = Math.floor((s >>> 0) * share) * dimensions;
      const apart = squaredApart(moving, j, others, other, dimensions);
      if (!(apart > 0)) continue;
      const force = forceAt(repulsion, apart);
      for (let d = 0; d < dimensions; d++) {
        moving[j + d]! += clip(force * (moving[j + d]! - others[other + d]!)) * rate;
      }
    }
    repelled[edge]! += draws * interval;
  }
  random[0] = p;
  random[1] = q;
  random[2] = r;
  random[3] = s;
}

function squaredApart(
  left: Float32Array,
  j: number,
  right: Float32Array,
  k: number,
  dimensions: number,
): number {
  let sum = 0;
  for (let d = 0; d < dimensions; d++) {
    const off = left[j + d]! - right[k + d]!;
    sum += off * off;
  }
  return sum;
}

/** By minimum and maximum: branches here take a fifth of the layout's time. */
function clip(value: number): number {
  return Math.min(farthest, Math.max(-farthest, value));
}
