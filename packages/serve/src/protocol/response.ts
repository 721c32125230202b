import type { NdArray } from "@vaekit/infer";
import type { Outputs } from "../batching/batcher.js";
import { bytesOfElements, datatypes } from "../tensor/datatypes.js";
import { flatJson } from "../tensor/to-json.js";
import type { RequestedOutput } from "./request.js";

/** JSON alone, or JSON of so many bytes with binary data behind it. */
export type InferResponse = { json: string } | { bytes: Buffer; headerLength: number };

/** An inference response of the Open Inference Protocol, version 2: JSON, and behind it the binary outputs. */
export function buildInferResponse(
  head: { model_name: string; model_version: string; id?: string },
  outputs: Outputs,
  requested: readonly RequestedOutput[],
): InferResponse {
  const binary = requested.filter((output) => output.binary).map(({ name }) => outputs[name]!);
  const tensors = requested.map((output) => tensorJson(output, outputs[output.name]!));
  const json = `${JSON.stringify(head).slice(0, -1)},"outputs":[${tensors.join(",")}]}`;
  if (binary.length === 0) return { json };
  const header = Buffer.from(json);
  const bytes = Buffer.concat([header, ...binary.map(({ data }) => bytesOfElements(data))]);
  return { bytes, headerLength: header.length };
}

function tensorJson({ name, binary }: RequestedOutput, array: NdArray): string {
  const { shape, data } = array;
  const head = JSON.stringify({ name, datatype: datatypes.float32.name, shape }).slice(0, -1);
  return binary
    ? `${head},"parameters":{"binary_data_size":${data.byteLength}}}`
    : `${head},"data":${flatJson(name, array)}}`;
}
