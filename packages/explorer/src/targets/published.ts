import {
  type BundleSource,
  conditionRows,
  type GraphName,
  type Manifest,
  type NdArray,
  readManifest,
  Vae,
} from "@vaekit/infer";
import { deployedGraphs, modelFiles } from "../site/model-files.js";
import { chooseRuntime } from "../site/runtime.js";

/** A model as it is published beside a loader of its own. */
export interface PublishedModel {
  manifest: Manifest;
  graphs: GraphName[];
  /** By their paths: model/vaekit.json, model/decoder.onnx, ... */
  files: Map<string, Uint8Array>;
  /** Why pages need onnxruntime for it; "" where the small runtime does. */
  reason: string;
}

/** Draws that the small runtime is tried with. */
const probed = 4;

/** @throws BundleError when the bundle lacks a file, or a file is damaged */
export async function publishedModel(
  call: string,
  source: BundleSource,
  decoderOnly: boolean,
): Promise<PublishedModel> {
  const manifest = await readManifest(source);
  const graphs = await deployedGraphs(source, manifest, decoderOnly);
  const files = await modelFiles(source, manifest, graphs);
  const vae = await Vae.load(source, { graphs });
  try {
    const c = usual(call, manifest);
    const { z, x_mean } = await vae.sample(probed, c ? { c } : {});
    const { reason } = await chooseRuntime(call, source, vae, graphs, "auto", { z, c, x: x_mean.toUint8() });
    return { manifest, graphs, files, reason };
  } finally {
    await vae.dispose();
  }
}

function usual(call: string, { condition }: Manifest): NdArray | null {
  if (!condition) return null;
  return conditionRows(call, condition, condition.kind === "labels" ? [0] : condition.mean, probed);
}
