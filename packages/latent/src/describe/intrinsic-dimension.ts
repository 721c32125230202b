import { distinctRows } from "../distinct-rows.js";
import { DataError } from "../errors.js";
import { nearestNeighboursTask } from "../neighbours/nearest-neighbours.js";
import { checkInteger, checkOptions, runOptionNames } from "../options.js";
import { checkRows, type Rows } from "../rows.js";
import { someRows, takeRows } from "../sample-rows.js";
import { type RunOptions, runTask, type Task } from "../task.js";
import { momentsOf, variancesOf } from "./moments.js";

export interface IntrinsicDimensionOptions extends RunOptions {
  /** Neighbours that the maximum likelihood estimate looks at (default 20). */
  neighbours?: number;
  /** Most rows that the two neighbour estimates look at (default 5,000). */
  rows?: number;
  /** Of the choice of rows when there are more (default 0). */
  seed?: number;
}

export interface IntrinsicDimension {
  /** By the ratio of the distances to the second and the first neighbour: the finest scale. */
  twoNn: number;
  /** Maximum likelihood over `neighbours` neighbours: a somewhat coarser scale. */
  mle: number;
  /** Of the covariance's eigenvalues: how many directions the variance is spread over, the coarsest scale. */
  participationRatio: number;
  /** Different rows that the neighbour estimates looked at. */
  rows: number;
}

/** Share of the largest ratios that TwoNN leaves out, as its authors do. */
const discarded = 0.1;

/**
 * On how many dimensions the points lie, whatever number of columns they have. Three estimates, at three scales; noise raises the finest.
 *
 * twoNn: slope through 0 of -ln(1 - F(r)) over ln r, r = r2 / r1, without the largest tenth  (Facco et al. 2017)
 * mle: 1 / mean over rows and j < k of ln(T_k / T_j)  (Levina & Bickel 2004, averaged as MacKay & Ghahramani 2005)
 * participationRatio: (sum of eigenvalues)^2 / sum of their squares
 *
 * Rows that occur twice count once; all rows equal are of dimension 0. The two neighbour estimates are too low above some 10 dimensions,
 * where the rows never suffice; none is given above the number of columns.
 *
 * points [rows, columns]
 * @throws ShapeError, DataError for bad rows or no more different ones than neighbours; UsageError for bad options
 */
export async function intrinsicDimension(
  points: Rows,
  options: IntrinsicDimensionOptions = {},
): Promise<IntrinsicDimension> {
  return runTask(intrinsicDimensionTask(points, options), options);
}

export function* intrinsicDimensionTask(
  points: Rows,
  options: IntrinsicDimensionOptions = {},
): Task<IntrinsicDimension> {
  checkOptions("intrinsicDimension", options, ["neighbours", "rows", "seed", ...runOptionNames]);
  const { neighbours = 20, rows: most = 5000, seed = 0 } = options;
  checkInteger("intrinsicDimension", "neighbours", neighbours, 2);
  checkInteger("intrinsicDimension", "rows", most, neighbours + 1);
  const because = `${neighbours} neighbours of each`;
  const {
    data,
    rows: all,
    columns,
  } = checkRows("intrinsicDimension", points, { rows: neighbours + 1, because });

  const variances = variancesOf(momentsOf(data, columns).covariance, columns);
  if (variances.every((value) => value === 0)) return { twoNn: 0, mle: 0, participationRatio: 0, rows: 1 };
  const participationRatio = ratioOf(variances);

  const looked = takeRows(points, someRows(all, most, seed));
  yield { stage: "different rows", done: 0, total: looked.shape[0]! };
  const different = takeRows(looked, distinctRows(looked));
  const rows = different.shape[0]!;
  if (rows <= neighbours) {
    throw new DataError(
      `intrinsicDimension: of ${looked.shape[0]} rows only ${rows} are different, too few for ${neighbours} neighbours of each. ` +
        "Set the option neighbours to less, or give rows that differ.",
    );
  }
  const { distance } = yield* nearestNeighboursTask(different, { count: neighbours, seed });
  return {
    twoNn: Math.min(columns, twoNearest(distance, neighbours)),
    mle: Math.min(columns, maximumLikelihood(distance, neighbours)),
    participationRatio,
    rows,
  };
}

function ratioOf(values: Float64Array): number {
  const largest = values.reduce((most, value) => Math.max(most, value), 0);
  let sum = 0;
  let squares = 0;
  for (const value of values) {
    sum += value / largest;
    squares += (value / largest) ** 2;
  }
  return (sum * sum) / squares;
}

function twoNearest(distance: Float32Array, neighbours: number): number {
  const rows = distance.length / neighbours;
  const ratios = new Float64Array(rows);
  for (let i = 0; i < rows; i++)
    ratios[i] = logRatio(distance[i * neighbours + 1]!, distance[i * neighbours]!);
  ratios.sort();
  const kept = Math.max(1, Math.floor(rows * (1 - discarded)));
  let cross = 0;
  let square = 0;
  for (let i = 0; i < kept; i++) {
    cross -= ratios[i]! * Math.log(1 - (i + 1) / rows);
    square += ratios[i]! * ratios[i]!;
  }
  return square > 0 ? cross / square : Number.POSITIVE_INFINITY;
}

function maximumLikelihood(distance: Float32Array, neighbours: number): number {
  let sum = 0;
  for (let i = 0; i < distance.length; i += neighbours) {
    const last = distance[i + neighbours - 1]!;
    for (let k = 0; k < neighbours - 1; k++) sum += logRatio(last, distance[i + k]!);
  }
  const pairs = (distance.length / neighbours) * (neighbours - 1);
  return sum > 0 ? pairs / sum : Number.POSITIVE_INFINITY;
}

/** ln(far / near); rows whose distance is 0 in float32 are as far as float32's smallest number. */
function logRatio(far: number, near: number): number {
  const tiny = 2 ** -149;
  return Math.log(Math.max(tiny, far) / Math.max(tiny, near));
}
