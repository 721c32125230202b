import { type Shape, sameDim, staticShape, Value } from "../ir/value.js";
import { type Floats, isFloats, transposeData } from "./constant.js";
import { unary } from "./elementwise.js";
import { rewrite, type Site } from "./pass.js";
import { reshapeTo } from "./reshape.js";
import { ownWeight, productOf } from "./weights.js";

/**
 * A dense layer's features may come in any order: where a Transpose stands between it and the picture that is made of
 * them, or that they are made of, its weights take the order up and the Transpose goes.
 */
export const denseOrder = rewrite((site) => {
  if (site.node.op === "Transpose") return fromDense(site);
  return site.node.op === "Gemm" ? toDense(site) : null;
});

/** Sizes of [batch, ...rest] where the rest are numbers; null otherwise. */
function features(shape: Shape): number[] | null {
  const rest = shape.slice(1);
  return rest.length > 0 && rest.every((dim) => typeof dim === "number") ? (rest as number[]) : null;
}

/** Whether one of two is [batch, features] of the other, [batch, ...]. */
function flattens(flat: Value, full: Value): boolean {
  if (flat.rank !== 2 || full.rank < 3 || !sameDim(flat.shape[0]!, full.shape[0]!)) return false;
  const sizes = features(full.shape);
  return sizes !== null && sizes.reduce((product, n) => product * n, 1) === flat.shape[1];
}

/** The Gemm with a constant weight that a value comes from, and the operators between, the last one first. */
function denseBefore(value: Value) {
  const between: NonNullable<Value["producer"]>[] = [];
  for (let at = value; at.producer; at = at.producer.inputs[0]!) {
    const { producer } = at;
    if (producer.op === "Gemm") {
      const product = productOf(producer);
      const constant = product && isFloats(product.weight) && (!product.bias || isFloats(product.bias));
      return constant ? { product, between, value: at } : null;
    }
    const scalars = producer.inputs
      .slice(1)
      .every((input) => input === null || (input.data && input.rank === 0));
    if (!unary.has(producer.op) && !(scalars && ["Clip", "Add", "Sub", "Mul", "Div"].includes(producer.op)))
      return null;
    between.push(producer);
  }
  return null;
}

/** Gemm -> elementwise -> Reshape -> Transpose. */
function fromDense(site: Site): Value | null {
  const { node, inputs, graph, single } = site;
  const picture = inputs[0]!;
  const perm = node.attributes.perm as readonly number[];
  const flat = picture.producer?.op === "Reshape" ? picture.producer.inputs[0]! : null;
  if (!flat || perm[0] !== 0 || !flattens(flat, picture) || !single(picture)) return null;
  const dense = denseBefore(flat);
  if (!dense) return null;
  const { product, between, value } = dense;
  const own = ownWeight(product, site);
  const chain = [flat, ...between.map(({ inputs: [x] }) => x!)];
  if (!own || !chain.every(single)) return null;
  const { axes, bias } = product;
  const order = perm.slice(1).map((axis) => axis - 1);
  const sizes = features(picture.shape)!;
  graph.origin = product.node.origin;
  const rest = bias
    ? [bias.data!.length === 1 ? bias : reordered(bias as Floats, bias.rank - 1, sizes, order)]
    : [];
  let at = graph.op("Gemm", [product.x, reordered(own, axes.out, sizes, order), ...rest], {
    attributes: product.node.attributes,
    outputs: [value],
  });
  for (const each of between.toReversed()) {
    graph.origin = each.origin;
    at = graph.op(each.op, [at, ...each.inputs.slice(1)], {
      attributes: each.attributes,
      outputs: each.outputs,
    });
  }
  return reshapeTo(graph, at, node.outputs[0]!.shape);
}

/** Transpose -> Reshape -> Gemm. */
function toDense(site: Site): Value | null {
  const { node, inputs, graph } = site;
  const product = productOf({ ...node, inputs } as typeof node);
  const flat = product?.x;
  const turned = flat?.producer?.op === "Reshape" ? flat.producer.inputs[0]! : null;
  if (!product || turned?.producer?.op !== "Transpose" || !flattens(flat!, turned)) return null;
  const perm = turned.producer.attributes.perm as readonly number[];
  const own = perm[0] === 0 ? ownWeight(product, site) : null;
  if (!own || !allDense(site)) return null;
  const picture = turned.producer.inputs[0]!;
  const x = reshapeTo(graph, picture, flat!.shape);
  if (!x) return null;
  const order = perm.slice(1).map((axis) => axis - 1);
  const back = order.map((_, axis) => order.indexOf(axis));
  const weight = reordered(own, product.axes.in, features(turned.shape)!, back);
  return graph.op("Gemm", [x, weight, ...inputs.slice(2)], {
    attributes: node.attributes,
    outputs: node.outputs,
  });
}

/** Whether the flat tensor goes into products with constant weights only: else the Transpose stays for the others. */
function allDense({ node, uses }: Site): boolean {
  return uses.get(node.inputs[0]!)!.every((user) => user?.op === "Gemm" && isFloats(user.inputs[1]));
}

/** A weight whose features along one axis, [...sizes] in row-major order, come with their axes in another order. */
function reordered(weight: Floats, axis: number, sizes: readonly number[], order: readonly number[]): Value {
  const shape = staticShape(weight);
  const full = [...shape.slice(0, axis), ...sizes, ...shape.slice(axis + 1)];
  const perm = full.map((_, i) => {
    const inside = i - axis;
    return inside >= 0 && inside < sizes.length ? axis + order[inside]! : i;
  });
  return new Value(weight.dtype, shape, transposeData(weight.data, full, perm), weight.name);
}
