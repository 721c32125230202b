import { z } from "zod";
import type { Parameter } from "../parameter.js";
import { tf } from "../tfjs.js";
import type { Likelihood, Tensors } from "./types.js";

/**
 * Standard deviation on the scale 0 to 1 that learned scales start at, near that of grey pictures around their mean:
 * what suits a decoder that knows nothing yet. From 1 a learned scale takes long to fall, and the KL rules meanwhile.
 */
export const startDeviation = 0.3;

/** A scale that is given, one learned for all features, or an output of the decoder for each. */
export type ScaleKind = number | "shared" | "per-element";

export const scaleSchema: z.ZodType<ScaleKind> = z.union(
  [z.number().positive(), z.enum(["shared", "per-element"])],
  'must be a positive number, "shared" or "per-element"',
);

export interface ScaleOptions {
  kind: ScaleKind;
  features: number;
  /**
   * "within": x_loc = sigmoid(raw), from 0 to 1 as what it is the centre of. "free": x_loc = raw + 1/2, for a distribution
   * whose ends take their tails: black for certain is a centre far below 0. Both are 1/2 before training.
   */
  location: "within" | "free";
  /** The decoder's output with the scale, where it is per element: the logarithm of the scale to `power`. */
  output: "x_logvar" | "x_logscale";
  /** The learned variable's name, where it is shared: the logarithm of the scale. */
  variable: "log_sigma" | "log_scale";
  power: 1 | 2;
  /** Scale at a raw output of 0, and of a shared variable before training. */
  start: number;
  /** No learned scale falls below it. */
  floor: number;
  /** No learned scale rises above it. */
  ceiling?: number;
}

/** The part that Gaussian, Laplace and logistic share: where the decoder's outputs go, and how wide it is. */
export interface LocationScale extends Pick<Likelihood, "parametersPerFeature" | "variables" | "parameters"> {
  /** ln(scale^power): [batch, features] per element, else a scalar */
  logOf(parameters: Tensors): tf.Tensor;
  /** Sum over features of distance / scale^power + ln(scale^power): distance [batch, features] -> [batch] */
  total(distance: tf.Tensor, parameters: Tensors): tf.Tensor;
}

/**
 * A learned scale is smooth above its floor, so that none gets stuck there: per element scale^power = floor^power +
 * start^power e^raw, shared floor^power + e^(power * variable).
 */
export function locationScale(options: ScaleOptions): LocationScale {
  const { kind, features, output, power, start, location } = options;
  const locate = (raw: tf.Tensor) => (location === "within" ? tf.sigmoid(raw) : tf.add(raw, 0.5));
  const perElement = kind === "per-element";
  const variables = kind === "shared" ? [sharedVariable(options)] : [];
  const logOf = (parameters: Tensors) => {
    if (perElement) return parameters[output]!;
    if (typeof kind === "number") return tf.scalar(power * Math.log(kind));
    return bounded(tf.mul(variables[0]!.variable, power), options);
  };
  return {
    parametersPerFeature: perElement ? 2 : 1,
    variables,
    parameters(raw) {
      if (!perElement) return { x_loc: locate(raw) };
      const [loc, scale] = tf.split(raw, 2, 1) as [tf.Tensor, tf.Tensor];
      return {
        x_loc: locate(loc),
        [output]: bounded(tf.add(scale, power * Math.log(start)), options),
      };
    },
    logOf,
    total(distance, parameters) {
      const log = logOf(parameters);
      const precision = tf.exp(tf.neg(log));
      if (perElement) return tf.sum(tf.add(tf.mul(distance, precision), log), 1);
      return tf.add(tf.mul(tf.sum(distance, 1), precision), tf.mul(log, features));
    },
  };
}

/** ln(floor^power + e^log), at most ln(ceiling^power) */
function bounded(log: tf.Tensor, { floor, ceiling, power }: ScaleOptions): tf.Tensor {
  const least = power * Math.log(floor);
  const above = tf.add(tf.softplus(tf.sub(log, least)), least);
  return ceiling === undefined ? above : tf.minimum(above, power * Math.log(ceiling));
}

function sharedVariable({ variable, start }: ScaleOptions): Parameter {
  return {
    name: `likelihood/${variable}`,
    variable: tf.tidy(() => tf.variable(tf.scalar(Math.log(start)))),
  };
}

/** A sentence for data on which a learned scale shrinks to its floor, else null. */
export function collapsingScale(
  kind: ScaleKind,
  floor: number,
  { binary, name }: { binary: boolean; name: string },
): string | null {
  if (!binary || typeof kind === "number") return null;
  return (
    `${name} is black and white only, where a density grows without bound as its learned scale falls ` +
    `(here to the floor, ${floor}): its nats say nothing then. Use the Bernoulli likelihood.`
  );
}
