import { exitCodes, VaekitError } from "@vaekit/infer";

/** Bytes that are no ONNX model, or one that cannot be read, held or written here. */
export class ModelError extends VaekitError {
  override readonly name: string = "ModelError";
  override readonly code = "MODEL";
  override readonly exitCode = exitCodes.data;
}
