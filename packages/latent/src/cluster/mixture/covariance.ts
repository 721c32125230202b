import { cholesky, invertLower } from "../../linear/cholesky.js";
import type { Factors } from "./density.js";
import type { Moments } from "./moments.js";

export type CovarianceName = "full" | "tied" | "diagonal" | "spherical";

/** What the components share of their covariances, and how these are stored. */
export interface Covariance {
  /** Numbers that store the covariances of `components`. */
  length(components: number, latent: number): number;
  /** Free parameters among them. */
  parameters(components: number, latent: number): number;
  /** Which second moments of the rows the estimate takes. */
  order: "outer" | "squares" | "none";
  /**
   * The covariances of most likelihood, regularization added to their diagonals. mass [components], shift [components, latent]: the
   * means less the moments' references. scatter [latent, latent]: of all rows about `center`, for "tied".
   */
  estimate(
    moments: Moments,
    mass: Float64Array,
    shift: Float64Array,
    total: Total,
    regularization: number,
  ): Float64Array;
  /** undefined where a covariance is not positive definite */
  precisions(covariances: Float64Array, components: number, latent: number): Precisions | undefined;
}

/** All rows' mean [latent] and scatter sum (x - mean)(x - mean)^T, lower triangle [latent, latent]. */
export interface Total {
  mean: Float64Array;
  scatter: Float64Array;
}

export interface Precisions extends Pick<Factors, "precisions" | "inverses"> {
  /** -ln |C| / 2 of each component. */
  halfLogs: Float64Array;
}

const full: Covariance = {
  length: (components, latent) => components * latent * latent,
  parameters: (components, latent) => (components * latent * (latent + 1)) / 2,
  order: "outer",
  estimate({ components, latent, second, spread }, mass, shift, _total, regularization) {
    const covariances = new Float64Array(second.length);
    for (let c = 0; c < components; c++) {
      const start = c * latent * latent;
      for (let i = 0; i < latent; i++) {
        for (let j = 0; j <= i; j++) {
          const value =
            second[start + i * latent + j]! / mass[c]! - shift[c * latent + i]! * shift[c * latent + j]!;
          covariances[start + i * latent + j] = value;
          covariances[start + j * latent + i] = value;
        }
        covariances[start + i * latent + i]! += spread[c * latent + i]! / mass[c]! + regularization;
      }
    }
    return covariances;
  },
  precisions(covariances, components, latent) {
    const size = latent * latent;
    const inverses = new Float64Array(components * size);
    for (let c = 0; c < components; c++) {
      const lower = cholesky(covariances.subarray(c * size, (c + 1) * size), latent);
      if (!lower) return undefined;
      inverses.set(invertLower(lower, latent), c * size);
    }
    return fromInverses(inverses, components, latent);
  },
};

const tied: Covariance = {
  length: (_components, latent) => latent * latent,
  parameters: (_components, latent) => (latent * (latent + 1)) / 2,
  order: "none",
  estimate({ components, latent, references, spread }, mass, shift, { mean, scatter }, regularization) {
    const covariance = new Float64Array(latent * latent);
    const rows = mass.reduce((sum, value) => sum + value, 0);
    // The scatter of all rows about their mean, less that of the components' means about it.
    const offset = (c: number, i: number) => references[c * latent + i]! + shift[c * latent + i]! - mean[i]!;
    for (let i = 0; i < latent; i++) {
      for (let j = 0; j <= i; j++) {
        let within = scatter[i * latent + j]!;
        for (let c = 0; c < components; c++) within -= mass[c]! * offset(c, i) * offset(c, j);
        covariance[i * latent + j] = within / rows;
        covariance[j * latent + i] = within / rows;
      }
      let own = 0;
      for (let c = 0; c < components; c++) own += spread[c * latent + i]!;
      covariance[i * latent + i]! += own / rows + regularization;
    }
    return covariance;
  },
  precisions(covariances, components, latent) {
    const lower = cholesky(covariances, latent);
    if (!lower) return undefined;
    const inverse = invertLower(lower, latent);
    const inverses = new Float64Array(components * inverse.length);
    for (let c = 0; c < components; c++) inverses.set(inverse, c * inverse.length);
    return fromInverses(inverses, components, latent);
  },
};

const diagonal: Covariance = {
  length: (components, latent) => components * latent,
  parameters: (components, latent) => components * latent,
  order: "squares",
  estimate({ components, latent, second, spread }, mass, shift, _total, regularization) {
    const covariances = new Float64Array(second.length);
    for (let c = 0; c < components; c++) {
      for (let i = c * latent; i < (c + 1) * latent; i++) {
        // Rounding may leave less than 0 of a constant column.
        const variance = Math.max(second[i]! / mass[c]! - shift[i]! ** 2, 0);
        covariances[i] = variance + spread[i]! / mass[c]! + regularization;
      }
    }
    return covariances;
  },
  precisions: (covariances, components, latent) => fromVariances(covariances, components, latent),
};

const spherical: Covariance = {
  length: (components) => components,
  parameters: (components) => components,
  order: "squares",
  estimate(moments, mass, shift, total, regularization) {
    const { components, latent } = moments;
    const variances = diagonal.estimate(moments, mass, shift, total, regularization);
    const covariances = new Float64Array(components);
    for (let c = 0; c < components; c++) {
      for (let i = 0; i < latent; i++) covariances[c]! += variances[c * latent + i]! / latent;
    }
    return covariances;
  },
  precisions(covariances, components, latent) {
    const variances = Float64Array.from(
      { length: components * latent },
      (_, i) => covariances[Math.floor(i / latent)]!,
    );
    return fromVariances(variances, components, latent);
  },
};

export const covariances: { [K in CovarianceName]: Covariance } = { full, tied, diagonal, spherical };

function fromInverses(inverses: Float64Array, components: number, latent: number): Precisions {
  const precisions = new Float64Array(components * latent);
  const halfLogs = new Float64Array(components);
  for (let c = 0; c < components; c++) {
    const start = c * latent * latent;
    for (let i = 0; i < latent; i++) {
      halfLogs[c]! += Math.log(inverses[start + i * latent + i]!);
      for (let j = 0; j <= i; j++) precisions[c * latent + j]! += inverses[start + i * latent + j]! ** 2;
    }
  }
  return { precisions, inverses, halfLogs };
}

function fromVariances(variances: Float64Array, components: number, latent: number): Precisions | undefined {
  if (!variances.every((variance) => variance > 0)) return undefined;
  const halfLogs = new Float64Array(components);
  for (let i = 0; i < variances.length; i++) halfLogs[Math.floor(i / latent)]! -= Math.log(variances[i]!) / 2;
  return { precisions: variances.map((variance) => 1 / variance), halfLogs };
}
