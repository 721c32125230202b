import { GraphError } from "../../errors.js";
import type { Attributes } from "../node.js";
import { type Dim, type Shape, sameDim, type Value } from "../value.js";
import { addDims, ceilDim, floorDim, sameDType, scaleDim } from "./dims.js";
import type { Operator, Operators, Rule } from "./types.js";

/** What an attribute list says for each spatial axis, or the default where it is left out. */
function perAxis(attribute: Attributes[string] | undefined, count: number, missing: number): number[] {
  return attribute === undefined
    ? Array<number>(count).fill(missing)
    : [...(attribute as readonly number[])].map(Number);
}

/** Spatial sizes after a window has gone over [batch, channels, ...spatial]. */
function windowed(x: Value, kernel: readonly number[], attributes: Attributes): Shape {
  const spatial = x.shape.slice(2);
  if (kernel.length !== spatial.length) throw new GraphError("the window and the input differ in rank");
  const strides = perAxis(attributes.strides, kernel.length, 1);
  const dilations = perAxis(attributes.dilations, kernel.length, 1);
  const pads = perAxis(attributes.pads, 2 * kernel.length, 0);
  return spatial.map((size, i): Dim => {
    const stride = strides[i]!;
    const covered = (kernel[i]! - 1) * dilations[i]! + 1;
    const added = pads[i]! + pads[i + kernel.length]!;
    if (stride === 1 && (attributes.auto_pad === "SAME_UPPER" || added === covered - 1)) return size;
    return attributes.auto_pad === "SAME_UPPER"
      ? ceilDim(size, stride)
      : addDims(floorDim(addDims(size, added - covered), stride), 1);
  });
}

function fixed(dim: Dim): number {
  if (typeof dim !== "number") throw new GraphError("the filter's size is symbolic");
  return dim;
}

const conv: Rule = ([x, w], attributes) => {
  const { group = 1 } = attributes;
  const channels = fixed(w!.shape[1]!) * (group as number);
  if (!sameDim(x!.shape[1]!, channels)) throw new GraphError("the channels differ");
  const spatial = windowed(x!, w!.shape.slice(2).map(fixed), attributes);
  return [{ dtype: sameDType(x!, w!), shape: [x!.shape[0]!, w!.shape[0]!, ...spatial] }];
};

/** stride * (size - 1) + output_padding + covered - pads, along each axis. */
const convTranspose: Rule = ([x, w], attributes) => {
  const { group = 1 } = attributes;
  if (!sameDim(x!.shape[1]!, w!.shape[0]!)) throw new GraphError("the channels differ");
  const kernel = w!.shape.slice(2).map(fixed);
  const strides = perAxis(attributes.strides, kernel.length, 1);
  const dilations = perAxis(attributes.dilations, kernel.length, 1);
  const pads = perAxis(attributes.pads, 2 * kernel.length, 0);
  const extra = perAxis(attributes.output_padding, kernel.length, 0);
  const spatial = kernel.map((n, i): Dim => {
    const size = x!.shape[i + 2]!;
    const more = extra[i]! + (n - 1) * dilations[i]! + 1 - pads[i]! - pads[i + kernel.length]! - strides[i]!;
    return addDims(scaleDim(size, strides[i]!), more);
  });
  const channels = fixed(w!.shape[1]!) * (group as number);
  return [{ dtype: sameDType(x!, w!), shape: [x!.shape[0]!, channels, ...spatial] }];
};

const pooled = (x: Value, attributes: Attributes): Shape => [
  ...x.shape.slice(0, 2),
  ...windowed(x, attributes.kernel_shape as readonly number[], attributes),
];

const window: Operator["attributes"] = { auto_pad: "string", pads: "ints", strides: "ints" };
const averagePool: Operator = {
  infer: ([x], attributes) => [{ dtype: x!.dtype, shape: pooled(x!, attributes) }],
  inputs: 1,
  takes: "float",
  attributes: { ...window, kernel_shape: "ints!", count_include_pad: "int" },
};

/** Windows that go over [batch, channels, ...spatial]. */
export const convolution: Operators = {
  Conv: {
    infer: conv,
    inputs: [2, 3],
    takes: "float",
    attributes: { ...window, dilations: "ints", group: "int" },
  },
  ConvTranspose: {
    infer: convTranspose,
    inputs: [2, 3],
    takes: "float",
    attributes: { ...window, dilations: "ints", group: "int", output_padding: "ints" },
  },
  AveragePool: averagePool,
  /** The second output, where a node has one: places in the flat input, batch and channels counted. */
  MaxPool: {
    infer: ([x], attributes) => {
      const shape = pooled(x!, attributes);
      return [
        { dtype: x!.dtype, shape },
        { dtype: "int64", shape },
      ];
    },
    inputs: 1,
    takes: "float",
    attributes: { ...window, kernel_shape: "ints!" },
  },
};
