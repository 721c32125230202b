import type { z } from "zod";
import { schemaOf } from "../schema.js";
import { type ConvConfig, convKind } from "./conv.js";
import { type CustomConfig, customKind } from "./custom.js";
import { type GatedMlpConfig, gatedMlpKind } from "./gated-mlp.js";
import { type MlpConfig, mlpKind } from "./mlp.js";
import { type ResnetConfig, resnetKind } from "./resnet.js";
import type { ModelKind } from "./types.js";

/** Configuration of any model that vaekit can build. */
export type AnyModelConfig = MlpConfig | GatedMlpConfig | ConvConfig | ResnetConfig | CustomConfig;
export type ModelName = AnyModelConfig["kind"];

export const modelKinds: {
  readonly [K in ModelName]: ModelKind<Extract<AnyModelConfig, { kind: K }>>;
} = {
  mlp: mlpKind,
  "gated-mlp": gatedMlpKind,
  conv: convKind,
  resnet: resnetKind,
  custom: customKind,
};

/** Any model's configuration as it stands in files. */
export const modelSchema: z.ZodType<AnyModelConfig> = schemaOf(modelKinds, "model");
