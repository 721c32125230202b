import type { ElementArray } from "../ir/element.js";
import type { Value } from "../ir/value.js";
import { type Pass, rewrite } from "./pass.js";

/** Constants of up to this many elements are compared by their elements; larger ones by their memory. */
const compared = 16;

/** The same operator on the same inputs is computed once (common subexpressions). */
export const deduplicate: Pass = (old) => {
  const ids = new Map<unknown, number>();
  const id = (key: unknown) => {
    if (!ids.has(key)) ids.set(key, ids.size);
    return ids.get(key)!;
  };
  const contentOf = (data: ElementArray): string => {
    if (data.length > compared) return `${id(data.buffer)} at ${data.byteOffset}`;
    return Array.from<number | bigint, string>(data as ArrayLike<number>, (element) =>
      Object.is(element, -0) ? "-0" : `${element}`,
    ).join();
  };
  const idOf = (value: Value | null): string => {
    if (!value) return "none";
    if (!value.data) return `${id(value)}`;
    return `${value.dtype}[${value.shape}]{${contentOf(value.data)}}`;
  };
  const remember = new Map<string, readonly Value[]>();
  const pass = rewrite(({ node, inputs, graph }) => {
    const key = `${node.op}(${inputs.map(idOf).join(";")})${JSON.stringify(node.attributes)}`;
    const known = remember.get(key);
    if (known) return known;
    remember.set(key, graph.ops(node.op, inputs, { attributes: node.attributes, outputs: node.outputs }));
    return remember.get(key)!;
  });
  const { graph } = pass(old);
  return { graph, modified: graph.nodes.length < old.nodes.length };
};
