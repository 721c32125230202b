import { UsageError } from "@vaekit/infer";
import { shown } from "../wording.js";
import { loadCustom } from "./custom.js";
import type { AnyModelConfig } from "./index.js";

/** A model ready to be built: of a custom one, with the function that its module exports. @throws UsageError */
export async function prepareModel(config: AnyModelConfig): Promise<AnyModelConfig> {
  if (typeof config !== "object" || config === null || typeof config.kind !== "string") {
    throw new UsageError(
      `the model must be a configuration from mlp(...), conv(...) or another factory, got ${shown(config)}`,
    );
  }
  return config.kind === "custom" ? loadCustom(config) : config;
}
