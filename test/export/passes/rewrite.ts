import { checkGraph, Graph, graphText, type Pass, passes, type Value } from "@vaekit/export";
import type { Feeds } from "@vaekit/infer";
import { expect } from "vitest";
import { normal } from "../lower/values.ts";
import { expectSameOutputs, runOnnx } from "../support.ts";

/** A pass by its name in the table. */
function named(name: string): Pass {
  const pass = passes[name];
  if (!pass) throw new Error(`no pass ${name}; one of ${Object.keys(passes).join(", ")}`);
  return pass;
}

export const noOps = named("noOps");
export const foldConstants = named("foldConstants");
export const sinkExpand = named("sinkExpand");
export const sinkReshape = named("sinkReshape");
export const deduplicate = named("deduplicate");
export const layout = named("layout");
export const transposeToReshape = named("transposeToReshape");
export const denseOrder = named("denseOrder");
export const gelu = named("gelu");
export const layerNorm = named("layerNorm");
export const affine = named("affine");
export const foldAffine = named("foldAffine");
export const relu6 = named("relu6");
export const hardSigmoid = named("hardSigmoid");
export const gemmBias = named("gemmBias");
export const convBias = named("convBias");
export const reluMask = named("reluMask");
export const deadCode = named("deadCode");

export type Build = (graph: Graph, x: Value) => Value | Value[];

export interface GraphOptions {
  /** Of x. Default [2, 3]. */
  shape?: readonly number[];
  opset?: number;
}

/** x -> y, or y0, y1, ... */
export function graphOf(build: Build, { shape = [2, 3], opset }: GraphOptions = {}): Graph {
  const graph = new Graph(opset);
  const built = build(graph, graph.input("x", "float32", shape));
  if (Array.isArray(built)) built.forEach((value, i) => void graph.output(`y${i}`, value));
  else graph.output("y", built);
  return graph;
}

export const feeds = { x: normal([2, 3]) };
export const run = (graph: Graph, given: Feeds = feeds) =>
  runOnnx(graph, given, { optimization: "disabled" });

export interface RewriteOptions extends GraphOptions {
  /** Whether the pass says that it changed something. Default: when the text changes. */
  modifies?: boolean;
  /** How far results may differ, relative to their largest. Default 1e-6. */
  tolerance?: number;
}

/**
 * One pass over the graph: its text before and, without what is dead then, after; both are valid, the old one is as
 * it was, the results are equal, and a second time there is nothing to do.
 */
export async function expectRewrite(
  pass: Pass,
  build: Build,
  before: string,
  after: string,
  { modifies = before !== after, tolerance, ...options }: RewriteOptions = {},
): Promise<Graph> {
  const graph = graphOf(build, options);
  checkGraph(graph);
  expect(graphText(graph)).toBe(before);
  const { graph: rewritten, modified } = pass(graph);
  checkGraph(rewritten);
  const clean = deadCode(rewritten).graph;
  expect(graphText(clean)).toBe(after);
  expect(modified).toBe(modifies);
  expect(graphText(graph)).toBe(before);
  expect(pass(clean).modified).toBe(false);
  const given = { x: normal(options.shape ?? [2, 3]) };
  expectSameOutputs(await run(clean, given), await run(graph, given), tolerance);
  return clean;
}

/** The pass leaves the graph as it is. */
export async function expectKept(pass: Pass, build: Build, options: RewriteOptions = {}): Promise<void> {
  const text = graphText(graphOf(build, options));
  await expectRewrite(pass, build, text, text, options);
}
