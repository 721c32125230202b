import type { onnx } from "../proto/generated/onnx.js";
import type { ModelMessage } from "../proto/message.js";
import { isExternal, type TensorMessage, typeName } from "../proto/tensor.js";
import type { GraphMessage, NodeMessage } from "../proto/walk.js";
import { float, preview } from "./tensor-preview.js";
import { dimsText, operatorName, quoted, typeText } from "./type-text.js";

/**
 * A model's graph as text: inputs, constants, one line a node with what it makes, outputs; subgraphs are indented and
 * functions follow. Names that are not plain words are in quotes.
 */
export function graphText(model: ModelMessage): string {
  const lines = model.graph ? graphLines(model.graph, "graph", "") : [];
  for (const each of model.functions ?? []) {
    const { domain, name, input, output, node } = each;
    lines.push("", `function ${quoted(operatorName(domain, name))} (${names(input)}) {`);
    lines.push(...nodeLines(node ?? [], new Map(), "  "), `  return ${names(output)}`, "}");
  }
  return lines.join("\n");
}

function graphLines(graph: GraphMessage, title: string, indent: string): string[] {
  const inner = `${indent}  `;
  const types = typesOf(graph);
  return [
    `${indent}${title}${graph.name ? ` ${quoted(graph.name)}` : ""} {`,
    ...(graph.input ?? []).map(({ name, type }) => `${inner}input ${quoted(name ?? "")}: ${typeText(type)}`),
    ...(graph.initializer ?? []).map(
      (tensor) => `${inner}constant ${quoted(tensor.name ?? "")}: ${tensorText(tensor)}`,
    ),
    ...(graph.sparse_initializer ?? []).map(
      ({ values, dims }) =>
        `${inner}constant ${quoted(values?.name ?? "")}: sparse ${typeName(values?.data_type)} ${dimsText(dims)}`,
    ),
    ...nodeLines(graph.node ?? [], types, inner),
    ...(graph.output ?? []).map(
      ({ name, type }) => `${inner}output ${quoted(name ?? "")}: ${typeText(type)}`,
    ),
    `${indent}}`,
  ];
}

/** Type texts of a graph's values, where they are declared. */
export function typesOf({ input, output, value_info }: GraphMessage): Map<string, string> {
  const infos = [...(input ?? []), ...(value_info ?? []), ...(output ?? [])];
  return new Map(infos.map(({ name, type }) => [name ?? "", typeText(type)]));
}

function nodeLines(
  nodes: readonly NodeMessage[],
  types: ReadonlyMap<string, string>,
  indent: string,
): string[] {
  return nodes.flatMap((node) => {
    const made = (node.output ?? []).map((name) => {
      const type = types.get(name);
      return name === "" ? "_" : `${quoted(name)}${type ? `: ${type}` : ""}`;
    });
    const attributes = (node.attribute ?? []).filter(({ g, graphs }) => !g && !graphs?.length);
    const settings = attributes.length > 0 ? ` {${attributes.map(attributeText).join(", ")}}` : "";
    const comment = node.name ? `  # ${quoted(node.name)}` : "";
    return [
      `${indent}${made.join(", ")} = ${quoted(operatorName(node.domain, node.op_type))}(${names(node.input)})${settings}${comment}`,
      ...(node.attribute ?? []).flatMap(({ name, g, graphs }) =>
        [...(g ? [g] : []), ...(graphs ?? [])].flatMap((graph) =>
          graphLines(graph, quoted(name ?? ""), `${indent}  `),
        ),
      ),
    ];
  });
}

export function attributeText(attribute: onnx.AttributeProto.$Properties): string {
  const { name, ref_attr_name, type, f, i, s, t, tp, floats, ints, strings } = attribute;
  const text = (bytes: Uint8Array) => JSON.stringify(shorten(new TextDecoder().decode(bytes)));
  const values: Record<number, () => string> = {
    1: () => float(f ?? 0),
    2: () => `${i ?? 0}`,
    3: () => text(s ?? new Uint8Array()),
    4: () => (t ? tensorText(t) : "no tensor"),
    6: () => list(floats, float),
    7: () => list(ints, String),
    8: () => list(strings, text),
    13: () => typeText(tp),
  };
  const value = ref_attr_name ? `@${quoted(ref_attr_name)}` : (values[type ?? 0]?.() ?? "...");
  return `${quoted(name ?? "")}=${value}`;
}

function tensorText(tensor: TensorMessage): string {
  const type = `${typeName(tensor.data_type)} ${dimsText(tensor.dims)}`;
  if (isExternal(tensor)) return `${type} (external)`;
  const values = preview(tensor);
  return values ? `${type} ${values}` : type;
}

const shown = 16;

function list<T>(values: readonly T[] | null | undefined, text: (value: T) => string): string {
  const all = values ?? [];
  return `[${all.slice(0, shown).map(text).join(", ")}${all.length > shown ? `, ... ${all.length} in all` : ""}]`;
}

function shorten(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60)}...` : text;
}

function names(list: readonly string[] | null | undefined): string {
  return (list ?? []).map((name) => (name === "" ? "_" : quoted(name))).join(", ");
}
