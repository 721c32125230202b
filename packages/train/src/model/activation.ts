import type { layers as tfLayers } from "@tensorflow/tfjs-layers";
import { layers } from "../tfjs.js";

type Layer = ReturnType<typeof tfLayers.dense>;
type DenseActivation = NonNullable<Parameters<typeof tfLayers.dense>[0]["activation"]>;

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
  (units: number, name: string): Layer[] => [
    layers.layers.dense({ units, name, activation: activation as DenseActivation }),
  ];

/** A dense layer with an activation, as tfjs layers. silu is tfjs's swish, x * sigmoid(x); leakyRelu's slope is 0.2. */
export const denseLayers: { readonly [K in ActivationName]: (units: number, name: string) => Layer[] } = {
  relu: named("relu"),
  leakyRelu: (units, name) => [
    layers.layers.dense({ units, name }),
    layers.layers.leakyReLU({ alpha: 0.2, name: `${name}_activation` }) as unknown as Layer,
  ],
  elu: named("elu"),
  selu: named("selu"),
  gelu: named("gelu"),
  silu: named("swish"),
  tanh: named("tanh"),
  sigmoid: named("sigmoid"),
  softplus: named("softplus"),
  linear: named("linear"),
};
