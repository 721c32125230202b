import { scalarOf } from "./constant.js";
import { type Rule, rewrite, type Site } from "./pass.js";

/** relu with a maximum is one Clip, which ONNX Runtime computes together with the convolution before it. */
export const relu6 = rewrite((site) => {
  const { node, inputs } = site;
  if (node.op === "Min" && inputs.length === 2) {
    const at = scalarOf(inputs[0]) === null ? 1 : 0;
    return clipped(site, 1 - at, null, scalarOf(inputs[at]));
  }
  if (node.op !== "Clip" || !inputs[2]) return null;
  const low = inputs[1] ? scalarOf(inputs[1]) : 0;
  return low === null ? null : clipped(site, 0, low, scalarOf(inputs[2]));
});

function clipped(
  { node, inputs, graph, single }: Site,
  at: number,
  low: number | null,
  high: number | null,
): ReturnType<Rule> {
  const relu = inputs[at]?.producer;
  const [output] = node.outputs;
  const fits = relu?.op === "Relu" && single(inputs[at]!) && output!.dtype === "float32";
  if (!fits || high === null || high < 0 || inputs[at]!.rank !== output!.rank) return null;
  const bounds = [graph.scalar(Math.max(low ?? 0, 0)), graph.scalar(high)];
  return graph.op("Clip", [relu.inputs[0]!, ...bounds], { outputs: node.outputs });
}
