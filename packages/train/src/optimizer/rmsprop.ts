import { z } from "zod";
import { tf } from "../tfjs.js";
import type { OptimizerKind, Updated } from "./types.js";

export interface RmspropConfig {
  kind: "rmsprop";
  /** Share of the squares' running mean that a step keeps. */
  decay: number;
  /** Under the root, as in tfjs. */
  epsilon: number;
  /** Share of the last step's direction that is added to this one's. */
  momentum: number;
}

/**
 * RMSProp (Tieleman & Hinton 2012), with epsilon under the root as in tfjs:
 *   s <- decay s + (1 - decay) g^2,  w <- w - lr g / sqrt(s + epsilon)
 * With momentum the second becomes v <- momentum v + g / sqrt(s + epsilon), w <- w - lr v: a changed learning rate
 * holds for all of v, as in PyTorch.
 */
export const rmsprop: OptimizerKind<RmspropConfig> = {
  schema: z.strictObject({
    kind: z.literal("rmsprop"),
    decay: z.number().min(0).lt(1).default(0.9),
    epsilon: z.number().positive().default(1e-7),
    momentum: z.number().min(0).lt(1).default(0),
  }),
  defaultLearningRate: 1e-3,
  create: ({ decay, epsilon, momentum }) => ({
    name: "rmsprop",
    slots: momentum > 0 ? ["square", "velocity"] : ["square"],
    scalars: (learningRate) => ({ rate: learningRate }),
    update(weight, gradient, { square, velocity }, { rate }): Updated {
      const next = tf.add(tf.mul(square!, decay), tf.mul(tf.square(gradient), 1 - decay));
      const direction = tf.div(gradient, tf.sqrt(tf.add(next, epsilon)));
      if (!velocity) return { weight: tf.sub(weight, tf.mul(rate!, direction)), slots: { square: next } };
      const v = tf.add(tf.mul(velocity, momentum), direction);
      return { weight: tf.sub(weight, tf.mul(rate!, v)), slots: { square: next, velocity: v } };
    },
  }),
};
