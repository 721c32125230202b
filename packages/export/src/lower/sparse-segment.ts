import { backend_util, util } from "@tensorflow/tfjs-core";
import { GraphError } from "../errors.js";
import type { Graph } from "../ir/graph.js";
import { staticShape, type Value } from "../ir/value.js";
import { constantNumbers } from "./constants.js";
import type { Lowering } from "./kernels.js";
import { castTo, reshape } from "./layout.js";
import { sumInto } from "./scatter.js";

interface Segments {
  readonly data: Value;
  readonly indices: Value;
  readonly segmentIds: Value;
}

/** Refuse what tfjs refuses: segments that are not sorted from 0, and, where they are constants, indices of no row. */
function checkSegments(ids: readonly number[], indices: readonly number[] | null, rows: number): void {
  const count = (ids.at(-1) ?? -1) + 1;
  const refuse = (message: string) => {
    throw new GraphError(message);
  };
  if (ids.length > 0 && count <= 0)
    refuse(backend_util.getSparseSegmentReductionNegativeSegmentIdsErrorMessage());
  ids.forEach((id, i) => {
    if (id > (ids[i + 1] ?? id))
      refuse(backend_util.getSparseSegmentReductionNonIncreasingSegmentIdsErrorMessage());
    if (id < 0 || id >= count)
      refuse(backend_util.getSparseSegmentReductionSegmentIdOutOfRangeErrorMessage(id, count));
  });
  indices?.forEach((index, i) => {
    if (index < 0 || index >= rows)
      refuse(backend_util.getSparseSegmentReductionIndicesOutOfRangeErrorMessage(i, index, rows));
  });
}

/**
 * Rows of data, picked by indices, summed by segment: data [rows, ...], indices and segmentIds [picks] -> [segments, ...]
 * The last segment says how many there are, so the segments must be known when the graph is made.
 */
function sumSegments({ data, indices, segmentIds }: Segments, graph: Graph) {
  const ids = constantNumbers(segmentIds);
  if (!ids) {
    throw new GraphError(
      "how many rows come out depends on the values of segmentIds; make them a constant, or use " +
        "tf.unsortedSegmentSum(tf.gather(data, indices), segmentIds, numSegments)",
    );
  }
  const [rows, ...rest] = staticShape(data) as [number, ...number[]];
  checkSegments(ids, constantNumbers(indices), rows);
  const count = (ids.at(-1) ?? -1) + 1;
  const picked = graph.op("Gather", [data, indices], { attributes: { axis: 0 } });
  const flat = reshape(picked, [ids.length, util.sizeFromShape(rest)], graph);
  const sums = sumInto(count, segmentIds, flat, graph);
  const sizes = Array.from({ length: count }, (_, id) => ids.filter((each) => each === id).length);
  return { sums, sizes, shape: [count, ...rest] };
}

export const sparseSegmentSum: Lowering<"SparseSegmentSum"> = (inputs, _attrs, graph) => {
  const { sums, shape } = sumSegments(inputs, graph);
  return reshape(sums, shape, graph);
};

/** 0 where a segment has no rows. */
export const sparseSegmentMean: Lowering<"SparseSegmentMean"> = (inputs, _attrs, graph) => {
  const { sums, sizes, shape } = sumSegments(inputs, graph);
  const divisors = graph.constant(
    "float32",
    Float32Array.from(sizes, (size) => size || 1),
    [sizes.length, 1],
  );
  const means = graph.op("Div", [castTo(sums, "float32", graph), divisors]);
  return castTo(reshape(means, shape, graph), inputs.data.dtype, graph);
};
