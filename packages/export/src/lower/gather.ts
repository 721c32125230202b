import { backend_util, util } from "@tensorflow/tfjs-core";
import { GraphError } from "../errors.js";
import type { Graph } from "../ir/graph.js";
import { staticShape, type Value } from "../ir/value.js";
import { constantNumbers } from "./constants.js";
import type { Lowering } from "./kernels.js";
import { castTo, infoOf, reshape } from "./layout.js";

/**
 * Rows of x along an axis, in the order of the indices. Indices beyond the end are an error of the runtime, as in
 * tfjs; negative ones, an error in tfjs too, count from the end unless they are constants.
 */
export const gatherV2: Lowering<"GatherV2"> = ({ x, indices }, { axis, batchDims = 0 }, graph) => {
  const [at = 0] = util.parseAxisParam(axis, staticShape(x));
  backend_util.segment_util.collectGatherOpShapeInfo(infoOf(x), infoOf(indices), at, batchDims);
  const size = staticShape(x)[at]!;
  const outside = constantNumbers(indices)?.find((index) => index < 0 || index >= size);
  if (outside !== undefined)
    throw new GraphError(`GatherV2: the index value ${outside} is not in [0, ${size - 1}]`);
  const shared = batchDims < 0 ? batchDims + indices.rank : batchDims;
  if (shared === 0) return graph.op("Gather", [x, indices], { attributes: { axis: at } });
  return gatherWithin(x, indices, at, shared, graph);
};

/**
 * Indices of their own for each of the leading `shared` axes.
 * x [shared..., between..., size, inner...], indices [shared..., picks...] -> [shared..., between..., picks..., inner...]
 */
function gatherWithin(x: Value, indices: Value, at: number, shared: number, graph: Graph): Value {
  const axes = [...x.shape.keys()];
  const between = axes.slice(shared, at);
  const picks = indices.rank - shared;
  const front = turn(x, [...axes.slice(0, shared), at, ...between, ...axes.slice(at + 1)], graph);
  const places = reshape(castTo(indices, "int64", graph), [...staticShape(indices), 1], graph);
  const rows = graph.op("GatherND", [front, places], { attributes: { batch_dims: shared } });
  const made = [...rows.shape.keys()];
  const from = shared + picks;
  return turn(
    rows,
    [
      ...made.slice(0, shared),
      ...made.slice(from, from + between.length),
      ...made.slice(shared, from),
      ...made.slice(from + between.length),
    ],
    graph,
  );
}

function turn(x: Value, perm: readonly number[], graph: Graph): Value {
  return perm.every((axis, i) => axis === i) ? x : graph.op("Transpose", [x], { attributes: { perm } });
}

/** params, indices [..., depth]: the last axis names a place along the first `depth` axes of params. */
export const gatherNd: Lowering<"GatherNd"> = ({ params, indices }, _attrs, graph) => {
  backend_util.prepareAndValidate(infoOf(params), infoOf(indices));
  return graph.op("GatherND", [params, castTo(indices, "int64", graph)]);
};
