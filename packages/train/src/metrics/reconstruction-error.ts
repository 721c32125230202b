import { DataError } from "@vaekit/infer";
import { checkCount } from "./matrix.js";

export interface Errors {
  /** Mean squared error per element, in squared units of the data over `range`. */
  meanSquared: number;
  /** Mean absolute error per element, in units of the data over `range`. */
  meanAbsolute: number;
  elements: number;
}

/**
 * Running error between data and its reconstruction (the likelihood's mean), per element; lower is better.
 * range: what the data's units are divided by, 255 for pixels on the scale 0 to 1. Default 1.
 */
export class ReconstructionError {
  private squared = 0;
  private absolute = 0;
  private elements = 0;

  constructor(private readonly range = 1) {}

  /** @throws DataError where the lengths differ or a reconstruction is not finite */
  add(x: ArrayLike<number>, reconstruction: ArrayLike<number>): void {
    if (x.length !== reconstruction.length) {
      throw new DataError(`reconstruction: ${reconstruction.length} values for ${x.length} of the data`);
    }
    for (let i = 0; i < x.length; i++) {
      const difference = (reconstruction[i]! - x[i]!) / this.range;
      this.squared += difference * difference;
      this.absolute += Math.abs(difference);
    }
    if (!Number.isFinite(this.squared)) throw new DataError("reconstruction: a value is not finite");
    this.elements += x.length;
  }

  /** @throws DataError before anything was added */
  result(): Errors {
    const { squared, absolute, elements } = this;
    if (elements === 0) throw new DataError("reconstruction: no values were compared");
    return { meanSquared: squared / elements, meanAbsolute: absolute / elements, elements };
  }
}

/**
 * Bits per dimension of a (lower bound on a) log likelihood: -ln p / (features ln 2) + log2(levels). Lower is better.
 *
 * logPx: nats per example. levels: how many steps of the discrete data one unit of the density's scale holds: 1 where
 * p is a probability or a density of values in their own units, 256 for a density of pixels scaled to 0..1
 * (Theis, van den Oord & Bethge 2016).
 */
export function bitsPerDimension(logPx: number, features: number, levels = 1): number {
  checkCount("features", features);
  return -logPx / (features * Math.LN2) + Math.log2(levels);
}
