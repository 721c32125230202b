import type { io } from "@tensorflow/tfjs-core";
import { parseManifest } from "./manifest.js";
import type { ModelFile } from "./model-json.js";
import { readWeights } from "./shards.js";

/**
 * What tfjs's loaders build a model from: tfjs has no handler for files without tfjs-node, and that one trusts the
 * manifest. How the model was trained (losses, optimizer) is left out: inference needs none of it.
 */
export async function readArtifacts({ path, directory, json }: ModelFile): Promise<io.ModelArtifacts> {
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
}
