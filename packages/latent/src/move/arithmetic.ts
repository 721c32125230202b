import { DataError, ShapeError, UsageError } from "../errors.js";
import { shown } from "../options.js";
import { type Rows, rowsOf } from "../rows.js";
import { checkVector } from "./vector.js";

/** One summand of `combine`. */
export interface Term {
  /** [latent] */
  code: Float32Array;
  /** Any finite number: 1 adds the code, -1 takes it away. */
  weight: number;
}

/**
 * A weighted sum of codes: "with glasses" - "without" + "woman" (Radford et al. 2016, section 6.3.2). [latent] each -> [latent]
 * @throws UsageError for no terms; ShapeError for codes of different lengths
 */
export function combine(terms: readonly Term[]): Float32Array {
  const call = "combine";
  if (!Array.isArray(terms) || terms.length === 0) {
    throw new UsageError(`${call}: give at least one term, { code: Float32Array, weight: number }`);
  }
  const length = terms[0]?.code?.length;
  terms.forEach((term: Term | undefined, i) => {
    if (!term) throw new ShapeError(`${call}: term ${i} must be { code, weight }, got ${shown(term)}`);
    checkVector(call, `the code of term ${i}`, term.code, length);
    if (Number.isFinite(term.weight)) return;
    throw new DataError(
      `${call}: the weight of term ${i} is ${shown(term.weight)}; it must be a finite number`,
    );
  });
  return Float32Array.from(terms[0]!.code, (_, j) =>
    terms.reduce((sum, { code, weight }) => sum + weight * code[j]!, 0),
  );
}

/**
 * A code moved along a direction: row i is code + steps[i] * direction, in units of z where the direction is of length 1.
 * code, direction [latent] -> [steps, latent]
 */
export function moveAlong(code: Float32Array, direction: Float32Array, steps: readonly number[]): Rows {
  const call = "moveAlong";
  checkVector(call, "code", code);
  checkVector(call, "direction", direction, code.length);
  if (!Array.isArray(steps) || steps.length === 0 || !steps.every(Number.isFinite)) {
    throw new UsageError(`${call}: steps must be finite numbers, at least one; got ${steps}`);
  }
  const latent = code.length;
  const z = new Float32Array(steps.length * latent);
  for (let i = 0; i < z.length; i++) {
    z[i] = code[i % latent]! + steps[Math.floor(i / latent)]! * direction[i % latent]!;
  }
  return rowsOf(z, latent);
}
