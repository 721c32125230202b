import { GraphError } from "../errors.js";
import { type ElementArray, type ElementType, elementArrays, elementType, onnxTypes } from "../ir/element.js";
import { Graph, opsets } from "../ir/graph.js";
import { inferOutputs } from "../ir/infer.js";
import type { Attribute, Attributes } from "../ir/node.js";
import type { TypeInfo } from "../ir/operators/types.js";
import { parseDim } from "../ir/parse-dim.js";
import { type Dim, Value } from "../ir/value.js";
import type { onnx } from "./generated/onnx.js";
import { decodeProto, type ModelMessage } from "./message.js";
import { ModelError } from "./model-error.js";
import { byteSize, type Int64, isExternal, safe } from "./tensor.js";

export interface DecodedModel {
  graph: Graph;
  opset: number;
  irVersion: number;
  producer: string;
  metadata: Record<string, string>;
}

/**
 * Read an ONNX model's bytes back into a graph.
 * @throws ModelError for bytes that are not a model, or that use what the IR lacks
 */
export function decodeModel(bytes: Uint8Array, where = "model"): DecodedModel {
  return graphOf(decodeProto(bytes, where), where);
}

/** The same of a model's message, whose tensors hold their elements. */
export function graphOf(model: ModelMessage, where: string): DecodedModel {
  const proto = model.graph;
  if (!proto) throw new ModelError(`${where}: the model has no graph`);
  const opset = opsetOf(model, where);
  const graph = new Graph(opset);
  const values = new Map<string, Value>();
  const types = new Map<string, { dtype: ElementType; shape: Dim[] }>();
  for (const info of [...(proto.value_info ?? []), ...(proto.output ?? [])])
    types.set(info.name ?? "", typeOf(info, where));
  for (const tensor of proto.initializer ?? []) {
    const name = tensor.name ?? "";
    if (values.has(name)) throw new ModelError(`${where}: ${name} is made twice`);
    values.set(name, constantOf(tensor, where));
  }
  for (const info of proto.input ?? []) {
    const { dtype, shape } = typeOf(info, where);
    const name = info.name ?? "";
    if (!values.has(name)) values.set(name, graph.input(name, dtype, shape));
  }
  const look = (name: string): Value | null => {
    if (name === "") return null;
    const value = values.get(name);
    if (!value) throw new ModelError(`${where}: ${name} is used before it is made`);
    return value;
  };
  for (const node of proto.node ?? []) {
    const op = node.op_type ?? "";
    if (!isDefault(node.domain))
      throw new ModelError(`${where}: ${op} is of the domain ${node.domain}, not ONNX's own`);
    const inputs = (node.input ?? []).map(look);
    const attributes = attributesOf(node.attribute ?? [], where);
    const names = node.output ?? [];
    const known = names.map((name) => types.get(name));
    const outputs = known.every((type) => type !== undefined)
      ? known
      : inferred(op, inputs, attributes, opset, where);
    graph.origin = { kernel: "", scope: /^(.+)\//.exec(node.name ?? "")?.[1] ?? "" };
    graph.ops(op, inputs, { attributes, outputs }).forEach((value, i) => {
      const name = names[i] ?? "";
      if (values.has(name)) throw new ModelError(`${where}: ${name} is made twice`);
      if (name !== "") values.set(name, value);
    });
  }
  for (const { name } of proto.output ?? []) graph.output(name ?? "", look(name ?? "")!);
  return {
    graph,
    opset,
    irVersion: safe(model.ir_version ?? 0, where),
    producer: [model.producer_name, model.producer_version].filter(Boolean).join(" "),
    metadata: Object.fromEntries(
      (model.metadata_props ?? []).map(({ key, value }) => [key ?? "", value ?? ""]),
    ),
  };
}

function opsetOf(model: ModelMessage, where: string): number {
  const opset = safe(model.opset_import?.find(({ domain }) => isDefault(domain))?.version ?? 0, where);
  if (opset < opsets.oldest || opset > opsets.newest) {
    throw new ModelError(`${where}: opset ${opset}; vaekit reads ${opsets.oldest} to ${opsets.newest}`);
  }
  return opset;
}

/** ONNX's own operators go by two names. */
function isDefault(domain: string | null | undefined): boolean {
  return !domain || domain === "ai.onnx";
}

/** The rules count on inputs and attributes that an operator must have; a damaged file may lack them. */
function inferred(
  op: string,
  inputs: readonly (Value | null)[],
  attributes: Attributes,
  opset: number,
  where: string,
): TypeInfo[] {
  try {
    return inferOutputs(op, inputs, attributes, opset);
  } catch (cause) {
    const reason =
      cause instanceof GraphError ? cause.message : `${op}: its inputs or attributes are not what it takes`;
    throw new ModelError(`${where}: ${reason}`, { cause });
  }
}

function sizeOfAxis(value: Int64, name: string | null | undefined, where: string): number {
  const size = safe(value, where);
  if (size < 0) throw new ModelError(`${where}: ${name} has the size ${size} along an axis`);
  return size;
}

function dtypeOf(code: number | null | undefined, where: string): ElementType {
  const found = elementType(code ?? 0);
  if (!found)
    throw new ModelError(`${where}: element type ${code} is not one of ${Object.keys(onnxTypes).join(", ")}`);
  return found;
}

function typeOf(info: onnx.ValueInfoProto.$Properties, where: string): { dtype: ElementType; shape: Dim[] } {
  const tensor = info.type?.tensor_type;
  if (!tensor?.shape) throw new ModelError(`${where}: ${info.name} has no tensor type with a shape`);
  const shape = (tensor.shape.dim ?? []).map((dim): Dim => {
    if (!dim.dim_param) return sizeOfAxis(dim.dim_value ?? 0, info.name, where);
    return parseDim(dim.dim_param);
  });
  return { dtype: dtypeOf(tensor.elem_type, where), shape };
}

function constantOf(tensor: onnx.TensorProto.$Properties, where: string): Value {
  const name = tensor.name ?? "";
  if (isExternal(tensor))
    throw new ModelError(
      `${where}: ${name} holds its elements in another file; read the model with readModel`,
    );
  const dtype = dtypeOf(tensor.data_type, where);
  const shape = (tensor.dims ?? []).map((dim) => sizeOfAxis(dim, name, where));
  const size = byteSize(tensor, where);
  const raw = tensor.raw_data;
  if (!raw || raw.length !== size) {
    throw new ModelError(
      `${where}: ${name} holds ${raw?.length ?? 0} bytes where [${shape}] ${dtype} takes ${size}`,
    );
  }
  const type = elementArrays[dtype];
  const [buffer, offset] =
    raw.byteOffset % type.BYTES_PER_ELEMENT === 0
      ? [raw.buffer as ArrayBuffer, raw.byteOffset]
      : // Not slice(): on a Node Buffer that is a view of the same memory, at any alignment.
        [new Uint8Array(raw).buffer, 0];
  const data: ElementArray = new type(buffer, offset, size / type.BYTES_PER_ELEMENT);
  return new Value(dtype, shape, data, name);
}

function attributesOf(protos: readonly onnx.AttributeProto.$Properties[], where: string): Attributes {
  const attributes: Record<string, Attribute> = {};
  for (const { name, type, f, i, s, floats, ints } of protos) {
    const decoders: Record<number, () => Attribute> = {
      1: () => ({ float: f ?? 0 }),
      2: () => safe(i ?? 0, where),
      3: () => new TextDecoder().decode(s ?? new Uint8Array()),
      6: () => ({ floats: [...(floats ?? [])] }),
      7: () => (ints ?? []).map((value) => safe(value, where)),
    };
    const decoder = decoders[type ?? 0];
    if (!decoder)
      throw new ModelError(`${where}: attribute ${name} has type ${type}, which vaekit does not read`);
    attributes[name ?? ""] = decoder();
  }
  return attributes;
}
