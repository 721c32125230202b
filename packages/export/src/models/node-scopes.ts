import * as tf from "@tensorflow/tfjs-core";
import type { ExecutorNode } from "./traceable.js";

/**
 * Name the scope that tfjs-converter's executor keeps open after the node that it runs, so that what is traced carries
 * the node's name. The executor has no hook for this; it reads a node's category once, right before it runs it.
 */
export function nameScopes(nodes: Readonly<Record<string, ExecutorNode>>): void {
  for (const node of Object.values(nodes)) {
    const { name, category } = node;
    Object.defineProperty(node, "category", {
      get: () => {
        tf.engine().state.activeScope.name = name;
        return category;
      },
    });
  }
}
