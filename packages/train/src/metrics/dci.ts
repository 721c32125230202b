import { UsageError } from "@vaekit/infer";
import { estimateMean } from "@vaekit/latent";
import { splitIndices } from "../split.js";
import { concentration, weightedConcentration } from "./concentration.js";
import { describeFactors, type Factor, type Factors, openFactors } from "./factors.js";
import { gramOf, lassoByValidation, squaredErrors } from "./lasso-path.js";
import { type Matrix, takeRows } from "./matrix.js";
import { mean, variance } from "./moments.js";

export interface Dci {
  /** 0 to 1; 1 where each dimension serves one factor only. Null where no factor is predicted: there is nothing to share. */
  disentanglement: number | null;
  /** 0 to 1; 1 where each factor is served by one dimension only. Null with the former. */
  completeness: number | null;
  /** Mean R^2 on test examples; 1 where the factors are linear in the codes, about 0 where the codes tell nothing. */
  informativeness: number;
  /**
   * nrmse is the paper's measure: the test error over that of the mean, lower is better; predicted: whether R^2 is above 0 by
   * more than chance.
   */
  perFactor: { name: string; completeness: number; r2: number; nrmse: number; predicted: boolean }[];
  /** Importance of code i for factor j [latent, factors]: |weight| of standardised columns. */
  importance: Float64Array;
  protocol: string;
}

/** Fewest examples, in all and per code: a fifth of them test, and with 20 an R^2 of 0 comes out within about +-0.4. */
const fewest = { all: 100, perCode: 10 };
/** An R^2 below it is about 0, however sure. */
const leastR2 = 0.02;

/**
 * Disentanglement, completeness and informativeness (Eastwood & Williams 2018, sect. 2) with the lasso as regressor, one
 * of the paper's two. R_ij = |w_ij|, codes and factors standardised:
 *
 * D = sum_i rho_i [1 - H_f(R_i. / sum_j R_ij)], rho_i = sum_j R_ij / sum R   (entropy to base f, the factors)
 * C = sum_j gamma_j [1 - H_d(R_.j / sum_i R_ij)], gamma_j = sum_i R_ij / sum R   (entropy to base d, the dimensions)
 * I = mean over factors of R^2 on test examples
 *
 * No unit, higher is better. C is weighted as in disentanglement_lib (Locatello et al. 2019), whose regressor is gradient
 * boosted trees: its figures are not comparable. The lasso sees linear relations only. A discrete factor is one 0/1 column
 * per class: importances add up, R^2 is their mean.
 *
 * 60 % of the examples fit, 20 % choose each column's alpha (the largest within one standard error of the least
 * squared error, so that codes which tell nothing get no weight), 20 % test. D and C weigh importances against each other,
 * however small: weights that are noise in one place look perfect. So they are null where no factor is predicted on the
 * test examples: R^2 at least 0.02, and above 0 at 95 % confidence (t, paired errors of fit and mean).
 *
 * codes [examples, latent], usually posterior means; factors [examples, factors]
 * @throws UsageError for fewer than two factors, 100 examples or 10 per code, or a class with none to fit
 */
