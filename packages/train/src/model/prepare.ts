import { loadCustom } from "./custom.js";
import type { AnyModelConfig } from "./index.js";

/** A model ready to be built: of a custom one, with the function that its module exports. @throws UsageError */
export async function prepareModel(config: AnyModelConfig): Promise<AnyModelConfig> {
  return config.kind === "custom" ? loadCustom(config) : config;
}
