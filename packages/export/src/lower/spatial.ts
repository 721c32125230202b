import { backend_util } from "@tensorflow/tfjs-core";
import type { Graph } from "../ir/graph.js";
import { staticShape, type Value } from "../ir/value.js";
import type { Lowering } from "./kernels.js";
import { castTo, reshape } from "./layout.js";
import { fromChannelsFirst, toChannelsFirst } from "./nchw.js";

/** Ends of a Slice that goes backwards to the very first element. */
const beforeFirst = -(2 ** 31);

const product = (sizes: readonly number[]) => sizes.reduce((a, b) => a * b, 1);

function transpose(x: Value, perm: readonly number[], graph: Graph): Value {
  return graph.op("Transpose", [x], { attributes: { perm } });
}

/** Blocks of channels become blocks of pixels; ONNX's DCR is tfjs's order. ONNX Runtime has it for float32 only. */
export const depthToSpace: Lowering<"DepthToSpace"> = ({ x }, { blockSize, dataFormat }, graph) => {
  const first = toChannelsFirst(castTo(x, "float32", graph), dataFormat, graph);
  const y = graph.op("DepthToSpace", [first], { attributes: { blocksize: blockSize, mode: "DCR" } });
  return castTo(fromChannelsFirst(y, dataFormat, graph), x.dtype, graph);
};

/** Padded, then every block's pixels apart: [batch, ...] -> [batch * block, ...]. */
export const spaceToBatchND: Lowering<"SpaceToBatchND"> = ({ x }, { blockShape, paddings }, graph) => {
  const rest = Array<number>(x.rank - 1 - blockShape.length).fill(0);
  const side = (at: 0 | 1) => [0, ...paddings.map((pair) => pair[at]!), ...rest];
  const pads = [...side(0), ...side(1)];
  const source = pads.every((n) => n === 0)
    ? x
    : graph.op("Pad", [x, graph.ints(pads), castTo(graph.scalar(0), x.dtype, graph)]);
  const shape = staticShape(source);
  const block = product(blockShape);
  const apart = backend_util.getReshaped(shape, blockShape, block, false);
  const perm = backend_util.getPermuted(apart.length, blockShape.length, false);
  const joined = backend_util.getReshapedPermuted(shape, blockShape, block, false);
  return reshape(transpose(reshape(source, apart, graph), perm, graph), joined, graph);
};

/** The reverse: [batch * block, ...] -> [batch, ...], then cropped. */
export const batchToSpaceND: Lowering<"BatchToSpaceND"> = ({ x }, { blockShape, crops }, graph) => {
  const shape = staticShape(x);
  const block = product(blockShape);
  const apart = backend_util.getReshaped(shape, blockShape, block);
  const perm = backend_util.getPermuted(apart.length, blockShape.length);
  const joined = backend_util.getReshapedPermuted(shape, blockShape, block);
  const y = reshape(transpose(reshape(x, apart, graph), perm, graph), joined, graph);
  if (crops.every(([front, behind]) => front === 0 && behind === 0)) return y;
  const from = crops.map(([front]) => front!);
  const to = crops.map(([, behind], i) => joined[i + 1]! - behind!);
  const along = crops.map((_, i) => i + 1);
  return graph.op("Slice", [y, graph.ints(from), graph.ints(to), graph.ints(along)]);
};

/** Elements start, start - 1, ... down to but without end, along one axis. */
function backwards(x: Value, axis: number, start: number, end: number, graph: Graph): Value {
  const one = (n: number) => graph.ints([n]);
  return graph.op("Slice", [x, one(start), one(end), one(axis), one(-1)]);
}

/**
 * The border is mirrored, without the outermost elements ("reflect") or with them ("symmetric"). Axis by axis, from
 * ends counted without the size, so that sizes may be symbolic.
 */
export const mirrorPad: Lowering<"MirrorPad"> = ({ x }, { paddings, mode }, graph) => {
  const skip = mode === "reflect" ? 1 : 0;
  return paddings.reduce((y, [front, behind], axis) => {
    const start = front + skip - 1;
    const parts = [
      ...(front > 0 ? [backwards(y, axis, start, skip === 0 ? beforeFirst : 0, graph)] : []),
      y,
      ...(behind > 0 ? [backwards(y, axis, -1 - skip, -1 - skip - behind, graph)] : []),
    ];
    return parts.length === 1 ? y : graph.op("Concat", parts, { attributes: { axis } });
  }, x);
};

/** [batch, height, width, channels] with its columns in reverse. */
export const flipLeftRight: Lowering<"FlipLeftRight"> = ({ image }, _attrs, graph) =>
  backwards(image, 2, -1, beforeFirst, graph);
