import { readFileSync } from "node:fs";
import { Random } from "../../packages/latent/src/random.js";
import { type Codes, type Rows, rowsOf } from "../../packages/latent/src/rows.js";

interface Stored {
  shape: [number, number];
  data: number[];
}

interface Oracle {
  mu: Stored;
  logvar: Stored;
  kl: number[];
  variance: number[];
  correlation: number[];
  gaussian: { mean: number[]; std: number[]; totalCorrelation: number; kl: number; wasserstein2: number };
  squaredMmd: number;
  grid: {
    rows: number;
    columns: number;
    aggregateKl: number;
    mutualInformation: number;
    totalCorrelation: number;
  };
  outliers: { points: Stored } & Record<"5" | "20", { lof: number[]; distance: number[] }>;
  dimension: {
    points: Stored;
    neighbours: number;
    twoNn: number;
    mle: number;
    participationRatio: number;
  };
}

export const read = <T>(name: string): T =>
  JSON.parse(readFileSync(new URL(`./oracles/${name}.json`, import.meta.url), "utf8")) as T;
export const rowsFrom = ({ data, shape }: Stored): Rows => rowsOf(Float32Array.from(data), shape[1]);

export const oracle = read<Oracle>("describe");
export const codes: Codes = { mu: rowsFrom(oracle.mu), logvar: rowsFrom(oracle.logvar) };

/** The first rows and columns of codes. */
export function part({ mu, logvar }: Codes, rows: number, columns: number): Codes {
  const cut = ({ data, shape }: Rows) =>
    rowsOf(
      Float32Array.from(
        { length: rows * columns },
        (_, i) => data[Math.floor(i / columns) * shape[1]! + (i % columns)]!,
      ),
      columns,
    );
  return { mu: cut(mu), logvar: cut(logvar) };
}

/** The same numbers in every row. */
export function repeated(rows: number, values: number[]): Rows {
  return rowsOf(
    Float32Array.from({ length: rows * values.length }, (_, i) => values[i % values.length]!),
    values.length,
  );
}

export function normal(rows: number, columns: number, seed: number, scale = 1): Rows {
  const random = new Random(seed);
  return rowsOf(
    Float32Array.from({ length: rows * columns }, () => scale * random.normal()),
    columns,
  );
}

/** Posteriors that are all the prior. */
export const collapsed = (rows: number, latent: number): Codes => ({
  mu: rowsOf(new Float32Array(rows * latent), latent),
  logvar: rowsOf(new Float32Array(rows * latent), latent),
});
