import { opCounts, optimize, trace } from "@vaekit/export";
import { tf } from "@vaekit/train";
import { describe, expect, it } from "vitest";
import { normal } from "../lower/values.ts";
import { expectSameAsTfjs, type NamedFunction } from "../support.ts";

type Pad = Parameters<typeof tf.conv2d>[3];
type Shape = [number, number, number, number];
type Layer = { size: [number, number]; filter: Shape; strides: number | [number, number]; pad: Pad };

/** Both gradients of a convolution. */
const gradients =
  ({ strides, pad }: Layer): NamedFunction =>
  ({ x, w, dy }) => {
    const conv = (...[v, f]: tf.Tensor[]) => tf.conv2d(v as tf.Tensor4D, f as tf.Tensor4D, strides, pad);
    const [dx, dw] = tf.grads(conv)([x!, w!], dy);
    return { dx: dx!, dw: dw! };
  };

function feeds({ size, filter, strides, pad }: Layer) {
  const xShape: Shape = [2, ...size, filter[2]];
  const { outShape } = tf.backend_util.computeConv2DInfo(xShape, filter, strides, 1, pad);
  return { x: normal(xShape), w: normal(filter, 2), dy: normal(outShape, 3) };
}

const explicit: Pad = [
  [0, 0],
  [2, 0],
  [0, 1],
  [0, 0],
];
const layers: Record<string, Layer> = {
  "even sizes, strides of 2": { size: [6, 8], filter: [3, 3, 8, 4], strides: 2, pad: "same" },
  "odd sizes, strides of 2": { size: [5, 7], filter: [3, 3, 8, 4], strides: 2, pad: "same" },
  "one phase": { size: [5, 6], filter: [3, 2, 8, 4], strides: 1, pad: "same" },
  "valid with a remainder": { size: [6, 8], filter: [3, 3, 9, 2], strides: 2, pad: "valid" },
  "strides of their own": { size: [7, 6], filter: [3, 4, 8, 3], strides: [3, 2], pad: "same" },
  "explicit padding": { size: [5, 6], filter: [3, 2, 8, 3], strides: 1, pad: explicit },
  "windows side by side": { size: [4, 6], filter: [2, 2, 8, 3], strides: 2, pad: "valid" },
};

describe("phasedGradient", () => {
  it.each(Object.entries(layers))("%s: products for a ConvTranspose", async (_, layer) => {
    const graph = await expectSameAsTfjs(gradients(layer), feeds(layer));
    expect(opCounts(graph).ConvTranspose ?? 0).toBe(0);
  });

  const kept: Record<string, Layer> = {
    "few channels": { size: [6, 6], filter: [3, 3, 7, 4], strides: 2, pad: "same" },
    "a stride that passes elements over": { size: [6, 6], filter: [1, 2, 8, 4], strides: 2, pad: "same" },
  };
  it.each(Object.entries(kept))("%s: the ConvTranspose stays", async (_, layer) => {
    expect(opCounts(await expectSameAsTfjs(gradients(layer), feeds(layer)))).toMatchObject({
      ConvTranspose: 1,
    });
  });

  it("a decoder's ConvTranspose stays: no filter's gradient is beside it", () => {
    const up: NamedFunction = ({ x, w }) => ({
      y: tf.conv2dTranspose(x as tf.Tensor4D, w as tf.Tensor4D, [2, 8, 8, 16], 2, "same"),
    });
    const graph = optimize(trace(up, { x: { shape: [2, 4, 4, 8] }, w: { shape: [3, 3, 16, 8] } }));
    expect(opCounts(graph)).toMatchObject({ ConvTranspose: 1 });
  });
});
