import { graphText, optimize, trace } from "@vaekit/export";
import { tf } from "@vaekit/train";
import { describe, expect, it } from "vitest";
import { uniform } from "../lower/values.ts";
import { expectSameAsTfjs, type NamedFunction } from "../support.ts";

const summed =
  (axes: number[] | undefined, keepDims = false): NamedFunction =>
  ({ x }) => ({ y: tf.sum(x!, axes, keepDims) });
const x = uniform([3, 4, 5, 2], 0.5, 2);

describe("sumInSteps", () => {
  it.each([
    ["all but the last axis", [0, 1, 2], false, "ReduceSum:3x2 -> ReduceSum:2"],
    ["kept as 1", [0, 1, 2], true, "ReduceSum:3x1x1x2 -> ReduceSum:1x1x1x2"],
    ["the first two, in any order", [1, 0], false, "ReduceSum:3x5x2 -> ReduceSum:5x2"],
  ] as const)("%s: over the batch at the end", async (_, axes, keepDims, text) => {
    expect(graphText(await expectSameAsTfjs(summed([...axes], keepDims), { x }))).toBe(text);
  });

  it.each([
    ["the first axis", [0]],
    ["later axes", [1, 2]],
    ["axes apart", [0, 2]],
    ["all axes", undefined],
  ] as const)("%s: in one step as before", async (_, axes) => {
    const graph = await expectSameAsTfjs(summed(axes && [...axes]), { x });
    expect(graph.nodes.filter(({ op }) => op === "ReduceSum")).toHaveLength(1);
  });

  it("a symbolic batch: in one step as before", () => {
    const graph = optimize(trace(summed([0, 1, 2]), { x: { shape: ["batch", 4, 5, 2] } }));
    expect(graphText(graph)).toBe("ReduceSum:2");
  });
});
