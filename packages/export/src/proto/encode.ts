import type { DType } from "@vaekit/infer";
import type { Graph } from "../ir/graph.js";
import { onnxTypes } from "../ir/infer.js";
import type { Attribute, Node } from "../ir/node.js";
import { dimText, type Shape, type Value } from "../ir/value.js";
import { onnx } from "./generated/onnx.js";
import { nameValues } from "./names.js";

export interface ModelOptions {
  /** The graph's name. */
  name?: string;
  /** Version of the default operator set. */
  opset?: number;
  irVersion?: number;
  /** The vaekit that wrote it. */
  producerVersion?: string;
  /** Free text, kept in the model's metadata. */
  metadata?: Readonly<Record<string, string>>;
}

const attributeTypes = { float: 1, int: 2, string: 3, ints: 7 } as const;

/** A graph as the bytes of an ONNX ModelProto. Opset 17 with IR 8 is what every checker in use accepts. */
export function encodeModel(graph: Graph, options: ModelOptions = {}): Uint8Array {
  const { name = "vaekit", opset = 17, irVersion = 8, producerVersion = "", metadata = {} } = options;
  const { names, constants, identities } = nameValues(graph);
  const nodes = graph.nodes.map((node, i) => nodeProto(node, i, names));
  for (const { from, to } of identities) {
    nodes.push(
      new onnx.NodeProto({ op_type: "Identity", name: `output/${to}`, input: [from], output: [to] }),
    );
  }
  const inner = graph.nodes.flatMap((node) => node.outputs).filter((value) => !isOutput(graph, value, names));
  const model = new onnx.ModelProto({
    ir_version: irVersion,
    producer_name: "vaekit",
    producer_version: producerVersion,
    opset_import: [new onnx.OperatorSetIdProto({ domain: "", version: opset })],
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
  return onnx.ModelProto.encode(model).finish();
}

function isOutput(graph: Graph, value: Value, names: ReadonlyMap<Value, string>): boolean {
  return graph.outputs.some((output) => output.value === value && names.get(value) === output.name);
}

function nodeProto(node: Node, index: number, names: ReadonlyMap<Value, string>): onnx.NodeProto {
  return new onnx.NodeProto({
    op_type: node.op,
    name: `${node.kernel || "pass"}_${index}/${node.op}`,
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

function valueInfo(name: string, { dtype, shape }: { dtype: DType; shape: Shape }): onnx.ValueInfoProto {
  const dim = shape.map((size) =>
    typeof size === "number" ? { dim_value: size } : { dim_param: dimText(size) },
  );
  return new onnx.ValueInfoProto({
    name,
    type: { tensor_type: { elem_type: onnxTypes[dtype], shape: { dim } } },
  });
}
