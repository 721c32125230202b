import type { Elements } from "./tensor.js";

/** Weights [rows, columns] with a bias, arranged for products. One serves after another: they share memory. */
export interface Product {
  /** How far a row of sums is from the next: columns, or more. */
  readonly width: number;
  /** Borrow x[start] to x[end - 1]; computed from by `sums` until another product is used. */
  put(x: Elements, start: number, end: number): void;
  /**
   * bias + x w for `count` rows, from 1 to `mostRows`: element k of row i is at from + i * rowStep + k * step of what was
   * put -> [count, width], to be read before another product is used.
   */
  sums(from: number, rowStep: number, step: number, count: number): Float32Array;
  /**
   * Zeros [places, size] that `scatter` adds sums to, to be read before another product is used. Called after `put`.
   * table [rows, taps]: the place that each of a row's taps goes to; size: a multiple of 4
   */
  canvas(table: Int32Array, taps: number, places: number, size: number): Float32Array;
  /** Add the last sums, [count, taps, size], which belong to the table's rows from `first`. */
  scatter(first: number, count: number): void;
}

/** weight(row, column) and bias(column) are finite; rows and columns at least 1. */
export type MakeProduct = (
  rows: number,
  columns: number,
  weight: (row: number, column: number) => number,
  bias: (column: number) => number,
) => Product;

/** Rows at once: a part of the weights is in the cache for all of them. */
export const mostRows = 16;
