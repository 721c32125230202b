import { type InputSpecs, opCounts, optimize, trace } from "@vaekit/export";
import { tf } from "@vaekit/train";
import { describe, expect, it } from "vitest";
import { normal } from "../lower/values.ts";
import { expectSameAsTfjs, type NamedFunction } from "../support.ts";

type Pad = Parameters<typeof tf.conv2d>[3];
type Filter = [number, number, number, number];

/** A convolution and its filter's gradient, for x [batch, 6, 7, channels] and dy of the result's shape. */
function both(strides: number | [number, number], pad: Pad, shape: Filter): NamedFunction {
  return ({ x, w, dy }) => {
    const conv = (filter: tf.Tensor) => tf.conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, strides, pad);
    const attrs = { strides, pad, dataFormat: "NHWC", filterShape: shape };
    return {
      y: conv(w!),
      dw: tf.engine().runKernel<tf.Tensor>("Conv2DBackpropFilter", { x: x!, dy: dy! }, attrs),
    };
  };
}

function feeds(strides: number | [number, number], pad: Pad, filter: Filter) {
  const xShape: [number, number, number, number] = [2, 6, 7, filter[2]];
  const { outShape } = tf.backend_util.computeConv2DInfo(xShape, filter, strides, 1, pad);
  return { x: normal(xShape), w: normal(filter, 2), dy: normal(outShape, 3) };
}

const explicit: Pad = [
  [0, 0],
  [2, 0],
  [0, 1],
  [0, 0],
];
const windows: Record<string, [number | [number, number], Pad, Filter]> = {
  "same, strides of 2": [2, "same", [3, 3, 3, 4]],
  valid: [1, "valid", [3, 2, 3, 4]],
  "strides of their own": [[1, 3], "same", [2, 3, 2, 4]],
  "explicit padding": [1, explicit, [3, 2, 2, 3]],
  "one element": [1, "same", [1, 1, 3, 4]],
  "one channel": [2, "same", [3, 3, 1, 4]],
};

describe("sharedColumns", () => {
  it.each(Object.entries(windows))("%s: one set of columns, two products, no Conv", async (_, window) => {
    const graph = await expectSameAsTfjs(both(...window), feeds(...window));
    const { Conv = 0, Gemm, Gather = 0, Concat = 0 } = opCounts(graph);
    expect({ Conv, Gemm }).toEqual({ Conv: 0, Gemm: 2 });
    const [taps, channels] = [window[2][0], window[2][2]];
    // Of one channel the slices themselves are the rows.
    expect(channels === 1 ? Concat : Gather).toBe(taps === 1 ? 0 : 1);
  });

  it.each(["NHWC", "NCHW"] as const)("a Conv without a filter's gradient stays (%s)", (format) => {
    const conv: NamedFunction = ({ x, w }) => ({
      y: tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, 1, "same", format),
    });
    const shape = format === "NHWC" ? [2, 6, 7, 3] : [2, 3, 6, 7];
    const graph = optimize(trace(conv, { x: { shape }, w: { shape: [3, 3, 3, 4] } }));
    expect(opCounts(graph)).toMatchObject({ Conv: 1 });
  });

  it("a Conv over other pictures stays", () => {
    const fn: NamedFunction = ({ other, w, ...inputs }) => ({
      y: tf.conv2d(other as tf.Tensor4D, w as tf.Tensor4D, 1, "same"),
      dw: both(1, "same", [3, 3, 3, 4])({ ...inputs, w: w! }).dw!,
    });
    const shape = [2, 6, 7, 3];
    const specs: InputSpecs = {
      x: { shape },
      other: { shape },
      w: { shape: [3, 3, 3, 4] },
      dy: { shape: [2, 6, 7, 4] },
    };
    expect(opCounts(optimize(trace(fn, specs)))).toMatchObject({ Conv: 1, Gemm: 1 });
  });

  it("a Conv whose batch is symbolic stays", () => {
    const specs: InputSpecs = {
      x: { shape: ["batch", 6, 7, 3] },
      w: { shape: [3, 3, 3, 4] },
      dy: { shape: ["batch", 6, 7, 4] },
    };
    const graph = optimize(trace(both(1, "same", [3, 3, 3, 4]), specs));
    expect(opCounts(graph)).toMatchObject({ Conv: 1, Gemm: 1 });
  });
});
