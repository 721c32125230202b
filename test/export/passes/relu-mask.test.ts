import type { Value } from "@vaekit/export";
import { describe, expect, it } from "vitest";
import { type Build, expectRewrite, graphOf, reluMask } from "./rewrite.ts";

describe("reluMask", () => {
  const step: Build = (g, x) => g.op("Clip", [g.op("Ceil", [x]), g.scalar(0), g.scalar(1)]);

  it("asks relu(x) instead of x, where there is one", async () => {
    const text = "Exp:2x3 -> Relu:2x3 -> Ceil:2x3 -> Clip:2x3";
    const build: Build = (g, x) => {
      const h = g.op("Exp", [x]);
      return [g.op("Relu", [h]), step(g, h) as Value];
    };
    const { nodes } = await expectRewrite(reluMask, build, text, text, { modifies: true });
    expect(nodes[2]!.inputs[0]).toBe(nodes[1]!.outputs[0]);
  });

  it("is done once", () => {
    const graph = graphOf((g, x) => [g.op("Relu", [x]), step(g, x) as Value]);
    expect(reluMask(reluMask(graph).graph).modified).toBe(false);
  });

  it("leaves a step without its relu", () =>
    expectRewrite(reluMask, step, "Ceil:2x3 -> Clip:2x3", "Ceil:2x3 -> Clip:2x3"));

  it("each step finds its own relu", () => {
    const graph = graphOf((g, x) => {
      const sides = [g.op("Exp", [x]), g.op("Neg", [x])];
      return [...sides.map((h) => g.op("Relu", [h])), ...sides.map((h) => step(g, h) as Value)];
    });
    const { nodes } = reluMask(graph).graph;
    const relus = nodes.filter(({ op }) => op === "Relu").map(({ outputs }) => outputs[0]);
    const ceils = nodes.filter(({ op, inputs }) => op === "Ceil" && inputs[0]!.producer!.op === "Relu");
    expect(ceils.map(({ inputs }) => inputs[0])).toEqual(relus);
  });
});
