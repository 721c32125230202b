import { UsageError } from "@vaekit/infer";
import { z } from "zod";
import { checkNames, choose, nearest } from "../choose.js";
import type { Range } from "../layers/clamp.js";
import { type LikelihoodConfig, likelihoodSchema, likelihoods } from "../likelihood/index.js";
import { type PriorConfig, priorSchema, priors } from "../prior/index.js";
import { configOf } from "../schema.js";
import { shown, wordsOf } from "../wording.js";
import { type ActivationName, activations } from "./activation.js";
import { type ConditionConfig, conditionSchema } from "./condition.js";
import type { ModelConfig } from "./types.js";

/** A variant by its name, or with settings of its own. */
export type Given<C extends { kind: string }> = C["kind"] | (Partial<C> & { kind: C["kind"] });

/** What every model takes as options. */
export interface BaseOptions {
  /** One example: [height, width, channels], such as data.shape. */
  shape: readonly number[];
  /** Number of latent dimensions. */
  latent: number;
  /** Default "bernoulli". */
  likelihood?: Given<LikelihoodConfig>;
  /** Default "standard-normal". */
  prior?: Given<PriorConfig>;
  /** What encoder and decoder are told beside x and z. Default null. */
  condition?: ConditionConfig | null;
}

/** A model's options: all of its configuration, of which only shape and latent have no default. */
export type OptionsOf<C extends ModelConfig> = BaseOptions & Partial<Omit<C, keyof ModelConfig>>;

export const count = z.number().int().positive();
const flag = z.boolean();
const share = z.number().min(0).lt(1);

// A field's description is what an error says that it must be.
export const baseFields = {
  shape: z.array(count).length(3).readonly().describe("[height, width, channels], such as data.shape"),
  latent: count.describe("a positive integer"),
  likelihood: likelihoodSchema,
  prior: priorSchema,
  condition: conditionSchema.nullable().default(null).describe("what conditionOn gives, or null"),
};

/** What models made of layers may have beside the base. */
export interface BlockConfig {
  activation: ActivationName;
  /** Whether batch normalisation stands between each hidden layer and its activation. */
  batchNorm: boolean;
  /** Share of each hidden layer's units that a training step leaves out. */
  dropout: number;
}

export const blockFields = {
  activation: activationField("relu"),
  batchNorm: flag.default(false).describe("true or false"),
  dropout: share.default(0).describe("a share from 0, below 1"),
};

export function activationField(standard: ActivationName) {
  const names = Object.keys(activations) as [ActivationName, ...ActivationName[]];
  return z
    .enum(names)
    .default(standard)
    .describe(`one of ${names.join(", ")}`);
}

/** Bounds of the encoder's logvar; its gradient is zero outside. */
export function logvarField(standard: Range | null) {
  return z
    .strictObject({ min: z.number(), max: z.number() })
    .refine(({ min, max }) => min < max)
    .nullable()
    .default(standard)
    .describe("{ min, max } with min below max, or null");
}

/** Positive integers; the example stands in the error. */
export function countsField(standard: readonly number[], example: string) {
  return z.array(count).readonly().default(standard).describe(`positive integers such as ${example}`);
}

/**
 * A model's configuration from its options, defaults filled in.
 * @throws UsageError that names the field, what it must be, and what came
 */
export function configured<C extends ModelConfig>(
  kind: C["kind"],
  schema: z.ZodType<C>,
  options: BaseOptions,
): C {
  checkNames(options, optionNames(schema), kind);
  const { likelihood = "bernoulli", prior = "standard-normal", ...rest } = options;
  return parsed(kind, schema, {
    kind,
    ...rest,
    likelihood: configOf(likelihoods, likelihood, "likelihood"),
    prior: configOf(priors, prior, "prior"),
  });
}

/** Of a model's configuration, those that it must have first. */
export function optionNames(schema: z.ZodType): string[] {
  const { kind, ...rest } = (schema as unknown as z.ZodObject).shape;
  return Object.keys({ ...rest, kind });
}

/** @throws UsageError that names the field, what it must be, and what came */
export function parsed<C extends ModelConfig>(kind: string, schema: z.ZodType<C>, config: object): C {
  const result = schema.safeParse(config, { error: wordsOf });
  if (result.success) return result.data;
  const fields = (schema as unknown as z.ZodObject).shape;
  const [issue] = result.error.issues;
  if (issue!.code === "unrecognized_keys" && issue!.path.length === 0) {
    const near = nearest(issue!.keys[0]!, Object.keys(fields));
    throw new UsageError(
      `${kind}: there is no option "${issue!.keys[0]}".${near ? ` Did you mean ${near}?` : ""}`,
    );
  }
  const field = String(issue!.path[0]);
  const value = (config as Record<string, unknown>)[field];
  if (issue!.code === "invalid_value" && typeof value === "string") {
    choose(Object.fromEntries(issue!.values.map((name) => [name, true])), value, field);
  }
  const description = fields[field]?.description;
  const must = description ? `must be ${description}` : issue!.message;
  throw new UsageError(`${kind}: ${field} ${must}, got ${shown(value)}`);
}
