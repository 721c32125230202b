import {
  type ExternalData,
  loadRuntime,
  type Runtime,
  type Session,
  type SessionOptions,
} from "@vaekit/infer";
import { directoryOf, openExternal } from "./external-location.js";
import { externalTensors, readModelFile, readRegion, regionOf } from "./external-read.js";
import { decodeProto } from "./message.js";
import { ModelError } from "./model-error.js";

export interface OpenModelOptions extends SessionOptions {
  /** Default: onnxruntime-node. */
  runtime?: Runtime;
}

/**
 * Load an ONNX file to run it, with what it keeps in files beside it, once these are found to be plain files of the
 * model's own directory.
 * @throws ModelError, DataError as readModel
 */
export async function openModel(
  path: string,
  { runtime, ...options }: OpenModelOptions = {},
): Promise<Session> {
  const bytes = await readModelFile(path);
  const model = decodeProto(bytes, path);
  // ONNX Runtime says so with a C++ signature.
  if (!model.graph) {
    const what = bytes.length === 0 ? "the file is empty" : "it has no graph";
    throw new ModelError(`${path}: not an ONNX model: ${what}. Copy or export it again.`);
  }
  const chosen = runtime ?? (await loadRuntime());
  const read = !chosen.openSession;
  const externalData: ExternalData[] = [];
  for (const [location, tensors] of externalTensors(model, path)) {
    const file = await openExternal(directoryOf(path), location, path);
    try {
      for (const tensor of tensors) regionOf(tensor, file.size, path);
      if (read)
        externalData.push({ path: location, data: await readRegion(file.handle, 0, file.size, file.path) });
    } finally {
      await file.handle.close();
    }
  }
  return chosen.openSession?.(path, options) ?? chosen.createSession(bytes, { ...options, externalData });
}
