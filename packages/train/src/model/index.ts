import { type MlpConfig, mlpKind } from "./mlp.js";
import type { ModelKind } from "./types.js";

/** Configuration of any model that vaekit can build. */
export type AnyModelConfig = MlpConfig;

export const modelKinds: { readonly [K in AnyModelConfig["kind"]]: ModelKind<Extract<AnyModelConfig, { kind: K }>> } = {
  mlp: mlpKind,
};
