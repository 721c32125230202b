import type { io } from "@tensorflow/tfjs-core";
import { parseManifest } from "./manifest.js";
import type { ModelFile } from "./model-json.js";
import { readWeights } from "./shards.js";

/**
 * What tfjs's loaders read a model from: tfjs has no handler for files without tfjs-node, and that one trusts the
 * manifest. How the model was trained (losses, optimizer) is left out: inference needs none of it.
 */
export function fileHandler({ path, directory, json }: ModelFile): io.IOHandler {
  return {
    async load() {
      const groups = parseManifest(json.weightsManifest, path);
      return {
        modelTopology: json.modelTopology,
        format: json.format,
        signature: json.signature,
        userDefinedMetadata: json.userDefinedMetadata,
        modelInitializer: json.modelInitializer,
        initializerSignature: json.initializerSignature,
        weightSpecs: groups.flatMap(({ weights }) => weights),
        weightData: await readWeights(directory, groups),
      };
    },
  };
}
