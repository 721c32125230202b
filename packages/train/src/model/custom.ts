import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { UsageError, VaekitError } from "@vaekit/infer";
import { z } from "zod";
import { checkNames } from "../choose.js";
import { layers, tf } from "../tfjs.js";
import { shown } from "../wording.js";
import { type BaseOptions, baseFields, configured, optionNames, parsed } from "./base.js";
import { checkNetworks } from "./check-networks.js";
import type { ModelConfig, ModelKind, NetworkSizes, Networks } from "./types.js";

/** What a model of the user's own is built from. Layers must come from the `tf` and `layers` given here. */
export interface CustomSizes extends NetworkSizes {
  shape: readonly number[];
  latent: number;
  /** The configuration's options. */
  options: Json;
  /** tfjs-core and tfjs-layers as vaekit uses them. */
  tf: typeof tf;
  layers: typeof layers;
}

export type CustomBuild = (sizes: CustomSizes) => Networks;

type Json = Readonly<Record<string, z.core.util.JSONType>>;

export interface CustomConfig extends ModelConfig {
  kind: "custom";
  /** Path of an ES module whose default export is the build function; relative to the working directory, or file:. */
  module: string | null;
  /** Handed to the build function. */
  options: Json;
  /** Not in files, which hold data alone: `loadCustom` takes it from the module again. */
  readonly build?: CustomBuild;
}

export interface CustomOptions extends BaseOptions {
  build: CustomBuild;
  /** Default null: a run of the model is loaded by giving the model again. */
  module?: string | null;
  /** Default {}. */
  options?: Json;
}

/** The configuration as it stands in files. */
export const customSchema: z.ZodType<CustomConfig> = z.strictObject({
  kind: z.literal("custom"),
  ...baseFields,
  module: z.string().min(1).nullable().default(null).describe("the path of an ES module, or null"),
  options: z.record(z.string(), z.json()).default({}).describe("an object of JSON values"),
});

/**
 * A VAE of the user's own layers or functions. `build` makes the encoder and the decoder, each a tfjs LayersModel or a
 * Network of functions, on flat features (see Networks). Weights of two axes or more begin as Glorot's, decided by the
 * run's seed, unless `build` gives initialization "own" beside the two; the others keep what they began with.
 * @throws UsageError for a build that is no function and what every model refuses
 */
export function custom(given: CustomOptions): CustomConfig {
  checkNames(given, [...optionNames(customSchema), "build"], "custom");
  const { build, ...options } = given;
  if (typeof build !== "function") {
    throw new UsageError(
      `custom: build must be a function that gives { encoder, decoder }, got ${shown(build)}`,
    );
  }
  return withBuild(configured("custom", customSchema, options), build);
}

/**
 * A configuration from a file, with the build function of its module.
 * @throws UsageError where there is no module, or it cannot be loaded, or has no function as its default export
 */
export async function loadCustom(config: CustomConfig): Promise<CustomConfig> {
  if (config.build) return config;
  const { module } = config;
  if (module === null) throw new UsageError(withoutModule);
  const address = module.startsWith("file:") ? module : pathToFileURL(resolve(module)).href;
  if (!existsSync(fileURLToPath(address))) {
    throw new UsageError(`custom: the module ${module} cannot be loaded: there is no such file`);
  }
  let loaded: { default?: unknown };
  try {
    loaded = await import(address);
  } catch (cause) {
    throw new UsageError(`custom: the module ${module} cannot be loaded: ${messageOf(cause)}`, { cause });
  }
  if (typeof loaded.default !== "function") {
    const has = Object.keys(loaded).join(", ") || "nothing";
    throw new UsageError(
      `custom: ${module} must export its build function as the default, but it exports ${has}.`,
    );
  }
  return withBuild(config, loaded.default as CustomBuild);
}

const withoutModule =
  "custom: a file holds no function, and this model names no module to take it from. Give the model again: " +
  "custom({ ..., build }), or custom({ ..., build, module }) before training.";

/** As a property that JSON, comparisons and copies do not see. */
function withBuild(config: CustomConfig, build: CustomBuild): CustomConfig {
  return Object.defineProperty({ ...config }, "build", { value: build, enumerable: false });
}

/** What the user's function gives. @throws UsageError that says what it threw */
function built(build: CustomBuild, module: string | null, sizes: CustomSizes): Networks {
  try {
    return build(sizes);
  } catch (cause) {
    if (cause instanceof VaekitError) throw cause;
    const whose = module === null ? "the build function" : `the module ${module}`;
    throw new UsageError(`custom: ${whose} failed: ${messageOf(cause)}`, { cause });
  }
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}

export const customKind: ModelKind<CustomConfig> = {
  schema: customSchema,
  check: (config) => void parsed("custom", customSchema, config),
  build({ build, module, shape, latent, options }, sizes) {
    if (!build) {
      throw new UsageError(
        module === null
          ? withoutModule
          : `custom: the build function of ${module} is not loaded: await loadCustom(config) first.`,
      );
    }
    const networks = built(build, module, { ...sizes, shape, latent, options, tf, layers });
    try {
      checkNetworks(networks, { ...sizes, latent });
    } catch (error) {
      networks?.encoder?.dispose?.();
      networks?.decoder?.dispose?.();
      throw error;
    }
    return networks;
  },
};
