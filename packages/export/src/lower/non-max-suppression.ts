import { GraphError } from "../errors.js";
import type { Graph } from "../ir/graph.js";
import { staticShape, type Value } from "../ir/value.js";
import type { Lowering } from "./kernels.js";
import { castTo, filled, reshape } from "./layout.js";

const lowest = -3.4028234663852886e38;

/** The largest float32 below a number; -Infinity stays. */
function below(value: number): number {
  const float = Float32Array.of(value);
  const bits = new Int32Array(float.buffer);
  if (float[0]! < value || float[0] === Number.NEGATIVE_INFINITY) return float[0]!;
  if (float[0] === 0) return -(2 ** -149);
  bits[0]! += float[0]! > 0 ? -1 : 1;
  return float[0]!;
}

/**
 * Boxes [boxes, 4] in the order of their scores [boxes], without those that overlap a chosen one by iouThreshold or
 * more. ONNX's result has as many rows as were chosen. Behind the real boxes stand empty ones, which overlap nothing, with
 * lower scores than any that may be chosen: so there are always maxOutputSize rows, and those of empty boxes are the padding.
 */
export const nonMaxSuppressionV4: Lowering<"NonMaxSuppressionV4"> = (
  { boxes, scores },
  { maxOutputSize, iouThreshold, scoreThreshold, padToMaxOutputSize },
  graph,
) => {
  if (!padToMaxOutputSize) {
    throw new GraphError(
      "how many boxes come out depends on their values; pass padToMaxOutputSize = true to tf.image.nonMaxSuppressionPadded",
    );
  }
  if (!(iouThreshold > 0)) throw new GraphError("an iouThreshold of 0 leaves one box only; use tf.argMax");
  const chosen = choose({ boxes, scores, maxOutputSize, iouThreshold, scoreThreshold }, graph);
  const count = staticShape(boxes)[0]!;
  const real = graph.op("Less", [chosen, graph.scalar(count, "int32")]);
  const valid = graph.op("ReduceSum", [castTo(real, "int32", graph), graph.ints([0])], {
    attributes: { keepdims: 0 },
  });
  return [graph.op("Where", [real, chosen, graph.scalar(0, "int32")]), valid];
};

interface Choice {
  boxes: Value;
  scores: Value;
  maxOutputSize: number;
  iouThreshold: number;
  scoreThreshold: number;
}

/** Numbers of the chosen boxes, best first, int32 [maxOutputSize]; those of empty boxes are at least `boxes`. */
function choose({ boxes, scores, maxOutputSize, iouThreshold, scoreThreshold }: Choice, graph: Graph): Value {
  const total = staticShape(boxes)[0]! + maxOutputSize;
  const empty = filled(0, "float32", [maxOutputSize, 4], graph);
  const candidates = graph.op("Concat", [boxes, empty], { attributes: { axis: 0 } });
  // tfjs leaves out what is at the threshold; such boxes come after the empty ones, out of reach.
  const least = Math.fround(scoreThreshold) > scoreThreshold ? below(scoreThreshold) : scoreThreshold;
  const enough = graph.op("Greater", [scores, graph.scalar(least)]);
  const ranked = graph.op("Where", [enough, scores, graph.scalar(Number.NEGATIVE_INFINITY)]);
  const last = filled(Math.max(least, lowest), "float32", [maxOutputSize], graph);
  const ranks = graph.op("Concat", [ranked, last], { attributes: { axis: 0 } });
  const rows = graph.op("NonMaxSuppression", [
    reshape(candidates, [1, total, 4], graph),
    reshape(ranks, [1, 1, total], graph),
    graph.ints([maxOutputSize]),
    // tfjs leaves a box out at the threshold, ONNX above it.
    graph.constant("float32", Float32Array.of(below(iouThreshold)), [1]),
  ]);
  const column = graph.op("Slice", [rows, graph.ints([2]), graph.ints([3]), graph.ints([1])]);
  return castTo(reshape(column, [maxOutputSize], graph), "int32", graph);
}
