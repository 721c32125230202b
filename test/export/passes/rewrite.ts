import { checkGraph, Graph, graphText, type Pass, passes, type Value } from "@vaekit/export";
import type { Feeds } from "@vaekit/infer";
import { expect } from "vitest";
import { normal } from "../lower/values.ts";
import { expectSameOutputs, runOnnx } from "../support.ts";

type PassName = "noOps" | "sinkExpand" | "deduplicate" | "gemmBias" | "reluMask" | "deadCode";
export const { noOps, sinkExpand, deduplicate, gemmBias, reluMask, deadCode } = passes as Record<
  PassName,
  Pass
>;

export type Build = (graph: Graph, x: Value) => Value | Value[];

/** x [2, 3] -> y, or y0, y1, ... */
export function graphOf(build: Build): Graph {
  const graph = new Graph();
  const built = build(graph, graph.input("x", "float32", [2, 3]));
  if (Array.isArray(built)) built.forEach((value, i) => void graph.output(`y${i}`, value));
  else graph.output("y", built);
  return graph;
}

export const feeds = { x: normal([2, 3]) };
export const run = (graph: Graph, given: Feeds = feeds) =>
  runOnnx(graph, given, { optimization: "disabled" });

/**
 * One pass over the graph: its text before and, without what is dead then, after; both are valid, the old one is as
 * it was, and the results are equal.
 */
export async function expectRewrite(
  pass: Pass,
  build: Build,
  before: string,
  after: string,
  modifies = before !== after,
): Promise<Graph> {
  const graph = graphOf(build);
  expect(graphText(graph)).toBe(before);
  const { graph: rewritten, modified } = pass(graph);
  checkGraph(rewritten);
  const clean = deadCode(rewritten).graph;
  expect(graphText(clean)).toBe(after);
  expect(modified).toBe(modifies);
  expect(graphText(graph)).toBe(before);
  expectSameOutputs(await run(clean), await run(graph));
  return clean;
}
