import type { Value } from "../ir/value.js";
import { affineOf, cancelLimit, isOne, isZero } from "./affine.js";
import { floats } from "./constant.js";
import { geluOf } from "./gelu.js";
import { rewrite, type Site } from "./pass.js";
import { alongAxis } from "./per-element.js";
import { biasOf, channels, eachWeight, ownWeight, type Product, productOf } from "./weights.js";

/**
 * A product or sum with one constant for each channel goes into the weights and bias of the product or convolution
 * before it, or of the one behind it: a normalisation at inference costs nothing then.
 */
export const foldAffine = rewrite((site) => foldBefore(site) ?? foldBehind(site));

/** The node is x * scale + offset on a product's result. */
function foldBefore(site: Site): Value | null {
  const { node, inputs, graph, single } = site;
  const [output] = node.outputs as [Value];
  const link = affineOf(node.op, inputs, output);
  const product = link && single(link.x) ? productOf(link.x.producer) : null;
  if (!link || !product) return null;
  const { axes, x } = product;
  const size = channels(product);
  if (size === null) return null;
  const [scale, offset] = [link.scale, link.offset].map((part) =>
    alongAxis(part, output.rank, axes.channelsOut, size),
  );
  const bias = biasOf(product, size);
  if (!scale || !offset || !bias || (!product.takesBias && !isZero(link.offset))) return null;
  const weight = isOne(link.scale) ? product.weight : scaled(product, site, (_, out) => scale[out]!);
  if (!weight) return null;
  const sum = Float64Array.from(bias, (value, i) => value * scale[i]! + offset[i]!);
  graph.origin = product.node.origin;
  const needsBias = product.bias !== null || !isZero(link.offset);
  const given = needsBias ? [floats(graph, sum, [size], product.bias ?? link.constant)] : [];
  return graph.op(product.node.op, [x, weight, ...given], {
    attributes: product.node.attributes,
    outputs: [output],
  });
}

/** The node is a product of x * scale + offset. */
function foldBehind(site: Site): Value | null {
  const { node, inputs, graph, single } = site;
  const product = productOf({ ...node, inputs } as typeof node);
  const source = product?.x.producer;
  if (!product || !source || !single(product.x)) return null;
  // Its last factor stays where ONNX Runtime looks for it.
  if (geluOf(source.op, source.inputs, product.x)?.approximate === "none") return null;
  const { axes, x } = product;
  const link = affineOf(source.op, source.inputs, x);
  const [size, sizeIn] = [channels(product), x.shape[axes.channelsIn]!];
  if (!link || size === null || typeof sizeIn !== "number") return null;
  const scale = alongAxis(link.scale, x.rank, axes.channelsIn, sizeIn);
  if (!scale) return null;
  if (isZero(link.offset)) {
    const weight = scaled(product, site, (input) => scale[input]!);
    const rest = product.bias ? [product.bias] : [];
    return weight && rebuilt(site, [link.x, weight, ...rest]);
  }
  const offset = alongAxis(link.offset, x.rank, axes.channelsIn, sizeIn);
  const bias = biasOf(product, size);
  const own = ownWeight(product, site);
  if (!isOne(link.scale) || !offset || !bias || !own || !product.takesBias || padded(product)) return null;
  const sum = Float64Array.from(bias);
  let largest = 0;
  eachWeight(own, axes, (element, input, output) => {
    const term = element * offset[input]!;
    sum[output]! += term;
    largest = Math.max(largest, Math.abs(term));
    return 0;
  });
  if (largest > cancelLimit) return null;
  return rebuilt(site, [link.x, product.weight, floats(graph, sum, [size], product.bias ?? undefined)]);
}

function rebuilt({ node, graph }: Site, inputs: readonly Value[]): Value {
  return graph.op(node.op, inputs, { attributes: node.attributes, outputs: node.outputs });
}

/** The weight times a factor for each pair of channels; null where it is computed, or another's too. */
function scaled(
  product: Product,
  site: Site,
  factor: (input: number, output: number) => number,
): Value | null {
  const own = ownWeight(product, site);
  if (!own) return null;
  const data = eachWeight(own, product.axes, (element, input, output) => element * factor(input, output));
  return floats(site.graph, data, own.shape as number[], own);
}

/** At a border that is padded, an offset would be missing; a transposed convolution has such borders always. */
function padded({ node: { op, attributes } }: Product): boolean {
  const { pads = [], auto_pad = "NOTSET" } = attributes as { pads?: number[]; auto_pad?: string };
  if (op === "ConvTranspose") return true;
  return pads.some((n) => n !== 0) || (auto_pad !== "NOTSET" && auto_pad !== "VALID");
}
