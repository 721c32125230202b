import {
  checkGraph,
  costLimits,
  encodeModel,
  graphText,
  type Precision,
  shrink,
  type WeightFormat,
} from "@vaekit/export";
import { loadRuntime } from "@vaekit/infer";
import { describe, expect, it } from "vitest";
import { constantBytes } from "../../../packages/export/src/weights/report.js";
import { normal } from "../lower/values.ts";
import { runOnnx } from "../support.ts";
import { dense, relativeError } from "./graphs.ts";

describe("shrink", () => {
  it("is null where nothing is asked for", () => {
    expect(shrink(dense())).toBeNull();
    expect(shrink(dense(), { weights: "fp32", precision: "fp32" })).toBeNull();
  });

  it.each<[WeightFormat, Precision, number, number]>([
    ["fp16", "fp32", costLimits.fp16, 0.51],
    ["int8", "fp32", costLimits.int8, 0.27],
    ["fp32", "fp16", costLimits.activations, 0.51],
    ["fp16", "fp16", costLimits.activations, 0.51],
    ["int8", "fp16", costLimits.int8, 0.27],
    ["int8-dynamic", "fp16", costLimits["int8-dynamic"], 0.45],
  ])(
    "%s weights, computing in %s: within its limit, and as small",
    async (weights, precision, limit, share) => {
      const graph = dense();
      const small = shrink(graph, { weights, precision })!;
      checkGraph(small.graph);
      expect(small.limit).toBe(limit);
      const bytes = constantBytes(small.graph);
      expect(bytes / ((256 * 512 + 300 * 512 + 512) * 4)).toBeLessThan(share);
      const feeds = { x: normal([5, 256], 9) };
      const want = (await runOnnx(graph, feeds)).y!.data as Float32Array;
      for (const name of ["node", "web"] as const) {
        const session = await (await loadRuntime(name)).createSession(encodeModel(small.graph));
        const { y } = await session.run(feeds);
        await session.dispose();
        expect(relativeError(y!.data as Float32Array, want), name).toBeLessThan(limit / 2);
      }
    },
  );

  it("computing in fp16 leaves nothing for fp16 weights to do, and no Cast for each weight", () => {
    const { graph, weights } = shrink(dense(), { weights: "fp16", precision: "fp16" })!;
    expect(graphText(graph)).toBe(
      "Cast:batchx256 -> Gemm:batchx512 -> Relu:batchx512 -> Gemm:batchx300 -> Cast:batchx300",
    );
    expect(weights.stored).toEqual([]);
  });
});
