import type { Graph } from "../ir/graph.js";
import { deadCode } from "./dead-code.js";
import { deduplicate } from "./deduplicate.js";
import { sinkExpand } from "./expand.js";
import { gemmBias } from "./gemm-bias.js";
import { noOps } from "./no-ops.js";
import type { Pass } from "./pass.js";
import { reluMask } from "./relu-mask.js";

/** In the order in which they run; the whole list repeats until nothing changes. */
export const passes: Readonly<Record<string, Pass>> = {
  noOps,
  sinkExpand,
  deduplicate,
  gemmBias,
  reluMask,
  deadCode,
};

/** Rounds after which something must be rewriting back and forth. */
const roundLimit = 50;

/** Run all passes until none changes the graph. */
export function optimize(graph: Graph): Graph {
  let current = graph;
  for (let round = 0; round < roundLimit; round++) {
    let modified = false;
    for (const pass of Object.values(passes)) {
      const result = pass(current);
      current = result.graph;
      modified ||= result.modified;
    }
    if (!modified) return current;
  }
  throw new Error(`optimize: the passes did not settle in ${roundLimit} rounds`);
}
