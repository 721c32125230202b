import { squaredDistance } from "../linear/squared-distance.js";
import { checkInteger, checkNumber, checkOptions, checkWord, runOptionNames } from "../options.js";
import { checkRows, type Rows } from "../rows.js";
import { someRows } from "../sample-rows.js";
import { type RunOptions, runTask, type Task } from "../task.js";
import { checkAlike } from "./check-alike.js";

export interface MmdOptions extends RunOptions {
  /** Default "imq". */
  kernel?: "imq" | "rbf";
  /** C of "imq", or sigma^2 of "rbf". Default: 2 latent, or latent. */
  scale?: number;
  /** Rows of each sample at most, drawn by `seed` where there are more. Default 5,000. */
  rows?: number;
  /** Of the choice of rows. Default 0. */
  seed?: number;
}

export interface Mmd {
  /** Squared, unbiased: around 0, also below it, for equal distributions; has no unit. */
  value: number;
  /** Standard deviation of `value` if both distributions were the same: values within two of these say nothing. */
  nullDeviation: number;
  /** Rows of each sample. */
  rows: number;
  /** How it was measured, in words. */
  protocol: string;
}

const kernels = {
  imq: (squared: number, scale: number) => scale / (scale + squared),
  rbf: (squared: number, scale: number) => Math.exp(-squared / (2 * scale)),
};

/**
 * Squared maximum mean discrepancy between two samples of equal size, such as draws from the aggregated posterior and
 * from the prior, whichever it is; lower is better. The unbiased estimate (Gretton et al. 2012, eq. 3):
 *
 * 1/(n(n-1)) sum_{i!=j} [k(x_i, x_j) + k(y_i, y_j)] - 2/n^2 sum_{i,j} k(x_i, y_j)
 *
 * imq: k = C / (C + |x - y|^2), C = 2 latent  (Tolstikhin et al. 2018, for a prior of variance 1)
 * rbf: k = exp(-|x - y|^2 / (2 sigma^2)), sigma^2 = latent, so that two draws from N(0, I) have k = exp(-1) or so
 *
 * The null deviation is sqrt(2 / (n(n-1)) mean h^2), h = k(x_i, x_j) + k(y_i, y_j) - k(x_i, y_j) - k(x_j, y_i), i < j:
 * of a U-statistic whose first-order part vanishes, as it does then.
 *
 * x, y [samples, latent], 2 samples or more; O(samples^2 latent)
 * @throws ShapeError, DataError for bad rows; UsageError for bad options
 */
export async function squaredMmd(x: Rows, y: Rows, options: MmdOptions = {}): Promise<Mmd> {
  return runTask(squaredMmdTask(x, y, options), options);
}

export function* squaredMmdTask(x: Rows, y: Rows, options: MmdOptions = {}): Task<Mmd> {
  const call = "squaredMmd";
  checkOptions(call, options, ["kernel", "scale", "rows", "seed", ...runOptionNames]);
  const { data: a, rows: all, columns } = checkRows(`${call}: x`, x, { rows: 2, because: "pairs" });
  const { data: b } = checkAlike(call, all, columns, y);
  const { kernel = "imq", rows: most = 5000, seed = 0 } = options;
  checkWord(call, "kernel", kernel, ["imq", "rbf"]);
  checkInteger(call, "rows", most, 2);
  const { scale = (kernel === "imq" ? 2 : 1) * columns } = options;
  checkNumber(call, "scale", scale, Number.MIN_VALUE);
  const k = kernels[kernel];
  const chosen = someRows(all, most, seed);
  const rows = chosen.length;
  const batch = Math.max(1, Math.floor(5e5 / (rows * columns)));
  let within = 0;
  let across = 0;
  let squares = 0;
  for (let i = 0; i < rows; i++) {
    if (i % batch === 0) yield { stage: "maximum mean discrepancy", done: i, total: rows };
    const own = chosen[i]!;
    across += k(squaredDistance(a, own, b, own, columns), scale);
    for (let j = i + 1; j < rows; j++) {
      const at = chosen[j]!;
      const same =
        k(squaredDistance(a, own, a, at, columns), scale) + k(squaredDistance(b, own, b, at, columns), scale);
      const other =
        k(squaredDistance(a, own, b, at, columns), scale) + k(squaredDistance(a, at, b, own, columns), scale);
      within += same;
      across += other;
      squares += (same - other) ** 2;
    }
  }
  const pairs = (rows * (rows - 1)) / 2;
  return {
    value: within / pairs - (2 * across) / rows ** 2,
    nullDeviation: Math.sqrt(squares / pairs / pairs),
    rows,
    protocol: `unbiased squared MMD, ${kernel} kernel, ${kernel === "imq" ? "C" : "sigma^2"} = ${scale}, ${rows} samples of each`,
  };
}
