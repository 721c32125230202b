import type { SymbolicTensor } from "@tensorflow/tfjs-layers";
import { UsageError } from "@vaekit/infer";
import { z } from "zod";
import { checkNames, choose } from "../choose.js";
import { type LikelihoodName, likelihoods } from "../likelihood/index.js";
import { type PriorName, priors } from "../prior/index.js";
import { layers } from "../tfjs.js";
import { type ActivationName, denseLayers } from "./activation.js";
import type { ModelConfig, ModelKind } from "./types.js";

export interface MlpConfig extends ModelConfig {
  kind: "mlp";
  /** Units of the encoder's hidden layers; the decoder has them in reverse. */
  hidden: readonly number[];
  activation: ActivationName;
}

export type MlpOptions = Pick<MlpConfig, "shape" | "latent"> & Partial<Omit<MlpConfig, "kind">>;

/**
 * A fully connected VAE: features -> hidden -> mu, logvar and latent -> hidden reversed -> features.
 * Defaults: hidden [512, 256], relu, Bernoulli likelihood, standard normal prior.
 * @throws UsageError for sizes that are not positive integers and unknown names
 */
export function mlp({
  shape,
  latent,
  hidden = [512, 256],
  activation = "relu",
  likelihood = "bernoulli",
  prior = "standard-normal",
  ...unknown
}: MlpOptions): MlpConfig {
  checkNames(unknown, ["shape", "latent", "hidden", "activation", "likelihood", "prior"], "mlp");
  const config: MlpConfig = { kind: "mlp", shape, latent, hidden, activation, likelihood, prior };
  mlpKind.check(config);
  return config;
}

const count = z.number().int().positive();

/** The configuration as it stands in files. */
export const mlpSchema = z.object({
  kind: z.literal("mlp"),
  shape: z.array(count).readonly(),
  latent: count,
  hidden: z.array(count).readonly(),
  activation: z.enum(Object.keys(denseLayers) as [ActivationName, ...ActivationName[]]),
  likelihood: z.enum(Object.keys(likelihoods) as [LikelihoodName]),
  prior: z.enum(Object.keys(priors) as [PriorName]),
});

export const mlpKind: ModelKind<MlpConfig> = {
  check({ shape, latent, hidden, activation, likelihood, prior }) {
    if (!Array.isArray(shape) || shape.length !== 3 || !shape.every((n) => Number.isInteger(n) && n > 0)) {
      throw new UsageError(
        `mlp: shape must be [height, width, channels], such as data.shape, got ${JSON.stringify(shape)}`,
      );
    }
    if (!(Number.isInteger(latent) && latent > 0)) {
      throw new UsageError(`latent must be a positive integer, got ${latent}`);
    }
    if (!Array.isArray(hidden) || hidden.some((units) => !(Number.isInteger(units) && units > 0))) {
      throw new UsageError(
        `mlp: hidden must be positive integers such as 512,256, got ${JSON.stringify(hidden)}`,
      );
    }
    choose(denseLayers, activation, "activation");
    choose(likelihoods, likelihood, "likelihood");
    choose(priors, prior, "prior");
  },
  build({ hidden, activation, latent }, { features, outputs }) {
    const stack = (input: SymbolicTensor, sizes: readonly number[]) => {
      let at = input;
      sizes.forEach((units, i) => {
        for (const layer of denseLayers[activation](units, `hidden_${i + 1}`))
          at = layer.apply(at) as SymbolicTensor;
      });
      return at;
    };
    const head = (units: number, name: string, from: SymbolicTensor) =>
      layers.layers.dense({ units, name }).apply(from) as SymbolicTensor;
    const x = layers.input({ shape: [features], name: "x" });
    const encoded = stack(x, hidden);
    const z = layers.input({ shape: [latent], name: "z" });
    return {
      encoder: layers.model({
        name: "encoder",
        inputs: x,
        outputs: [head(latent, "mu", encoded), head(latent, "logvar", encoded)],
      }),
      decoder: layers.model({
        name: "decoder",
        inputs: z,
        outputs: head(outputs, "x", stack(z, hidden.toReversed())),
      }),
    };
  },
};
