import type { Value } from "../ir/value.js";
import { isConstant } from "./constant.js";
import { type Pass, rewrite } from "./pass.js";
import { SharedConstants } from "./shared-constants.js";

/** The same operator on the same inputs is computed once (common subexpressions); equal constants are stored once. */
export const deduplicate: Pass = (old) => {
  const ids = new Map<Value, number>();
  const idOf = (value: Value | null): string => {
    if (!value) return "none";
    if (!ids.has(value)) ids.set(value, ids.size);
    return `${ids.get(value)}`;
  };
  const constants = new SharedConstants();
  const remember = new Map<string, readonly Value[]>();
  let shared = false;
  const pass = rewrite(({ node, inputs: given, graph }) => {
    const inputs = given.map((input) => (isConstant(input) ? constants.first(input) : input));
    shared ||= inputs.some((input, i) => input !== given[i]);
    const key = `${node.op}(${inputs.map(idOf).join(";")})${JSON.stringify(node.attributes)}`;
    const known = remember.get(key);
    if (known) return known;
    remember.set(key, graph.ops(node.op, inputs, { attributes: node.attributes, outputs: node.outputs }));
    return remember.get(key)!;
  });
  const { graph } = pass(old);
  return { graph, modified: shared || graph.nodes.length < old.nodes.length };
};
