import { z } from "zod";
import { tf } from "../tfjs.js";
import type { OptimizerKind, Updated } from "./types.js";

export interface SgdConfig {
  kind: "sgd";
  /** Share of the last step's direction that is added to this one's. */
  momentum: number;
  /** The gradient as it would be one step of momentum ahead. */
  nesterov: boolean;
}

/**
 * Stochastic gradient descent: w <- w - lr g; with momentum v <- momentum v + g, w <- w - lr v (Polyak 1964);
 * with Nesterov's momentum w <- w - lr (g + momentum v) (Sutskever et al. 2013, in tfjs's and PyTorch's form).
 */
export const sgd: OptimizerKind<SgdConfig> = {
  schema: z
    .strictObject({
      kind: z.literal("sgd"),
      momentum: z.number().min(0).lt(1).default(0),
      nesterov: z.boolean().default(false),
    })
    .refine(({ momentum, nesterov }) => momentum > 0 || !nesterov, {
      path: ["nesterov"],
      message: "needs a momentum above 0, such as 0.9",
    }),
  defaultLearningRate: 1e-3,
  create: ({ momentum, nesterov }) => ({
    name: "sgd",
    slots: momentum > 0 ? ["velocity"] : [],
    scalars: (learningRate) => ({ rate: learningRate }),
    update(weight, gradient, { velocity }, { rate }): Updated {
      if (!velocity) return { weight: tf.sub(weight, tf.mul(rate!, gradient)), slots: {} };
      const v = tf.add(tf.mul(velocity, momentum), gradient);
      const direction = nesterov ? tf.add(gradient, tf.mul(v, momentum)) : v;
      return { weight: tf.sub(weight, tf.mul(rate!, direction)), slots: { velocity: v } };
    },
  }),
};
