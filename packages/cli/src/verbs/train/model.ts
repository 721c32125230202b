import { resolve } from "node:path";
import { UsageError } from "@vaekit/infer";
import {
  type AnyModelConfig,
  type ConditionConfig,
  choose,
  conditionOn,
  conv,
  custom,
  type Dataset,
  gatedMlp,
  type ModelName,
  mlp,
  modelKinds,
  type Preset,
  resnet,
} from "@vaekit/train";
import { noneAsNull } from "../../setting.js";
import { flagOf } from "./options.js";
import type { TrainOptions } from "./types.js";

/** Options of the command line that are fields of a model's configuration, by that name where it differs. */
const fields = {
  latent: "latent",
  likelihood: "likelihood",
  prior: "prior",
  condition: "condition",
  hidden: "hidden",
  filters: "filters",
  kernel: "kernel",
  dense: "dense",
  channels: "channels",
  blocks: "blocks",
  norm: "norm",
  groups: "groups",
  activation: "activation",
  batchNorm: "batchNorm",
  dropout: "dropout",
  logvar: "logvar",
  module: "module",
  moduleOptions: "options",
} as const satisfies Partial<Record<keyof TrainOptions, string>>;

const factories: { readonly [K in ModelName]: (options: never) => AnyModelConfig } = {
  mlp,
  "gated-mlp": gatedMlp,
  conv,
  resnet,
  custom: fromModule,
};

/**
 * The model that options and preset describe, for data of a shape.
 * @throws UsageError for fields that the model does not have, and what its factory refuses
 */
export function modelOf(
  options: TrainOptions,
  preset: Preset | null,
  shape: readonly number[],
  condition: ConditionConfig | null,
): AnyModelConfig {
  const base = preset?.model(shape);
  const kind = kindOf(options, base?.kind);
  const values = { ...options, logvar: noneAsNull(options.logvar) };
  const given = Object.entries(fields)
    .map(([option, field]) => ({ option, field, value: values[option as keyof typeof fields] }))
    .filter(({ value }) => value !== undefined);
  checkFields(kind, given);
  const own = Object.fromEntries(given.map(({ field, value }) => [field, value]));
  // A vector-quantised model learns its codebook, and has no other prior.
  const prior = options.objective?.kind === "vq" && { prior: "codebook" };
  return factories[kind]({ latent: 16, ...base, ...prior, ...own, shape, condition } as never);
}

/** @throws UsageError where the data have not what is named */
export function conditionOf(on: string[] | undefined, data: Dataset): ConditionConfig | null {
  if (!on) return null;
  const labels = on.length === 1 && on[0] === "labels";
  if (!labels && !data.columns) {
    const has = data.labels ? "labels only: --condition labels" : "neither columns nor labels";
    throw new UsageError(`--condition ${on.join(",")}: ${data.name} has ${has}.`);
  }
  return conditionOn(data, labels ? "labels" : on);
}

function kindOf({ model, module }: TrainOptions, preset: ModelName | undefined): ModelName {
  const kind = model ?? preset ?? (module === undefined ? "mlp" : "custom");
  if (preset !== undefined && kind !== preset) {
    throw new UsageError(`--model ${kind}: the preset is a ${preset}. Leave one of the two out.`);
  }
  choose(modelKinds, kind, "model");
  return kind as ModelName;
}

function checkFields(kind: ModelName, given: { option: string; field: string }[]): void {
  const { shape } = modelKinds[kind].schema as unknown as { shape: object };
  const stray = given.filter(({ field }) => !Object.hasOwn(shape, field));
  if (stray.length === 0) return;
  const has = Object.entries(fields).filter(([, field]) => Object.hasOwn(shape, field));
  throw new UsageError(
    `${stray.map(({ option }) => flagOf(option)).join(", ")}: model ${kind} has no such option. ` +
      `It has ${has.map(([option]) => flagOf(option)).join(", ")}.`,
  );
}

/** Without its function, which is loaded when training begins, here and when the run goes on from anywhere. */
function fromModule({ module, ...options }: Omit<Parameters<typeof custom>[0], "build">): AnyModelConfig {
  if (!module) {
    throw new UsageError("--model custom: say which module builds it: --module ./my-model.mjs");
  }
  const build = () => {
    throw new Error("not loaded");
  };
  return { ...custom({ ...options, module: resolve(module), build }) };
}
