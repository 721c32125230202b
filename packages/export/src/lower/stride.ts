import { slice_util, util } from "@tensorflow/tfjs-core";
import { staticShape, type Value } from "../ir/value.js";
import type { Lowering } from "./kernels.js";
import { reshape } from "./layout.js";

/** ONNX's Slice stops where the axis does: these are the first and the last place of an axis of any size. */
const [beforeStart, afterEnd] = [Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER];

export const reverse: Lowering<"Reverse"> = ({ x }, { dims }, graph) => {
  const axes = util.parseAxisParam(dims, staticShape(x));
  if (axes.length === 0) return x;
  const every = (value: number) => graph.ints(axes.map(() => value));
  return graph.op("Slice", [x, every(-1), every(beforeStart), graph.ints(axes), every(-1)]);
};

/** NumPy's slicing. tfjs's own slice_util works out the masks: axes left out, new, or of one element to be dropped. */
export const stridedSlice: Lowering<"StridedSlice"> = (
  { x },
  { begin, end, strides, beginMask, endMask, ellipsisMask, newAxisMask, shrinkAxisMask },
  graph,
): Value => {
  const shape = staticShape(x);
  const info = slice_util.sliceInfo(
    shape,
    begin,
    end,
    strides,
    beginMask,
    endMask,
    ellipsisMask,
    newAxisMask,
    shrinkAxisMask,
  );
  if (info.isIdentity || info.finalShape.includes(0)) return reshape(x, info.finalShape, graph);
  // The ends of an axis are named by places that are the same for every size of it.
  const from = info.begin.map((at, i) => (info.strides[i]! < 0 && at === shape[i]! - 1 ? afterEnd : at));
  const to = info.end.map((at, i) => {
    if (info.strides[i]! < 0) return at < 0 ? beforeStart : at;
    return at === shape[i] ? afterEnd : at;
  });
  const steps = graph.ints(info.strides);
  const part = graph.op("Slice", [x, graph.ints(from), graph.ints(to), graph.ints([...shape.keys()]), steps]);
  return reshape(part, info.finalShape, graph);
};
