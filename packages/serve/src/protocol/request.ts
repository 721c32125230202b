import { NdArray, sizeOf, type TypedArray } from "@vaekit/infer";
import type { Signature } from "../bundle/signature.js";
import { badRequest, RequestError } from "../errors.js";
import { datatypes, type Elements, elementsOfBytes, type TensorSpec } from "../tensor/datatypes.js";
import { describe, elementsOfJson } from "../tensor/from-json.js";
import { isObject, parseJson } from "./json.js";

/** What one inference request asks for, checked against the model's signature. */
export interface InferRequest {
  id?: string;
  rows: number;
  inputs: Record<string, NdArray<TypedArray>>;
  parameters: Record<string, unknown>;
  outputs: RequestedOutput[];
}

export interface RequestedOutput {
  name: string;
  /** Whether its data follow the JSON as bytes. */
  binary: boolean;
}

export interface RequestLimits {
  /** Most rows of a request. */
  rows: number;
  /** Parameters that the model takes beside binary_data_output. */
  parameters: readonly string[];
}

/**
 * Read an inference request of the Open Inference Protocol, version 2, with the binary tensor data extension.
 * headerLength: of Inference-Header-Content-Length, where the request has one
 * @throws RequestError that names the tensor, what is expected and what came
 */
export function parseInferRequest(
  body: Uint8Array,
  headerLength: string | undefined,
  signature: Signature,
  limits: RequestLimits,
): InferRequest {
  const { json, binary } = splitBody(body, headerLength);
  const request = parseJson(json);
  if (!isObject(request)) {
    throw badRequest(`the request must be a JSON object with "inputs", got ${describe(request)}`);
  }
  const { id, inputs, outputs } = request;
  if (id !== undefined && typeof id !== "string") {
    throw badRequest(`id must be a string, got ${describe(id)}`);
  }
  const { binary_data_output: allBinary = false, ...parameters } = parametersOf("the request", request, [
    "binary_data_output",
    ...limits.parameters,
  ]);
  if (typeof allBinary !== "boolean") {
    throw badRequest(`binary_data_output must be true or false, got ${describe(allBinary)}`);
  }
  return {
    ...(id !== undefined && { id }),
    ...readInputs(inputs, signature.inputs, new BinaryData(binary), json.length, limits.rows),
    parameters,
    outputs: readOutputs(outputs, signature.outputs, allBinary),
  };
}

function splitBody(body: Uint8Array, headerLength: string | undefined) {
  if (headerLength === undefined) return { json: body, binary: null };
  const length = /^\d{1,15}$/.test(headerLength) ? Number(headerLength) : Number.NaN;
  if (!(length <= body.length)) {
    throw badRequest(
      `Inference-Header-Content-Length must be a number of bytes within the body's ${body.length}, got "${headerLength.slice(0, 40)}"`,
    );
  }
  return { json: body.subarray(0, length), binary: body.subarray(length) };
}

/** The bytes behind the JSON, handed out in the order of the inputs. */
class BinaryData {
  private at = 0;

  constructor(private readonly bytes: Uint8Array | null) {}

  take(where: string, size: number): Uint8Array {
    if (!this.bytes) {
      throw badRequest(
        `${where}: binary_data_size is given, but the request has no header Inference-Header-Content-Length`,
      );
    }
    if (this.at + size > this.bytes.length) {
      throw badRequest(
        `${where}: ${size} bytes of data expected, the body has ${this.bytes.length - this.at} left`,
      );
    }
    this.at += size;
    return this.bytes.subarray(this.at - size, this.at);
  }

  checkEmpty(): void {
    const left = (this.bytes?.length ?? 0) - this.at;
    if (left > 0)
      throw badRequest(`the body ends with ${left} bytes that no input's binary_data_size announces`);
  }
}

function readInputs(
  inputs: unknown,
  specs: readonly TensorSpec[],
  binary: BinaryData,
  jsonBytes: number,
  most: number,
): Pick<InferRequest, "rows" | "inputs"> {
  const list = namedEntries("inputs", inputs, specs);
  const missing = specs.find(({ name }) => !list.some(({ spec }) => spec.name === name));
  if (missing) throw badRequest(`input ${missing.name} is missing: ${expected(missing)}`);
  const arrays = list.map(({ spec, entry }) => readTensor(spec, entry, binary, jsonBytes, most));
  binary.checkEmpty();
  const rows = arrays[0]!.length;
  const other = arrays.findIndex(({ length }) => length !== rows);
  if (other > 0) {
    throw badRequest(
      `input ${list[other]!.spec.name} has ${arrays[other]!.length} rows, ${list[0]!.spec.name} has ${rows}; they must be as many`,
    );
  }
  return { rows, inputs: Object.fromEntries(list.map(({ spec }, i) => [spec.name, arrays[i]!])) };
}

