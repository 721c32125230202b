import { UsageError } from "@vaekit/infer";
import { splitIndices } from "../split.js";
import { classNumbers } from "./discrete-information.js";
import { describeFactors, type Factor, type Factors, openFactors } from "./factors.js";
import { type Gap, gaps } from "./gaps.js";
import { fitClassifier } from "./linear-svc.js";
import { columnOf, type Matrix } from "./matrix.js";

export interface Sap {
  /** Mean over factors, 0 to 1; higher is better. */
  value: number;
  perFactor: Gap[];
  /** Score of code i for factor j [latent, factors]: R^2, or accuracy on held-out examples. */
  scores: Float64Array;
  protocol: string;
}

export interface SapOptions {
  /** Decides which examples are held out for the accuracy. Default 0. */
  seed?: number;
  /** Share of the examples held out. Default 1/3. */
  heldOut?: number;
}

/** LinearSVC's C in disentanglement_lib. */
const cost = 0.01;
/** A dimension with less variance is taken as constant: its R^2 is 0. */
const leastVariance = 1e-12;

/**
 * Separated attribute predictability (Kumar, Sattigeri & Balakrishnan 2018, sect. 3): mean over factors of the
 * difference between the two dimensions that predict the factor best by themselves. No unit. A continuous factor's score
 * is R^2 of a linear regression (squared correlation), a discrete one's the accuracy on held-out examples of a linear
 * support vector machine with balanced classes, C = 0.01, as in disentanglement_lib (Locatello et al. 2019).
 *
 * codes [examples, latent], usually posterior means; factors [examples, factors]
 * @throws UsageError where a class has no example to learn from
 */
export function sap(codes: Matrix, factors: Factors, { seed = 0, heldOut = 1 / 3 }: SapOptions = {}): Sap {
  const opened = openFactors("SAP", codes, factors);
  const { train, validation } = splitIndices(codes.rows, heldOut, seed);
  const columns = Array.from({ length: codes.columns }, (_, i) => columnOf(codes, i));
  const scores = new Float64Array(codes.columns * opened.length);
  for (const [j, factor] of opened.entries()) {
    for (const [i, column] of columns.entries()) {
      scores[i * opened.length + j] =
        factor.kind === "continuous"
          ? squaredCorrelation(column, factor.values)
          : accuracy(column, factor, train, validation);
    }
  }
  const perFactor = gaps(scores, opened);
  return {
    value: perFactor.reduce((sum, { value }) => sum + value, 0) / perFactor.length,
    perFactor,
    scores,
    protocol:
      `${codes.rows} examples; R^2 for continuous factors, for discrete ones accuracy of a linear SVM (C = ${cost}, ` +
      `balanced) on ${validation.length} held out by seed ${seed}; ${describeFactors(opened)}`,
  };
}

function squaredCorrelation(x: Float64Array, y: Float64Array): number {
  const mean = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [meanX, meanY] = [mean(x), mean(y)];
  let [xx, xy, yy] = [0, 0, 0];
  for (let i = 0; i < x.length; i++) {
    const [dx, dy] = [x[i]! - meanX, y[i]! - meanY];
    xx += dx * dx;
    xy += dx * dy;
    yy += dy * dy;
  }
  return xx / x.length > leastVariance ? (xy * xy) / (xx * yy) : 0;
}

function accuracy(x: Float64Array, factor: Factor, train: Uint32Array, test: Uint32Array): number {
  const { name, values, classes } = factor;
  const labels = classNumbers(values, classes);
  const known = Int32Array.from(train, (i) => labels[i]!);
  const missing = classes.find((_, label) => !known.includes(label));
  if (missing !== undefined || test.length === 0) {
    throw new UsageError(
      `SAP: of ${labels.length} examples none is left to ${test.length ? `learn ${name} = ${missing}` : "test on"}; give more`,
    );
  }
  const { predict } = fitClassifier(
    Float64Array.from(train, (i) => x[i]!),
    known,
    classes.length,
    cost,
  );
  let right = 0;
  for (const i of test) if (predict(x[i]!) === labels[i]) right++;
  return right / test.length;
}
