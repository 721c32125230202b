import { classNumbers, discreteEntropy, discreteInformation, histogramBins } from "./discrete-information.js";
import { describeFactors, type Factors, openFactors } from "./factors.js";
import { gaps } from "./gaps.js";
import { checkCount, columnOf, type Matrix } from "./matrix.js";

export interface Mig {
  /** Mean over factors, 0 to 1; higher is better. */
  value: number;
  /** The gap of each factor. */
  perFactor: { name: string; value: number; dimension: number }[];
  /** I(code i; factor j) [latent, factors], nats. */
  information: Float64Array;
  protocol: string;
}

/**
 * Mutual information gap (Chen et al. 2018, sect. 4): mean over factors of
 * [I(z_a; v) - I(z_b; v)] / H(v), z_a and z_b the two dimensions that tell most of v. 1 where one dimension alone tells
 * all of each factor, 0 where two tell as much. No unit.
 *
 * Information is that of counted frequencies with each dimension cut into `bins` equal-width bins from its smallest
 * value to its largest, as in disentanglement_lib (Locatello et al. 2019; 20 bins); continuous factors likewise.
 *
 * codes [examples, latent], usually posterior means; factors [examples, factors]
 */
export function mig(codes: Matrix, factors: Factors, { bins = 20 }: { bins?: number } = {}): Mig {
  checkCount("bins", bins, 2);
  const opened = openFactors("MIG", codes, factors);
  const latent = codes.columns;
  const binned = Array.from({ length: latent }, (_, i) => histogramBins(columnOf(codes, i), bins));
  const known = opened.map(({ kind, values, classes }) =>
    kind === "discrete" ? classNumbers(values, classes) : histogramBins(values, bins),
  );
  const information = Float64Array.from({ length: latent * known.length }, (_, at) =>
    discreteInformation(binned[Math.floor(at / known.length)]!, known[at % known.length]!),
  );
  const entropies = known.map(discreteEntropy);
  const perFactor = gaps(information, opened).map(({ value, ...gap }, j) => ({
    ...gap,
    value: value / entropies[j]!,
  }));
  return {
    value: perFactor.reduce((sum, { value }) => sum + value, 0) / perFactor.length,
    perFactor,
    information,
    protocol: `${codes.rows} examples, codes and continuous factors in ${bins} equal-width bins; ${describeFactors(opened)}`,
  };
}