function readTensor(
  spec: TensorSpec,
  entry: Readonly<Record<string, unknown>>,
  binary: BinaryData,
  jsonBytes: number,
  most: number,
): NdArray<TypedArray> {
  const where = `input ${spec.name}`;
  const { bytes, name: datatype } = datatypes[spec.dtype];
  if (entry.datatype !== datatype) {
    throw badRequest(`${where}: datatype ${datatype} expected, got ${describe(entry.datatype)}`);
  }
  const shape = readShape(where, entry.shape, spec, most);
  const count = sizeOf(shape);
  const { binary_data_size: size } = parametersOf(where, entry, ["binary_data_size"]);
  let elements: Elements;
  if (size === undefined) {
    if (entry.data === undefined) throw badRequest(`${where}: it has neither data nor binary_data_size`);
    // Each number takes a digit and a comma at least.
    if (2 * count - 1 > jsonBytes) {
      throw badRequest(`${where}: the shape [${shape}] declares ${count} numbers, more than the body holds`);
    }
    elements = elementsOfJson(where, entry.data, shape, spec.dtype);
  } else {
    if (entry.data !== undefined) throw badRequest(`${where}: it has both data and binary_data_size`);
    if (size !== count * bytes) {
      throw badRequest(
        `${where}: the shape [${shape}] of ${datatype} takes ${count * bytes} bytes, binary_data_size is ${describe(size)}`,
      );
    }
    elements = elementsOfBytes(where, spec.dtype, binary.take(where, count * bytes));
  }
  return new NdArray<TypedArray>(elements, shape);
}

function readShape(where: string, shape: unknown, spec: TensorSpec, most: number): number[] {
  const fits =
    Array.isArray(shape) &&
    shape.length === spec.row.length + 1 &&
    shape.every((size, i) => Number.isSafeInteger(size) && size > 0 && (i === 0 || size === spec.row[i - 1]));
  if (!fits) {
    const got =
      Array.isArray(shape) && shape.length < 16 ? JSON.stringify(shape).slice(0, 80) : describe(shape);
    throw badRequest(`${where}: ${expected(spec)} expected, got the shape ${got}`);
  }
  if (shape[0] > most) {
    throw new RequestError(413, `${where}: ${shape[0]} rows, a request may have at most ${most}`);
  }
  return shape;
}

function readOutputs(outputs: unknown, specs: readonly TensorSpec[], allBinary: boolean): RequestedOutput[] {
  if (outputs === undefined) return specs.map(({ name }) => ({ name, binary: allBinary }));
  const list = namedEntries("outputs", outputs, specs);
  if (list.length === 0) return specs.map(({ name }) => ({ name, binary: allBinary }));
  return list.map(({ spec: { name }, entry }) => {
    const { binary_data: binary = allBinary } = parametersOf(`output ${name}`, entry, ["binary_data"]);
    if (typeof binary !== "boolean") {
      throw badRequest(`output ${name}: binary_data must be true or false, got ${describe(binary)}`);
    }
    return { name, binary };
  });
}

/** Entries of a list by the tensors they name: each of the model's at most once, and no other. */
function namedEntries(what: "inputs" | "outputs", list: unknown, specs: readonly TensorSpec[]) {
  if (!Array.isArray(list)) throw badRequest(`${what} must be an array, got ${describe(list)}`);
  if (list.length > specs.length) {
    throw badRequest(`${what}: the model has ${names(specs)}, the request names ${list.length}`);
  }
  const seen = new Set<string>();
  return list.map((entry: unknown) => {
    if (!isObject(entry))
      throw badRequest(`${what}: each must be an object with a name, got ${describe(entry)}`);
    const spec = specs.find(({ name }) => name === entry.name);
    if (!spec) {
      throw badRequest(`${what}: the model has ${names(specs)}, there is no ${describe(entry.name)}`);
    }
    if (seen.has(spec.name)) throw badRequest(`${what}: ${spec.name} is named twice`);
    seen.add(spec.name);
    return { spec, entry };
  });
}

/** @throws RequestError for parameters that mean nothing here, which would be ignored in silence */
function parametersOf(
  where: string,
  { parameters = {} }: Readonly<Record<string, unknown>>,
  known: readonly string[],
): Record<string, unknown> {
  if (!isObject(parameters)) {
    throw badRequest(`${where}: parameters must be an object, got ${describe(parameters)}`);
  }
  const stray = Object.keys(parameters).find((name) => !known.includes(name));
  if (stray === undefined) return { ...parameters };
  throw badRequest(`${where}: there is no parameter ${describe(stray)}; there are ${known.join(", ")}`);
}

function expected({ name, dtype, row }: TensorSpec): string {
  return `${name} [rows${row.map((size) => `, ${size}`).join("")}] ${datatypes[dtype].name}`;
}

function names(specs: readonly TensorSpec[]): string {
  return specs.map(({ name }) => name).join(", ");
}
