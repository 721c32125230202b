import { checkGraph } from "../ir/check.js";
import type { Graph } from "../ir/graph.js";
import { opCounts } from "../ir/text.js";
import { affine } from "./affine.js";
import { convBias } from "./conv-bias.js";
import { deadCode } from "./dead-code.js";
import { deduplicate } from "./deduplicate.js";
import { denseOrder } from "./dense-order.js";
import { sinkExpand } from "./expand.js";
import { foldAffine } from "./fold-affine.js";
import { foldConstants } from "./fold-constants.js";
import { fullScalars } from "./full-scalars.js";
import { gelu } from "./gelu.js";
import { gemmBias } from "./gemm-bias.js";
import { hardSigmoid } from "./hard-sigmoid.js";
import { layerNorm } from "./layer-norm.js";
import { layout } from "./layout/layout.js";
import { noOps } from "./no-ops.js";
import type { Pass } from "./pass.js";
import { phasedGradient } from "./phased-gradient.js";
import { poolPadding } from "./pool-padding.js";
import { reluMask } from "./relu-mask.js";
import { relu6 } from "./relu6.js";
import { sharedColumns } from "./shared-columns.js";
import { sinkReshape } from "./sink-reshape.js";
import { sumInSteps } from "./sum-in-steps.js";
import { transposeToReshape } from "./transpose-to-reshape.js";

/** In the order in which they run; the whole list repeats until nothing changes. */
export const passes: Readonly<Record<string, Pass>> = {
  sharedColumns,
  phasedGradient,
  noOps,
  foldConstants,
  sinkExpand,
  sinkReshape,
  deduplicate,
  layout,
  transposeToReshape,
  denseOrder,
  gelu,
  layerNorm,
  affine,
  foldAffine,
  relu6,
  hardSigmoid,
  gemmBias,
  convBias,
  reluMask,
  sumInSteps,
  poolPadding,
  fullScalars,
  deadCode,
};

/** Rounds after which something must be rewriting back and forth; graphs settle in three to five. */
const roundLimit = 50;

export interface OptimizeReport {
  /** How many nodes of each operator. */
  before: Record<string, number>;
  after: Record<string, number>;
  /** In how many rounds each pass changed the graph; those that never did are left out. */
  passes: Record<string, number>;
  /** Whether the last round changed nothing. False would be a fault in the passes; the graph is valid still. */
  settled: boolean;
}

export interface OptimizeOptions {
  /** Run checkGraph after every pass that changed something. Default false. */
  check?: boolean;
}

/** Run all passes until none changes the graph. */
export function optimize(graph: Graph, options?: OptimizeOptions): Graph {
  return optimizeWithReport(graph, options).graph;
}

/** As optimize, and what it did. */
export function optimizeWithReport(
  graph: Graph,
  { check = false }: OptimizeOptions = {},
): { graph: Graph; report: OptimizeReport } {
  let current = graph;
  const changed: Record<string, number> = {};
  let settled = false;
  for (let round = 0; round < roundLimit; round++) {
    let modified = false;
    for (const [name, pass] of Object.entries(passes)) {
      const result = pass(current);
      current = result.graph;
      if (!result.modified) continue;
      modified = true;
      changed[name] = (changed[name] ?? 0) + 1;
      if (check) checkGraph(current);
    }
    if (!modified) {
      settled = true;
      break;
    }
  }
  const report = { before: opCounts(graph), after: opCounts(current), passes: changed, settled };
  return { graph: current, report };
}
