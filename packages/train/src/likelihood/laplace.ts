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

export interface LaplaceConfig {
  kind: "laplace";
  /** b on the scale 0 to 1: a number, "shared" (one that is learned) or "per-element" (the decoder gives each). */
  scale: ScaleKind;
  /** Least learned scale. */
  floor: number;
}

/**
 * Laplace per feature: ln p(x|z) = -sum(|x - x_loc| / b + ln b + ln 2), a density on the scale 0 to 1; minus
 * features * ln(255) nats, it is one in units of pixels 0 to 255. Its x_loc is a median as much as a mean: edges come
 * out sharper than with a Gaussian.
 *
 * scale "shared", the default, is learned as likelihood/log_scale, b = floor + e^log_scale; "per-element":
 * x_logscale = ln(floor + start e^raw), start of standard deviation b sqrt(2) = 0.3. The floor, 0.002, is half a level of
 * 8-bit pixels, where the density is 250: that of probability 1 in each level would be 255.
 */
export const laplace: LikelihoodKind<LaplaceConfig> = {
  schema: z.strictObject({
    kind: z.literal("laplace"),
    scale: scaleSchema.default("shared"),
    floor: z.number().positive().default(0.002),
  }),
  density: true,
  create({ scale: kind, floor }, { features }) {
    const scale = locationScale({
      kind,
      features,
      location: "within",
      output: "x_logscale",
      variable: "log_scale",
      power: 1,
      start: startDeviation / Math.SQRT2,
      floor,
    });
    return {
      name: "laplace",
      parametersPerFeature: scale.parametersPerFeature,
      variables: scale.variables,
      parameters: scale.parameters,
      mean: ({ x_loc }) => tf.clone(x_loc!),
      logProb(x, parameters) {
        const total = scale.total(tf.abs(tf.sub(x, parameters.x_loc!)), parameters);
        return tf.neg(tf.add(total, features * Math.LN2));
      },
      support: { includes: Number.isFinite, values: "any number" },
      caveat: (data) => collapsingScale(kind, floor, data),
    };
  },
};
