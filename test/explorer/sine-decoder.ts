import { batch, encodeModel, Graph } from "@vaekit/export";
import { replaceFile } from "../infer/small-bundle.ts";

/** A decoder in place of a small bundle's own, of 3 latents and pictures of 6 x 5, that only onnxruntime runs. */
export async function putSineDecoder(directory: string): Promise<void> {
  const graph = new Graph();
  const z = graph.input("z", "float32", [batch, 3]);
  const weights = graph.constant(
    "float32",
    Float32Array.from({ length: 90 }, (_, i) => Math.sin(i)),
    [3, 30],
  );
  const flat = graph.op("MatMul", [graph.op("Sin", [z]), weights]);
  const picture = graph.op("Reshape", [graph.op("Sigmoid", [flat]), graph.ints([-1, 6, 5, 1])], {
    outputs: [{ dtype: "float32", shape: [batch, 6, 5, 1] }],
  });
  const most = graph.constant("float32", Float32Array.of(255), []);
  graph.output("x_mean", graph.op("Mul", [picture, most]));
  graph.output("x_logits", flat);
  await replaceFile(directory, "decoder.onnx", encodeModel(graph));
}
