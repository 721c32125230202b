import { graphText } from "@vaekit/export";
import { describe, expect, it } from "vitest";
import { float } from "../lower/values.ts";
import { expectSameOutputs } from "../support.ts";
import { deadCode, expectRewrite, feeds, graphOf, run } from "./rewrite.ts";

describe("deadCode", () => {
  it("drops what no output needs, and keeps inputs and outputs", async () => {
    const graph = graphOf((g, x) => {
      g.op("Exp", [g.op("Neg", [x])]);
      return g.op("Relu", [x]);
    });
    graph.input("unused", "float32", [1]);
    const result = deadCode(graph);
    expect(graphText(result.graph)).toBe("Relu:2x3");
    expect(result.graph.inputs.map(({ name }) => name)).toEqual(["x", "unused"]);
    expectSameOutputs(
      await run(result.graph, { ...feeds, unused: float([1]) }),
      await run(graph, { ...feeds, unused: float([1]) }),
    );
  });

  it("keeps a node of which one output is needed", () =>
    expectRewrite(
      deadCode,
      (g, x) => g.ops("Split", [x, g.ints([1, 2])], { attributes: { axis: 1 } })[1]!,
      "Split:2x1",
      "Split:2x1",
    ));
});
