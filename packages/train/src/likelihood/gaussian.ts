import { z } from "zod";
import { tf } from "../tfjs.js";
import {
  collapsingScale,
  locationScale,
  type ScaleKind,
  scaleSchema,
  startDeviation,
} from "./location-scale.js";
import type { LikelihoodKind } from "./types.js";

export interface GaussianConfig {
  kind: "gaussian";
  /** On the scale 0 to 1: a number, "shared" (one that is learned) or "per-element" (the decoder gives each). */
  sigma: ScaleKind;
  /** Least learned sigma. */
  floor: number;
}

const logTwoPi = Math.log(2 * Math.PI);

/**
 * Gaussian per feature: ln p(x|z) = -1/2 sum((x - x_loc)^2 / sigma^2 + ln sigma^2 + ln 2 pi), a density on the scale
 * 0 to 1; minus features * ln(255) nats, it is one in units of pixels 0 to 255.
 *
 * sigma "shared", the default, is learned as likelihood/log_sigma, sigma^2 = floor^2 + e^(2 log_sigma): it finds the
 * weight of errors against the KL by itself, which a fixed one sets by hand (Rybkin et al. 2021, "Simple and effective
 * VAE training with calibrated decoders"). "per-element": x_logvar = ln(floor^2 + 0.3^2 e^raw). The floor, 0.002, is half
 * a level of 8-bit pixels: much below it the density at a level would be above that of probability 1.
 * Means are sigmoids, so that reconstructions are pictures.
 */
export const gaussian: LikelihoodKind<GaussianConfig> = {
  schema: z.strictObject({
    kind: z.literal("gaussian"),
    sigma: scaleSchema.default("shared"),
    floor: z.number().positive().default(0.002),
  }),
  density: true,
  create({ sigma, floor }, { features }) {
    const scale = locationScale({
      kind: sigma,
      features,
      location: "within",
      output: "x_logvar",
      variable: "log_sigma",
      power: 2,
      start: startDeviation,
      floor,
    });
    return {
      name: "gaussian",
      parametersPerFeature: scale.parametersPerFeature,
      variables: scale.variables,
      parameters: scale.parameters,
      mean: ({ x_loc }) => tf.clone(x_loc!),
      logProb(x, parameters) {
        const total = scale.total(tf.squaredDifference(x, parameters.x_loc!), parameters);
        return tf.mul(tf.add(total, features * logTwoPi), -0.5);
      },
      support: { includes: Number.isFinite, values: "any number" },
      caveat: (data) => collapsingScale(sigma, floor, data),
    };
  },
};
