import { UnsupportedKernelError } from "../errors.js";

/** A node as tfjs-converter's executor holds it. category: which of its executors runs it; none for ops it lacks. */
export interface ExecutorNode {
  readonly name: string;
  readonly op: string;
  readonly category?: string;
  readonly inputs: readonly ExecutorNode[];
}

/** Why a node cannot be recorded, by the executor that would run it. */
const reasons: Readonly<Record<string, string>> = {
  control: "control flow: which nodes run is decided by values",
  dynamic: "its output's size depends on values",
  hash_table: "a hash table, which tfjs looks up outside of the graph",
  string: "it works on strings",
};

/**
 * @throws UnsupportedKernelError that lists every node between inputs and outputs that only executeAsync could run,
 *   and every one whose op tfjs-converter does not know
 */
export function checkTraceable(
  nodes: Readonly<Record<string, ExecutorNode>>,
  outputs: readonly string[],
  inputs: readonly string[],
  where: string,
): void {
  const seen = new Set<ExecutorNode>();
  const queue = outputs.flatMap((name) => nodes[name] ?? []);
  const rows: string[] = [];
  for (let node = queue.pop(); node; node = queue.pop()) {
    if (seen.has(node) || inputs.includes(node.name)) continue;
    seen.add(node);
    const reason = node.category ? reasons[node.category] : "an op that tfjs-converter does not know";
    if (reason) rows.push(`  ${node.op}  (${node.name}): ${reason}`);
    queue.push(...node.inputs);
  }
  if (rows.length === 0) return;
  const what = rows.length === 1 ? "1 node" : `${rows.length} nodes`;
  throw new UnsupportedKernelError(
    `${where}: ${what} of this graph-model cannot become part of an ONNX graph\n${rows.sort().join("\n")}\n` +
      "Convert the part before them as a model of its own and do the rest (non-maximum suppression, loops) in the program, " +
      "or give an op of yours with --register ops.js (tf.registerOp).",
  );
}
