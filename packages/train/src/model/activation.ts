import type { layers as tfLayers } from "@tensorflow/tfjs-layers";
import { layers } from "../tfjs.js";

export type Layer = InstanceType<typeof tfLayers.Layer>;
type Identifier = Parameters<typeof tfLayers.activation>[0]["activation"];

export type ActivationName =
  | "relu"
  | "leakyRelu"
  | "elu"
  | "selu"
  | "gelu"
  | "silu"
  | "tanh"
  | "sigmoid"
  | "softplus"
  | "linear";

const named =
  (activation: string) =>
  (name: string): Layer =>
    layers.layers.activation({ name, activation: activation as Identifier });

/** Activations as layers of a name. silu is tfjs's swish, x * sigmoid(x); leakyRelu's slope below zero is 0.2. */
export const activations: { readonly [K in ActivationName]: (name: string) => Layer } = {
  relu: named("relu"),
  leakyRelu: (name) => layers.layers.leakyReLU({ alpha: 0.2, name }),
  elu: named("elu"),
  selu: named("selu"),
  gelu: named("gelu"),
  silu: named("swish"),
  tanh: named("tanh"),
  sigmoid: named("sigmoid"),
  softplus: named("softplus"),
  linear: named("linear"),
};
