import type { ModelMessage } from "../proto/message.js";
import { ModelError } from "../proto/model-error.js";
import { type TensorMessage, typeName } from "../proto/tensor.js";
import type { GraphMessage, NodeMessage } from "../proto/walk.js";
import { attributeText, typesOf } from "./graph-text.js";
import { type Box, type Layout, type Link, layout, type Placed } from "./layout.js";
import { escapeText, textWidth, truncate } from "./svg-text.js";
import { preview } from "./tensor-preview.js";
import { dimsText, operatorName, typeText } from "./type-text.js";

/** A box of the drawing: a node, an input or an output. */
interface Shape extends Box {
  kind: "node" | "port";
  title: string;
  /** Whole, for the tooltip. */
  name: string;
  lines: string[];
  color: string;
  /** Values that leave it: name, text, and where from the box's middle. */
  values: { name: string; text: string; at: number }[];
  boxWidth: number;
  boxHeight: number;
}

/** Nodes above which a picture helps nobody, and costs a browser minutes. */
const mostNodes = 5000;
/** Places that lines pass on their way: a value that is made first and used last passes every layer. */
const mostBends = 50_000;
const sizes = { title: 13, text: 11, line: 15, padding: 9, margin: 20, label: 17, widest: 46 } as const;

/**
 * The main graph as an SVG: a box for each node with its operator, name, attributes and constants; below it what it
 * makes. Lines run from there to the boxes that use it.
 * @throws ModelError for a graph with too many nodes to draw
 */
export function drawGraph(model: ModelMessage, where: string): string {
  const graph = model.graph ?? {};
  const nodes = graph.node ?? [];
  if (nodes.length > mostNodes)
    throw new ModelError(
      `${where}: ${nodes.length} nodes are too many to draw (at most ${mostNodes}); print them as text`,
    );
  const { shapes, links } = collect(graph);
  const drawing = layout(shapes, links, mostBends);
  if (!drawing)
    throw new ModelError(`${where}: its lines are too long and too many to draw; print it as text`);
  const { width, height, boxes, ways } = drawing;
  const enters = entries(links, drawing);
  const lines = links.map((link, i) => line(link, shapes, boxes, ways[i]!, enters[i]!));
  const [w, h] = [width, height].map((size) => Math.ceil(size + 2 * sizes.margin));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${w}" height="${h}" viewBox="0 0 ${w} ${h}" font-family="ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace">`,
    `<rect width="${w}" height="${h}" fill="#fff"/>`,
    `<g transform="translate(${sizes.margin} ${sizes.margin})">`,
    `<g fill="none" stroke="#8a94a3" stroke-width="1.2">${lines.join("")}</g>`,
    ...shapes.map((shape, i) => drawShape(shape, boxes[i]!)),
    "</g>",
    "</svg>\n",
  ].join("\n");
}

function collect(graph: GraphMessage): { shapes: Shape[]; links: Link[] } {
  const types = typesOf(graph);
  const constants = new Map((graph.initializer ?? []).map((tensor) => [tensor.name ?? "", tensor]));
  const makers = new Map<string, number>();
  const shapes: Shape[] = [];
  const links: Link[] = [];
  const add = (shape: Shape, uses: readonly string[]) => {
    for (const value of new Set(uses)) {
      const from = makers.get(value);
      if (from === undefined) continue;
      const { at } = shapes[from]!.values.find(({ name }) => name === value)!;
      links.push({ from, to: shapes.length, value, at });
    }
    for (const { name } of shape.values) makers.set(name, shapes.length);
    shapes.push(shape);
  };
  for (const { name, type } of graph.input ?? []) {
    if (!constants.has(name ?? "")) add(portShape(name ?? "", typeText(type), true), []);
  }
  for (const node of graph.node ?? []) add(nodeShape(node, types, constants), usedBy(node));
  for (const { name, type } of graph.output ?? [])
    add(portShape(name ?? "", typeText(type), false), [name ?? ""]);
  return { shapes, links };
}

/** Also what its subgraphs use; their own values have names of their own. */
function usedBy({ input, attribute }: NodeMessage): string[] {
  const inner = (attribute ?? []).flatMap(({ g, graphs }) => [...(g ? [g] : []), ...(graphs ?? [])]);
  return [...(input ?? []), ...inner.flatMap((graph) => (graph.node ?? []).flatMap(usedBy))];
}

function nodeShape(
  node: NodeMessage,
  types: ReadonlyMap<string, string>,
  constants: ReadonlyMap<string, TensorMessage>,
): Shape {
  const attributes = (node.attribute ?? []).map((attribute) => {
    const graphs = [...(attribute.g ? [attribute.g] : []), ...(attribute.graphs ?? [])];
    if (graphs.length === 0) return attributeText(attribute);
    return `${attribute.name}: ${graphs.map((graph) => `${graph.node?.length ?? 0} nodes`).join(", ")}`;
  });
  const weights = (node.input ?? []).flatMap((name) => {
    const tensor = constants.get(name);
    return tensor ? [`${typeName(tensor.data_type)} ${preview(tensor) || dimsText(tensor.dims)}`] : [];
  });
  const name = node.name ?? "";
  const lines = [...(name ? [name] : []), ...attributes, ...weights];
  const op = operatorName(node.domain, node.op_type);
  const values = (node.output ?? []).map((value) => ({ name: value, text: types.get(value) ?? "" }));
  return shaped({ kind: "node", title: op, name, lines, color: colorOf(node.op_type ?? "") }, values);
}

function portShape(name: string, type: string, isInput: boolean): Shape {
  const kind = isInput ? "input" : "output";
  const values = isInput ? [{ name, text: type }] : [];
  return shaped(
    { kind: "port", title: name, name: `${kind} ${name}: ${type}`, lines: [kind], color: "#4b5563" },
    values,
  );
}

