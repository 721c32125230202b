import { encodeModel, Graph } from "@vaekit/export";
import { createInPlaceSession } from "@vaekit/infer";
import { expect, it, vi } from "vitest";

// As where koffi is not installed.
vi.mock("../../packages/infer/src/runtime/c-api.ts", () => ({ loadCApi: () => null }));

it("without the C API, onnxruntime-node writes into the given memory", async () => {
  const graph = new Graph();
  const x = graph.input("x", "float32", [3]);
  graph.output("y", graph.op("Mul", [x, graph.scalar(2)]));
  const session = await createInPlaceSession(encodeModel(graph));
  expect(session.runtime).toBe("node");
  const y = new Float32Array(3);
  const shape = [3];
  await session.run(
    { x: { dtype: "float32", shape, data: Float32Array.of(1, 2, 3) } },
    { y: { dtype: "float32", shape, data: y } },
  );
  expect(Array.from(y)).toEqual([2, 4, 6]);
  await session.dispose();
  await session.dispose();
});
