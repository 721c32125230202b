import { BundleError, type BundleSource, type GraphName, type Manifest, readVerified } from "@vaekit/infer";
import { encodeText } from "./integrity.js";

/** Where the model is in a site. */
export const modelPath = "model";

/**
 * The graphs that a site has of a bundle: the decoder, the prior where it has one, the encoder where it is there and wanted.
 * @throws BundleError for a bundle without decoder, or whose pictures no page can draw
 */
export async function deployedGraphs(
  source: BundleSource,
  manifest: Manifest,
  decoderOnly: boolean,
): Promise<GraphName[]> {
  const has = async (graph: GraphName) => {
    const { bytes = 0, sha256 } = manifest.files[`${graph}.onnx`] ?? {};
    return (await source.read(`${graph}.onnx`, bytes + 1, { sha256 })) !== null;
  };
  if (!(await has("decoder"))) {
    throw new BundleError(
      `${source.name} has no decoder, which is what a site runs. Give a bundle that was packed with it.`,
    );
  }
  const channels = manifest.data.shape[2];
  if (![1, 3, 4].includes(channels)) {
    throw new BundleError(
      `${source.name}: a page draws pictures of 1, 3 or 4 channels; these have ${channels}. Train on such pictures, or use @vaekit/infer in a page of your own.`,
    );
  }
  const encodes = !decoderOnly && (await has("encoder"));
  return [
    "decoder",
    ...(encodes ? ["encoder" as const] : []),
    ...(manifest.prior.graph ? ["prior" as const] : []),
  ];
}

/** The bundle in the site: these graphs, and a manifest that says nothing of how it was trained, which may name private paths. */
export async function modelFiles(
  source: BundleSource,
  manifest: Manifest,
  graphs: readonly GraphName[],
): Promise<Map<string, Uint8Array>> {
  const files = new Map<string, Uint8Array>();
  const kept: Manifest["files"] = {};
  for (const graph of graphs) {
    const file = `${graph}.onnx`;
    files.set(`${modelPath}/${file}`, await readVerified(source, manifest, file));
    kept[file] = manifest.files[file]!;
  }
  const { reference: _, ...rest } = manifest;
  files.set(`${modelPath}/vaekit.json`, encodeText(JSON.stringify({ ...rest, training: {}, files: kept })));
  return files;
}
