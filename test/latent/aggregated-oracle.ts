import type { Estimate } from "../../packages/latent/src/describe/interval.js";
import { Random } from "../../packages/latent/src/random.js";
import { type Codes, type Rows, rowsOf } from "../../packages/latent/src/rows.js";
import { read, rowsFrom } from "./describe-oracle.js";

interface Stored {
  shape: [number, number];
  data: number[];
}

interface Aggregated {
  mu: Stored;
  logvar: Stored;
  z: Stored;
  variance: number[];
  terms: Record<Term, [value: number, standardError: number]> & {
    mutualInformationUpper: number;
    klPerDimension: number[];
  };
  x: Stored;
  y: Stored;
  mmd: Record<"imq" | "rbf" | "narrow", [value: number, nullDeviation: number]>;
  wasserstein: number[];
}

export const terms = [
  "mutualInformation",
  "marginalKl",
  "averageKl",
  "totalCorrelation",
  "dimensionwiseKl",
] as const;
export type Term = (typeof terms)[number];

export const expected = read<Aggregated>("aggregated");
export const codes: Codes = { mu: rowsFrom(expected.mu), logvar: rowsFrom(expected.logvar) };
export const z = rowsFrom(expected.z);
export const [x, y] = [rowsFrom(expected.x), rowsFrom(expected.y)];

export const pair = (estimate: Estimate | null) => [estimate!.value, estimate!.standardError];

/** One draw from each posterior. */
export function draw({ mu, logvar }: Codes, seed: number): Rows {
  const random = new Random(seed);
  const values = mu.data.map((mean, i) => mean + Math.exp(logvar.data[i]! / 2) * random.normal());
  return rowsOf(values, mu.shape[1]!);
}

/** Posteriors of one variance. */
export const alike = (mu: Rows, variance: number): Codes => ({
  mu,
  logvar: rowsOf(new Float32Array(mu.data.length).fill(Math.log(variance)), mu.shape[1]!),
});