/** Measure a box with what stands in it and below it. */
function shaped(
  shape: Pick<Shape, "kind" | "title" | "name" | "lines" | "color">,
  values: readonly { name: string; text: string }[],
): Shape {
  const title = truncate(shape.title, sizes.widest);
  const lines = shape.lines.map((text) => truncate(text, sizes.widest));
  const widest = Math.max(textWidth(title, sizes.title), ...lines.map((text) => textWidth(text, sizes.text)));
  const boxHeight = 2 * sizes.padding + sizes.line * (1 + lines.length);
  const labels = values.map(({ name, text }) => ({ name, text: truncate(text, sizes.widest) }));
  const slots = labels.map(({ text }) => textWidth(text, sizes.text) + 2 * sizes.padding);
  const below = slots.reduce((sum, slot) => sum + slot, 0);
  // Each of several values leaves right below the box.
  const boxWidth = Math.max(80, widest + 2 * sizes.padding, values.length > 1 ? below : 0);
  let left = -below / 2;
  const placed = labels.map((label, i) => {
    const at = left + slots[i]! / 2;
    left += slots[i]!;
    return { ...label, at };
  });
  return {
    ...shape,
    title,
    lines,
    values: placed,
    boxWidth,
    boxHeight,
    width: Math.max(boxWidth, below),
    height: boxHeight + (labels.some(({ text }) => text) ? sizes.label : 0),
  };
}

/** Where each line enters its box: side by side, in the order of where they come from. */
function entries(links: readonly Link[], { boxes, ways }: Layout): number[] {
  const entering = new Map<number, number[]>();
  links.forEach(({ to }, i) => {
    const list = entering.get(to);
    if (list) list.push(i);
    else entering.set(to, [i]);
  });
  const source = (i: number) => ways[i]!.at(-1)?.x ?? boxes[links[i]!.from]!.x + links[i]!.at;
  const places: number[] = [];
  for (const [to, lines] of entering) {
    const { x, width } = boxes[to]!;
    const step = Math.min(26, (width - 20) / lines.length);
    lines.sort((a, b) => source(a) - source(b));
    lines.forEach((link, i) => {
      places[link] = x + (i - (lines.length - 1) / 2) * step;
    });
  }
  return places;
}

function line(
  { from, to, at }: Link,
  shapes: readonly Shape[],
  boxes: readonly Placed[],
  way: readonly { x: number; top: number; bottom: number }[],
  enterX: number,
): string {
  const box = boxes[from]!;
  let x = box.x + at;
  let path = `M${round(x)} ${round(box.y + shapes[from]!.boxHeight)}V${round(box.y + box.height)}`;
  let y = box.y + box.height;
  const target = { x: enterX, top: boxes[to]!.y, bottom: boxes[to]!.y };
  for (const stop of [...way, target]) {
    const middle = (y + stop.top) / 2;
    path += `C${round(x)} ${round(middle)} ${round(stop.x)} ${round(middle)} ${round(stop.x)} ${round(stop.top)}`;
    if (stop.bottom > stop.top) path += `V${round(stop.bottom)}`;
    x = stop.x;
    y = stop.bottom;
  }
  return `<path d="${path}"/>`;
}

function drawShape(
  { kind, title, name, lines, color, values, boxWidth, boxHeight }: Shape,
  { x, y }: Placed,
): string {
  const left = x - boxWidth / 2;
  const middle = `text-anchor="middle"`;
  const baseline = (i: number) => round(y + sizes.padding + sizes.line * (i + 0.75));
  const radius = kind === "port" ? round(boxHeight / 2) : 5;
  const labels = values.filter(({ text }) => text);
  return [
    `<g><title>${escapeText(name)}</title>`,
    `<rect x="${round(left)}" y="${round(y)}" width="${round(boxWidth)}" height="${round(boxHeight)}" rx="${radius}" fill="${color}"/>`,
    `<text x="${round(x)}" y="${baseline(0)}" ${middle} font-size="${sizes.title}" font-weight="bold" fill="#fff">${escapeText(title)}</text>`,
    ...lines.map(
      (text, i) =>
        `<text x="${round(x)}" y="${baseline(i + 1)}" ${middle} font-size="${sizes.text}" fill="#fff">${escapeText(text)}</text>`,
    ),
    ...labels.map(({ text, at }) => {
      const width = textWidth(text, sizes.text) + 6;
      const top = y + boxHeight + 2;
      return (
        `<rect x="${round(x + at - width / 2)}" y="${round(top)}" width="${round(width)}" height="${sizes.label - 3}" fill="#fff"/>` +
        `<text x="${round(x + at)}" y="${round(top + 11)}" ${middle} font-size="${sizes.text}" fill="#374151">${escapeText(text)}</text>`
      );
    }),
    "</g>",
  ].join("");
}

const colors: readonly (readonly [RegExp, string])[] = [
  [/^(Conv|MatMul|Gemm|QLinear|Einsum|LSTM|GRU|RNN|Attention)/, "#1d4ed8"],
  [/(Relu|Sigmoid|Tanh|Softmax|Elu|Selu|Gelu|Swish|Softplus|Softsign|Clip|Erf)$/, "#b45309"],
  [/(Normalization|LRN|Pool)/, "#15803d"],
  [
    /^(Reshape|Transpose|Concat|Split|Slice|Gather|Scatter|Pad|Expand|Tile|Squeeze|Unsqueeze|Flatten|Shape|Cast)/,
    "#6d28d9",
  ],
  [/^(If|Loop|Scan|Sequence|Optional)/, "#be123c"],
];

function colorOf(op: string): string {
  return colors.find(([names]) => names.test(op))?.[1] ?? "#334155";
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
