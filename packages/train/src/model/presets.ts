import type { FitOptions } from "../options.js";
import { type ConvConfig, conv } from "./conv.js";
import { type GatedMlpConfig, gatedMlp } from "./gated-mlp.js";
import { type MlpConfig, mlp } from "./mlp.js";

/** A known model together with how it is trained. */
export interface Preset {
  /** One sentence: what it is and where it comes from. */
  about: string;
  /** shape: the data's, [height, width, channels] */
  model(shape: readonly number[]): MlpConfig | GatedMlpConfig | ConvConfig;
  /** Options for fit; your own go over them. */
  fit: FitOptions;
}

export type PresetName = "keras-dense" | "keras-conv" | "exemplar";

export const presets: { readonly [K in PresetName]: Preset } = {
  "keras-dense": {
    about:
      "Fully connected, 784-256-512 and back, 32 latents, trained with RMSProp as in early Keras examples.",
    model: (shape) => mlp({ shape, latent: 32, hidden: [256, 512], activation: "relu" }),
    fit: { epochs: 100, batch: 256, optimizer: "rmsprop", learningRate: 1e-3, validation: 0.1 },
  },
  "keras-conv": {
    about:
      "Keras's convolutional VAE example: two latents; it trains on all 70,000 digits and keeps none back.",
    model: (shape) => conv({ shape, latent: 2, filters: [32, 64], kernel: 3, dense: 16, activation: "relu" }),
    fit: { epochs: 30, batch: 128, optimizer: "adam", learningRate: 1e-3, validation: 0 },
  },
  exemplar: {
    about:
      "The Gaussian-prior VAE of the Exemplar VAE paper (Norouzi, Fleet & Norouzi 2020): gated layers, 40 latents.",
    model: (shape) => gatedMlp({ shape, latent: 40, hidden: [300, 300], logvar: { min: -6, max: 2 } }),
    fit: {
      epochs: 2000,
      batch: 100,
      optimizer: "adam",
      learningRate: 5e-4,
      validation: 10_000,
      binarize: "dynamic",
      warmup: 100,
      klUnit: "epoch",
      patience: 50,
    },
  },
};
