import { columnMoments } from "../linear/column-moments.js";
import { checkNumber, checkOptions } from "../options.js";
import { checkRows, type Rows } from "../rows.js";

export interface ActiveUnitsOptions {
  /** Variance of mu over the rows above which a dimension is active (default 0.01). */
  threshold?: number;
}

export interface ActiveUnits {
  /** Variance of mu over the rows, per dimension (divided by rows - 1). */
  variance: number[];
  active: boolean[];
  /** How many are active. */
  count: number;
  /** How it was measured, in words. */
  protocol: string;
}

/**
 * Latent dimensions that the encoder uses: those whose posterior mean varies between examples by
 * Cov_x(E_q(z|x)[z_d]) > 0.01 (Burda, Grosse & Salakhutdinov 2016, sect. 5.2). More is not better by itself; far fewer
 * than there are dimensions is posterior collapse.
 *
 * mu [rows, latent], 2 rows or more -> latent variances
 * @throws ShapeError, DataError for bad rows; UsageError for bad options
 */
export function activeUnits(mu: Rows, options: ActiveUnitsOptions = {}): ActiveUnits {
  checkOptions("activeUnits", options, ["threshold"]);
  const { threshold = 0.01 } = options;
  checkNumber("activeUnits", "threshold", threshold, 0);
  const { data, rows, columns } = checkRows("activeUnits", mu, { rows: 2, because: "a variance" });
  const moments = columnMoments(data, columns);
  const variance = Array.from(moments.variance, (value) => (value * rows) / (rows - 1));
  const active = variance.map((value) => value > threshold);
  const protocol = `variance of the posterior mean over ${rows} examples above ${threshold}`;
  return { variance, active, count: active.filter(Boolean).length, protocol };
}
