import type { LayersModel } from "@tensorflow/tfjs-layers";
import type { LikelihoodName } from "../likelihood/index.js";
import type { PriorName } from "../prior/index.js";

/** What every model's configuration has; each kind of model adds its own. Plain JSON. */
export interface ModelConfig {
  kind: string;
  /** One example: [height, width, channels]. */
  shape: readonly number[];
  /** Number of latent dimensions. */
  latent: number;
  likelihood: LikelihoodName;
  prior: PriorName;
}

/**
 * The two networks, on flat features.
 * encoder: [batch, features] -> mu, logvar [batch, latent]; decoder: [batch, latent] -> [batch, outputs]
 */
export interface Networks {
  encoder: LayersModel;
  decoder: LayersModel;
}

/** A kind of model: checks its configuration, and builds its networks. */
export interface ModelKind<C extends ModelConfig> {
  /** @throws UsageError that names the field and what it may be */
  check(config: C): void;
  build(config: C, sizes: { features: number; outputs: number }): Networks;
}