export function dci(codes: Matrix, factors: Factors, { seed = 0 }: { seed?: number } = {}): Dci {
  const opened = openFactors("DCI", codes, factors);
  if (opened.length < 2) throw new UsageError("DCI: needs at least 2 factors, got 1");
  const least = Math.max(fewest.all, fewest.perCode * codes.columns);
  if (codes.rows < least) {
    throw new UsageError(
      `DCI: needs at least ${least} examples for ${codes.columns} latent dimensions, got ${codes.rows}`,
    );
  }
  const { train, choice, test } = thirds(codes.rows, seed);
  const x = standardise(codes, train);
  const gram = gramOf(takeRows(x, train));
  const parts = { train: takeRows(x, train), choice: takeRows(x, choice), test: takeRows(x, test) };
  const [latent, count] = [codes.columns, opened.length];
  const importance = new Float64Array(latent * count);
  const fits = opened.map((factor, j) => {
    const columns = targets(factor);
    let r2 = 0;
    let nrmse = 0;
    /** Of each test example: what share of the mean's error the fit takes away. */
    const gain = new Float64Array(test.length);
    for (const values of columns) {
      const y = standardise({ values, rows: codes.rows, columns: 1 }, train);
      if (y.values.every((value) => value === 0)) {
        throw new UsageError(
          `DCI: a class of ${factor.name} is in none of the ${train.length} examples to fit; give more`,
        );
      }
      const of = (rows: Uint32Array) => takeRows(y, rows).values;
      const weights = lassoByValidation(
        { gram, x: parts.train, y: of(train) },
        { x: parts.choice, y: of(choice) },
      );
      for (let i = 0; i < latent; i++) importance[i * count + j]! += Math.abs(weights[i]!);
      const expected = of(test);
      const errors = squaredErrors({ x: parts.test, y: expected }, weights);
      const whole = mean(expected.map((value) => value ** 2));
      const share = mean(errors) / whole;
      for (const [i, value] of expected.entries()) {
        gain[i]! += (value ** 2 - errors[i]!) / whole / columns.length;
      }
      r2 += (1 - share) / columns.length;
      nrmse += Math.sqrt(share) / columns.length;
    }
    return { name: factor.name, r2, nrmse, predicted: r2 >= leastR2 && estimateMean(gain).low > 0 };
  });
  const byCode = Array.from({ length: latent }, (_, i) => importance.subarray(i * count, (i + 1) * count));
  const predicted = fits.some((fit) => fit.predicted);
  const byFactor = opened.map((_, j) => byCode.map((row) => row[j]!));
  return {
    disentanglement: predicted ? weightedConcentration(byCode) : null,
    completeness: predicted ? weightedConcentration(byFactor) : null,
    informativeness: mean(fits.map(({ r2 }) => r2)),
    perFactor: fits.map((fit, j) => ({ ...fit, completeness: concentration(byFactor[j]!) })),
    importance,
    protocol:
      `lasso on standardised columns, ${train.length} examples to fit, ${choice.length} to choose alpha (one standard ` +
      `error rule), ${test.length} to test, split by seed ${seed}; ${fits.filter((fit) => fit.predicted).length} of ` +
      `${fits.length} factors predicted (R^2 at least ${leastR2}, above 0 at 95 %); ${describeFactors(opened)}`,
  };
}

function thirds(count: number, seed: number) {
  const { train: rest, validation: test } = splitIndices(count, 0.2, seed);
  const inner = splitIndices(rest.length, 0.25, seed);
  const of = (indices: Uint32Array) => indices.map((i) => rest[i]!);
  return { train: of(inner.train), choice: of(inner.validation), test };
}

/** A discrete factor as one 0/1 column per class (one of two classes says it all), a continuous one as it is. */
function targets({ kind, values, classes }: Factor): Float64Array[] {
  if (kind === "continuous") return [values];
  const shown = classes.length === 2 ? classes.slice(1) : classes;
  return shown.map((own) => values.map((value) => Number(value === own)));
}

/** Each column to mean 0 and variance 1 over `rows`; to 0 where it is constant there. */
function standardise({ values, rows, columns }: Matrix, over: Uint32Array): Matrix {
  const out = new Float64Array(values.length);
  for (let j = 0; j < columns; j++) {
    const known = Float64Array.from(over, (i) => values[i * columns + j]!);
    const centre = mean(known);
    const deviation = Math.sqrt(variance(known));
    const scale = deviation > 1e-12 * Math.max(1, Math.abs(centre)) ? 1 / deviation : 0;
    for (let i = 0; i < rows; i++) out[i * columns + j] = (values[i * columns + j]! - centre) * scale;
  }
  return { values: out, rows, columns };
}
