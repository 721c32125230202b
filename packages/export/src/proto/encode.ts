import { type ElementType, onnxTypes } from "../ir/element.js";
import type { Graph } from "../ir/graph.js";
import type { Attribute, Node } from "../ir/node.js";
import { dimText, type Shape, type Value } from "../ir/value.js";
import { onnx } from "./generated/onnx.js";
import { encodeProto } from "./message.js";
import { nameValues } from "./names.js";

export interface ModelOptions {
  /** The graph's name. */
  name?: string;
  /** The vaekit that wrote it. */
  producerVersion?: string;
  /** Free text, kept in the model's metadata. */
  metadata?: Readonly<Record<string, string>>;
}

const attributeTypes = { float: 1, int: 2, string: 3, floats: 6, ints: 7 } as const;

/** The newest opset that each version of the file format (IR) came with: onnx.helper.VERSION_TABLE. */
const lastOpsets: readonly (readonly [ir: number, opset: number])[] = [
  [7, 14],
  [8, 18],
  [9, 20],
  [10, 22],
  [11, 23],
  [12, 24],
];

/** The oldest version of the file format that has an opset: what most readers accept. */
export function irVersion(opset: number): number {
  return lastOpsets.find(([, last]) => opset <= last)![0];
}

/** A graph as the bytes of an ONNX ModelProto. @throws ModelError above protobuf's limit of 2 GB */
export function encodeModel(graph: Graph, options: ModelOptions = {}): Uint8Array {
  return encodeProto(modelMessage(graph, options));
}

/** A graph as an ONNX ModelProto; its initializers share the constants' memory. */
export function modelMessage(graph: Graph, options: ModelOptions = {}): onnx.ModelProto {
  const { name = "vaekit", producerVersion = "", metadata = {} } = options;
  const { nodes: nodeNames, names, constants, identities } = nameValues(graph);
  const nodes = graph.nodes.map((node) => nodeProto(node, nodeNames.get(node)!, names));
  for (const { from, to } of identities) {
    nodes.push(
      new onnx.NodeProto({ op_type: "Identity", name: `output/${to}`, input: [from], output: [to] }),
    );
  }
  const outputs = new Set(graph.outputs.map(({ name }) => name));
  const inner = graph.nodes
    .flatMap((node) => node.outputs)
    .filter((value) => !outputs.has(names.get(value)!));
  return new onnx.ModelProto({
    ir_version: irVersion(graph.opset),
    producer_name: "vaekit",
    producer_version: producerVersion,
    opset_import: [new onnx.OperatorSetIdProto({ domain: "", version: graph.opset })],
    metadata_props: Object.entries(metadata).map(
      ([key, value]) => new onnx.StringStringEntryProto({ key, value }),
    ),
    graph: new onnx.GraphProto({
      name,
      node: nodes,
      initializer: constants.map(([constant, value]) => tensorProto(constant, value)),
      input: graph.inputs.map((input) => valueInfo(input.name!, input)),
      output: graph.outputs.map((output) => valueInfo(output.name, output.value)),
      value_info: inner.map((value) => valueInfo(names.get(value)!, value)),
    }),
  });
}

function nodeProto(node: Node, name: string, names: ReadonlyMap<Value, string>): onnx.NodeProto {
  return new onnx.NodeProto({
    op_type: node.op,
    name,
    input: node.inputs.map((input) => (input ? names.get(input)! : "")),
    output: node.outputs.map((output) => names.get(output)!),
    attribute: Object.entries(node.attributes).map(([name, value]) => attributeProto(name, value)),
  });
}

function attributeProto(name: string, value: Attribute): onnx.AttributeProto {
  if (typeof value === "number") return new onnx.AttributeProto({ name, i: value, type: attributeTypes.int });
  if (typeof value === "string") {
    return new onnx.AttributeProto({ name, s: new TextEncoder().encode(value), type: attributeTypes.string });
  }
  if ("float" in value) return new onnx.AttributeProto({ name, f: value.float, type: attributeTypes.float });
  if ("floats" in value)
    return new onnx.AttributeProto({ name, floats: [...value.floats], type: attributeTypes.floats });
  return new onnx.AttributeProto({ name, ints: [...value], type: attributeTypes.ints });
}

function tensorProto(name: string, { dtype, shape, data }: Value): onnx.TensorProto {
  const { buffer, byteOffset, byteLength } = data!;
  return new onnx.TensorProto({
    name,
    dims: shape as number[],
    data_type: onnxTypes[dtype],
    raw_data: new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength),
  });
}

function valueInfo(
  name: string,
  { dtype, shape }: { dtype: ElementType; shape: Shape },
): onnx.ValueInfoProto {
  const dim = shape.map((size) =>
    typeof size === "number" ? { dim_value: size } : { dim_param: dimText(size) },
  );
  return new onnx.ValueInfoProto({
    name,
    type: { tensor_type: { elem_type: onnxTypes[dtype], shape: { dim } } },
  });
}
