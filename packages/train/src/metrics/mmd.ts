import { UsageError } from "@vaekit/infer";
import { checkAlike, checkCount, checkMatrix, type Matrix, spacedRows, takeRows } from "./matrix.js";

export interface MmdOptions {
  /** Default "imq". */
  kernel?: "imq" | "rbf";
  /** C of "imq", or sigma^2 of "rbf". Default: 2 latent, or latent. */
  scale?: number;
  /** Rows of each sample at most, evenly spaced. Default 5,000. */
  most?: number;
}

export interface Mmd {
  /** Squared, unbiased: around 0, also below it, for equal distributions; has no unit. */
  value: number;
  /** Standard deviation of `value` if both distributions were the same: values within two of these say nothing. */
  nullDeviation: number;
  samples: number;
  protocol: string;
}

const kernels = {
  imq: (squared: number, scale: number) => scale / (scale + squared),
  rbf: (squared: number, scale: number) => Math.exp(-squared / (2 * scale)),
};

/**
 * Squared maximum mean discrepancy between two samples of equal size, such as draws from the aggregated posterior and
 * from the prior; lower is better. The unbiased estimate (Gretton et al. 2012, eq. 3):
 *
 * 1/(n(n-1)) sum_{i!=j} [k(x_i, x_j) + k(y_i, y_j)] - 2/n^2 sum_{i,j} k(x_i, y_j)
 *
 * imq: k = C / (C + |x - y|^2), C = 2 latent  (Tolstikhin et al. 2018, for a prior of variance 1)
 * rbf: k = exp(-|x - y|^2 / (2 sigma^2)), sigma^2 = latent, so that two draws from N(0, I) have k = exp(-1) or so
 *
 * The null deviation is sqrt(2 / (n(n-1)) mean h^2), h = k(x_i, x_j) + k(y_i, y_j) - k(x_i, y_j) - k(x_j, y_i), i < j:
 * of a U-statistic whose first-order part vanishes, as it does then.
 *
 * x, y [samples, latent]; O(samples^2 latent)
 */
export function squaredMmd(
  x: Matrix,
  y: Matrix,
  { kernel = "imq", scale, most = 5000 }: MmdOptions = {},
): Mmd {
  checkMatrix("x", x);
  checkMatrix("y", y);
  checkAlike("x", x, "y", y);
  checkCount("most", most, 2);
  if (x.rows < 2) throw new UsageError(`MMD: needs at least 2 samples, got ${x.rows}`);
  const width = scale ?? (kernel === "imq" ? 2 : 1) * x.columns;
  if (!(width > 0)) throw new UsageError(`MMD: scale must be positive, got ${scale}`);
  const k = kernels[kernel];
  const rows = spacedRows(x.rows, most);
  const [n, latent] = [rows.length, x.columns];
  const [a, b] = [takeRows(x, rows).values, takeRows(y, rows).values];
  let within = 0;
  let across = 0;
  let squares = 0;
  for (let i = 0; i < n; i++) {
    across += k(squaredDistance(a, i, b, i, latent), width);
    for (let j = i + 1; j < n; j++) {
      const same =
        k(squaredDistance(a, i, a, j, latent), width) + k(squaredDistance(b, i, b, j, latent), width);
      const other =
        k(squaredDistance(a, i, b, j, latent), width) + k(squaredDistance(a, j, b, i, latent), width);
      within += same;
      across += other;
      squares += (same - other) ** 2;
    }
  }
  const pairs = (n * (n - 1)) / 2;
  return {
    value: within / pairs - (2 * across) / n ** 2,
    nullDeviation: Math.sqrt(squares / pairs / pairs),
    samples: n,
    protocol: `unbiased squared MMD, ${kernel} kernel, ${kernel === "imq" ? "C" : "sigma^2"} = ${width}, ${n} samples of each`,
  };
}

function squaredDistance(
  a: Matrix["values"],
  i: number,
  b: Matrix["values"],
  j: number,
  latent: number,
): number {
  let sum = 0;
  for (let d = 0, p = i * latent, q = j * latent; d < latent; d++, p++, q++) sum += (a[p]! - b[q]!) ** 2;
  return sum;
}
