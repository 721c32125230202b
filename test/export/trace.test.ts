import { graphText, optimize, trace } from "@vaekit/export";
import { tf } from "@vaekit/train";
import { describe, expect, it } from "vitest";

describe("trace", () => {
  it("records a dense layer as one Gemm with a symbolic batch", async () => {
    const w = tf.tensor2d([1, 2, 3, 4, 5, 6], [3, 2]);
    const graph = optimize(
      trace(({ x }) => ({ y: tf.relu(tf.add(tf.matMul(x!, w), 1)) }), { x: { shape: ["batch", 3] } }),
    );
    expect(graphText(graph)).toBe("Gemm:batchx2 -> Add:batchx2 -> Relu:batchx2");
    await expect(graph).toRunInOrt();
  });
});
