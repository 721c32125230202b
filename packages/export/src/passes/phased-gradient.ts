import type { Attributes, Node } from "../ir/node.js";
import type { Value } from "../ir/value.js";
import { isFilterOrder, toNchw } from "../lower/nchw.js";
import { byPhases } from "../lower/phases.js";
import type { Axis } from "../lower/window.js";
import { rewrite } from "./pass.js";

/** Below this, products are too narrow to be worth what they gather. */
const fewestChannels = 8;

/**
 * ONNX Runtime's ConvTranspose goes picture by picture and gains next to nothing from a second thread. In a training
 * step, told by the filter's gradient beside it, products by phase take about half its time on two
 * (bench/suites/conv-choices.mjs). Elsewhere a ConvTranspose stays one: it is what other runtimes know.
 */
export const phasedGradient = rewrite(({ node, inputs, uses, graph }) => {
  if (node.op !== "ConvTranspose" || node.inputs.length !== 2 || (node.attributes.group ?? 1) !== 1)
    return null;
  const [pictures, filters] = inputs as [Value, Value];
  if (!isTranspose(pictures.producer, toNchw) || !isFilter(filters.producer)) return null;
  const users = uses.get(node.inputs[0]!.producer!.inputs[0]!) ?? [];
  if (!users.some((user) => user?.kernel === "Conv2DBackpropFilter")) return null;
  const [dy, filter] = [pictures, filters].map((value) => value.producer!.inputs[0]!) as [Value, Value];
  const shapes = [dy, filter, node.outputs[0]!].map(({ shape }) => shape);
  if (shapes.flat().some((dim) => typeof dim !== "number")) return null;
  const [dyShape, filterShape, shape] = shapes as number[][];
  if (dyShape!.length !== 4 || filterShape![2]! < fewestChannels) return null;
  const axes = axesOf(node.attributes, dyShape!, filterShape!, shape!);
  if (!axes) return null;
  return graph.op("Transpose", [byPhases(dy, filter, axes, graph)], { attributes: { perm: toNchw } });
});

/** The window whose reverse the ConvTranspose is; null where a stride passes elements over, or taps stand apart. */
function axesOf(
  { strides = [1, 1], pads = [0, 0, 0, 0], dilations = [1, 1], auto_pad }: Attributes,
  dy: readonly number[],
  filter: readonly number[],
  shape: readonly number[],
): [Axis, Axis] | null {
  if (auto_pad !== undefined || `${dilations}` !== "1,1") return null;
  const [down, across] = [0, 1].map((i): Axis => {
    const [before, after] = [(pads as readonly number[])[i]!, (pads as readonly number[])[i + 2]!];
    const stride = (strides as readonly number[])[i]!;
    return { size: shape[i + 2]!, out: dy[i + 1]!, filter: filter[i]!, stride, dilation: 1, before, after };
  }) as [Axis, Axis];
  return [down, across].every((axis) => axis.stride <= axis.filter) ? [down, across] : null;
}

function isTranspose(node: Node | null, perm: readonly number[]): boolean {
  return node?.op === "Transpose" && `${node.attributes.perm}` === `${perm}`;
}

function isFilter(node: Node | null): boolean {
  return node?.op === "Transpose" && isFilterOrder(node.attributes.perm as readonly number[]);
}
