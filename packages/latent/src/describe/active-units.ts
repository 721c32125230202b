import { checkNumber, checkOptions } from "../options.js";
import { checkRows, type Rows } from "../rows.js";

export interface ActiveUnitsOptions {
  /** Variance of mu over the rows above which a dimension is active (default 0.01). */
  threshold?: number;
}

export interface ActiveUnits {
  /** Variance of mu over the rows, per dimension (divided by the number of rows). */
  variance: number[];
  active: boolean[];
  /** How many are active. */
  count: number;
}

/**
 * Which latent dimensions tell examples apart: Var_x(E[z_d | x]) > 0.01  (Burda et al. 2016, section 5.1).
 *
 * mu [rows, latent] -> latent variances
 * @throws ShapeError, DataError for bad rows; UsageError for bad options
 */
export function activeUnits(mu: Rows, options: ActiveUnitsOptions = {}): ActiveUnits {
  checkOptions("activeUnits", options, ["threshold"]);
  const { threshold = 0.01 } = options;
  checkNumber("activeUnits", "threshold", threshold, 0);
  const { data, rows, columns } = checkRows("activeUnits", mu);
  const sums = new Float64Array(columns);
  const squares = new Float64Array(columns);
  for (let i = 0, c = 0; i < data.length; i++) {
    const off = data[i]! - data[c]!;
    sums[c]! += off;
    squares[c]! += off * off;
    c = c + 1 === columns ? 0 : c + 1;
  }
  const variance = Array.from(
    squares,
    (square, c) => Math.max(0, square - (sums[c]! * sums[c]!) / rows) / rows,
  );
  const active = variance.map((value) => value > threshold);
  return { variance, active, count: active.filter(Boolean).length };
}
