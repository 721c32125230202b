import type { Graph } from "../ir/graph.js";
import type { Node } from "../ir/node.js";
import { staticShape, type Value } from "../ir/value.js";
import { rewrite } from "../passes/pass.js";
import type { Encoding } from "./encoding.js";
import type { WeightLog } from "./report.js";

/** A node that takes a constant as input `at`. */
export interface Use {
  node: Node;
  at: number;
}

/**
 * Elements from which a constant is a weight. A smaller one saves less than 3 kB, of which the nodes that restore it
 * take a tenth, and is as likely a table or a normalisation's parameters.
 */
const fewest = 1024;

/**
 * Constants that may be stored in fewer bytes: float32, large, and with two axes at least that are longer than 1.
 * Biases, scales and variances are vectors: next to no bytes, and each of them moves a whole channel.
 */
export function weightsOf(graph: Graph): Map<Value, Use[]> {
  const uses = new Map<Value, Use[]>();
  // What is an output too would be there twice.
  const outputs = new Set(graph.outputs.map(({ value }) => value));
  for (const node of graph.nodes) {
    for (const [at, value] of node.inputs.entries()) {
      if (!value || !isWeight(value) || outputs.has(value)) continue;
      const known = uses.get(value);
      if (known) known.push({ node, at });
      else uses.set(value, [{ node, at }]);
    }
  }
  return uses;
}

function isWeight({ dtype, data, shape }: Value): boolean {
  return (
    dtype === "float32" &&
    data !== null &&
    data.length >= fewest &&
    shape.filter((size) => size !== 1).length > 1
  );
}

/** Its variable's name, or that of the layer that uses it first. */
export function nameOf(weight: Value, [first]: readonly Use[]): string {
  const { scope, kernel } = first!.node.origin;
  return weight.name ?? `${scope || kernel || "pass"}/${first!.node.op}`;
}

/** What half loses of a weight whose largest number has all of its 11 bits. */
const halfError = 2 ** -11;

/** Why a weight stays float32; null where the encoding holds it. */
function unfit({ as, error }: Encoding): string | null {
  if (!Number.isFinite(error.maxAbsolute))
    return `it holds numbers that ${as} has not (beyond 65504, infinite or NaN)`;
  const small = as === "float16" && error.maxRelative > halfError;
  return small ? "its largest number is too small for float16 (below 6.1e-5)" : null;
}

/** Store each weight as `encode` says, once however many nodes use it. */
export function storeConstants(
  graph: Graph,
  log: WeightLog,
  encode: (weight: Value, uses: readonly Use[]) => Encoding,
): Graph {
  const encodings = new Map<Value, Encoding>();
  for (const [weight, uses] of weightsOf(graph)) {
    const name = nameOf(weight, uses);
    const encoding = encode(weight, uses);
    const { as, bytes, error } = encoding;
    const why = unfit(encoding);
    if (why) {
      log.kept.push({ name, why });
      continue;
    }
    encodings.set(weight, encoding);
    const before = weight.data!.byteLength;
    log.stored.push({ name, shape: staticShape(weight), as, bytes: { before, after: bytes }, error });
  }
  const decoded = new Map<Value, Value>();
  const restore = (value: Value | null, target: Graph): Value | null => {
    const encoding = value && encodings.get(value);
    if (!encoding) return value;
    if (!decoded.has(value)) decoded.set(value, encoding.decode(target));
    return decoded.get(value)!;
  };
  const pass = rewrite(({ node, inputs, graph: target }) => {
    if (!inputs.some((input) => input && encodings.has(input))) return null;
    const restored = inputs.map((input) => restore(input, target));
    return target.ops(node.op, restored, { attributes: node.attributes, outputs: node.outputs });
  });
  return pass(graph).graph;
}
