import type { LayersModel } from "@tensorflow/tfjs-layers";
import type { z } from "zod";
import type { LikelihoodConfig } from "../likelihood/index.js";
import type { PriorConfig } from "../prior/index.js";
import type { ConditionConfig } from "./condition.js";
import type { Initialization } from "./initialize.js";
import type { Network } from "./network.js";

/** What every model's configuration has; each kind of model adds its own. Plain JSON. */
export interface ModelConfig {
  kind: string;
  /** One example: [height, width, channels]. */
  shape: readonly number[];
  /** Number of latent dimensions. */
  latent: number;
  likelihood: LikelihoodConfig;
  prior: PriorConfig;
  /** What encoder and decoder are told beside x and z. */
  condition: ConditionConfig | null;
}

/** What a network has to fit. */
export interface NetworkSizes {
  /** Numbers of one example: height * width * channels. */
  features: number;
  /** Raw outputs of the decoder per feature. */
  parametersPerFeature: number;
  /** features * parametersPerFeature */
  outputs: number;
  /** Numbers of c per example; 0: the networks take no c. */
  conditions: number;
}

/**
 * The two networks, on flat features; with conditions each takes c [batch, conditions] as its second input.
 * encoder: x [batch, features], row-major in height, width, channels -> mu, logvar [batch, latent]
 * decoder: z [batch, latent] -> [batch, outputs], block after block: parameter 0 of all features, parameter 1 of all, ...
 */
export interface Networks {
  encoder: LayersModel | Network;
  decoder: LayersModel | Network;
  /** How weights begin, where it is not the model's kind that says: "own" for pretrained ones. */
  initialization?: Initialization;
}

/** A kind of model: checks its configuration, and builds its networks. */
export interface ModelKind<C extends ModelConfig> {
  /** The configuration as it stands in files, defaults filled in; unknown keys are refused. */
  readonly schema: z.ZodType<C>;
  /** How weights begin; "own": as `build` made them. Default "glorot". */
  readonly initialization?: Initialization;
  /** @throws UsageError that names the field and what it may be */
  check(config: C): void;
  build(config: C, sizes: NetworkSizes): Networks;
}
