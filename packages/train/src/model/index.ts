import { z } from "zod";
import { type MlpConfig, mlpKind, mlpSchema } from "./mlp.js";
import type { ModelKind } from "./types.js";

/** Configuration of any model that vaekit can build. */
export type AnyModelConfig = MlpConfig;

export const modelKinds: {
  readonly [K in AnyModelConfig["kind"]]: ModelKind<Extract<AnyModelConfig, { kind: K }>>;
} = {
  mlp: mlpKind,
};

/** Any model's configuration as it stands in files. */
export const modelSchema = z.discriminatedUnion("kind", [mlpSchema]);
