import { TraceError } from "../errors.js";
import type { Graph } from "../ir/graph.js";
import type { Node } from "../ir/node.js";
import { describe, type Value } from "../ir/value.js";
import { atPoints, blamed, nodeText, parityAdvice } from "./describe.js";
import type { Recording } from "./unify.js";
import { unrolledAdvice } from "./unrolled.js";

/**
 * Same operators on the same values in the same order, or the function is not one graph.
 * @throws TraceError that says what differs, and the sizes with which it does
 */
export function compareStructure(recordings: readonly Recording[]): void {
  const first = recordings[0]!.graph;
  const ids = numbering(first);
  for (const { graph } of recordings.slice(1)) compareTwo(first, graph, ids, recordings);
}

function compareTwo(a: Graph, b: Graph, idsA: Numbering, recordings: readonly Recording[]): void {
  const idsB = numbering(b);
  const differ = (what: string, textOf?: (graph: Graph) => string): never => {
    throw new TraceError(`trace: ${what}. ${reason(recordings, b, textOf)}`);
  };
  if (a.inputs.length !== b.inputs.length) differ("the recordings use different variables");
  if (a.nodes.length !== b.nodes.length) {
    const at = a.nodes.findIndex((node, i) => node.op !== b.nodes[i]?.op);
    const near = a.nodes[at] ? `; the first that differs is ${named(at, a.nodes[at])}` : "";
    differ(
      `one recording has ${a.nodes.length} operations, another ${b.nodes.length}${near}`,
      ({ nodes }) => `${nodes.length} operations`,
    );
  }
  a.nodes.forEach((node, i) => {
    const twin = b.nodes[i]!;
    const name = named(i, node);
    if (node.op !== twin.op)
      differ(`${name} is ${twin.op} in another recording`, ({ nodes }) => `${nodes[i]?.op}`);
    if (attributesText(node) !== attributesText(twin)) differAttributes(recordings, i);
    if (node.inputs.length !== twin.inputs.length) differ(`${name} has another number of inputs`);
    node.inputs.forEach((input, at) => {
      const other = twin.inputs[at];
      const same =
        input === null || other == null
          ? input === other
          : idsA.get(input) === idsB.get(other) && input.dtype === other.dtype && input.rank === other.rank;
      if (!same)
        differ(
          `${name}: input ${at} is ${input && describe(input)} here and ${other && describe(other)} there`,
        );
    });
  });
  a.outputs.forEach(({ name, value }, i) => {
    const other = b.outputs[i];
    if (other?.name !== name || idsA.get(value) !== idsB.get(other.value)) differ(`output ${name} differs`);
  });
}

type Numbering = ReadonlyMap<Value, number>;

function numbering(graph: Graph): Numbering {
  const values = [...graph.inputs, ...graph.nodes.flatMap(({ outputs }) => outputs)];
  return new Map(values.map((value, i) => [value, i]));
}

function named(i: number, node: Node): string {
  return `operation ${i} (${nodeText(node)})`;
}

function attributesText({ attributes }: Node): string {
  return JSON.stringify(attributes);
}

function reason(recordings: readonly Recording[], b: Graph, textOf?: (graph: Graph) => string): string {
  const points = recordings.map(({ sizes }) => sizes);
  const symbols = blamed((place) => recordings[place]!.graph === b, points);
  if (symbols.length === 0) {
    return "The function does different things from call to call; a graph holds one way only.";
  }
  const texts = textOf ? recordings.map(({ graph }) => textOf(graph)) : [];
  const seen = textOf ? `: ${atPoints(texts, points)}` : "";
  const names = symbols.join(" and ");
  const advice =
    unrolledAdvice(recordings) ??
    (textOf && parityAdvice("That", texts, points)) ??
    `Let it not depend on ${names}, or fix ${names}.`;
  return (
    `The function does different things at different sizes of ${names}, or from call to call${seen}; a graph holds ` +
    `one way only. ${advice}`
  );
}

/** Attributes are part of the operator: no symbolic size can be put in. */
function differAttributes(recordings: readonly Recording[], i: number): never {
  const nodes = recordings.map(({ graph }) => graph.nodes[i]!);
  const points = recordings.map(({ sizes }) => sizes);
  const texts = nodes.map((node) => (node ? attributesText(node) : ""));
  const symbols = blamed((place) => texts[place] !== texts[0], points);
  const name = named(i, nodes[0]!);
  const keys = new Set(nodes.flatMap((node) => Object.keys(node?.attributes ?? {})));
  const textOf = (node: Node | undefined, key: string) => JSON.stringify(node?.attributes[key]) ?? "none";
  const differing = [...keys].filter((key) =>
    nodes.some((node) => textOf(node, key) !== textOf(nodes[0], key)),
  );
  const shown = nodes.map((node) => differing.map((key) => `${key} ${textOf(node, key)}`).join(", "));
  if (symbols.length === 0) {
    throw new TraceError(
      `trace: ${name} has other attributes from call to call: ${shown[0]}, then ${shown.find((text) => text !== shown[0])}`,
    );
  }
  const what = differing.some((key) => key.includes("pad")) ? "This padding" : "This";
  const advice =
    parityAdvice(what, texts, points) ??
    `Fix ${symbols.join(" and ")}, or choose ${differing.join(" and ")} such that they do not depend on it.`;
  throw new TraceError(
    `trace: ${name} has other attributes in another recording: ${atPoints(shown, points)}. An operator's attributes ` +
      `cannot depend on ${symbols.join(" and ")}. ${advice}`,
  );
}
