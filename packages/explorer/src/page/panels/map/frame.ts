import { centred, type Extent } from "@vaekit/latent/map";
import type { Embedding } from "../../core/reference.js";

/** Between an embedding's own units and those of a plot, where the points reach from -1 to 1. */
export interface Frame {
  /** [rows, dimensions] in the plot's units. */
  readonly points: Float32Array;
  readonly dimensions: 2 | 3;
  toPlace(point: readonly number[]): number[];
  toPoint(place: readonly number[]): number[];
}

/** dimensions: of the plot; an embedding of three is seen along its third where the plot has two. */
export function frameOf({ places, dimensions: own }: Embedding, dimensions: 2 | 3): Frame {
  const shown = own === dimensions ? places : firstColumns(places, own, dimensions);
  const range = rangesOf(shown, dimensions);
  const middle = range.map(([from, to]) => (from + to) / 2);
  const half = Math.max(...range.map(([from, to]) => (to - from) / 2)) || 1;
  return {
    points: centred(shown, { dimensions, range }),
    dimensions,
    toPlace: (point) => middle.map((value, k) => value + point[k]! * half),
    toPoint: (place) => middle.map((value, k) => (place[k]! - value) / half),
  };
}

function firstColumns(values: Float32Array, from: number, to: number): Float32Array {
  const rows = values.length / from;
  return Float32Array.from({ length: rows * to }, (_, i) => values[Math.floor(i / to) * from + (i % to)]!);
}

function rangesOf(values: Float32Array, columns: number): Extent["range"] {
  return Array.from({ length: columns }, (_, k) => {
    let [from, to] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (let i = k; i < values.length; i += columns) {
      from = Math.min(from, values[i]!);
      to = Math.max(to, values[i]!);
    }
    return [from, to] as const;
  });
}
