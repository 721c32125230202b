import type { onnx } from "./generated/onnx.js";
import type { ModelMessage } from "./message.js";
import type { TensorMessage } from "./tensor.js";

export type GraphMessage = onnx.GraphProto.$Properties;
export type NodeMessage = onnx.NodeProto.$Properties;

/** Where things are found in a model. */
interface Visitor {
  graph?(graph: GraphMessage): void;
  node?(node: NodeMessage): void;
  tensor?(tensor: TensorMessage, isInitializer: boolean): void;
}

/** Visit every graph, node and tensor of a model: also in subgraphs, functions, attributes and training graphs. */
export function walk(model: ModelMessage, visitor: Visitor): void {
  const sparse = (tensors: readonly onnx.SparseTensorProto.$Properties[], isInitializer: boolean) => {
    for (const { values, indices } of tensors)
      for (const tensor of [values, indices]) if (tensor) visitor.tensor?.(tensor, isInitializer);
  };
  const attribute = ({
    t,
    g,
    sparse_tensor,
    tensors,
    graphs,
    sparse_tensors,
  }: onnx.AttributeProto.$Properties) => {
    for (const tensor of [...(t ? [t] : []), ...(tensors ?? [])]) visitor.tensor?.(tensor, false);
    sparse([...(sparse_tensor ? [sparse_tensor] : []), ...(sparse_tensors ?? [])], false);
    for (const graph of [...(g ? [g] : []), ...(graphs ?? [])]) visitGraph(graph);
  };
  const nodes = (list: readonly NodeMessage[] | null | undefined) => {
    for (const node of list ?? []) {
      visitor.node?.(node);
      node.attribute?.forEach(attribute);
    }
  };
  const visitGraph = (graph: GraphMessage) => {
    visitor.graph?.(graph);
    for (const tensor of graph.initializer ?? []) visitor.tensor?.(tensor, true);
    sparse(graph.sparse_initializer ?? [], true);
    nodes(graph.node);
  };
  if (model.graph) visitGraph(model.graph);
  for (const { node, attribute_proto } of model.functions ?? []) {
    attribute_proto?.forEach(attribute);
    nodes(node);
  }
  for (const { initialization, algorithm } of model.training_info ?? [])
    for (const graph of [initialization, algorithm]) if (graph) visitGraph(graph);
}
