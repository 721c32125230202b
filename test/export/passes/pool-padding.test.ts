import { opCounts, optimize, trace } from "@vaekit/export";
import { tf } from "@vaekit/train";
import { describe, expect, it } from "vitest";
import { normal } from "../lower/values.ts";
import {
  expectSameAsTfjs,
  expectSameOutputs,
  type NamedFunction,
  runOnnx,
  runTfjs,
  specsOf,
} from "../support.ts";

const x = normal([2, 6, 7, 3]);
/** Negative pictures: a padding of zeros is then what the largest is. */
const negative = { x: { ...x, data: (x.data as Float32Array).map((value) => -1 - Math.abs(value)) } };
const widths = (n: number): [number, number][] => [
  [0, 0],
  [n, n],
  [n, n],
  [0, 0],
];
const padded = (n: number, pool: (x: tf.Tensor4D) => tf.Tensor): NamedFunction => {
  return (inputs) => ({ y: pool(tf.pad(inputs.x!, widths(n)) as tf.Tensor4D) });
};

describe("zeros around a pool's pictures", () => {
  it.each([1, 2, 3])("%i wide count as zeros", async (n) => {
    await expectSameAsTfjs(
      padded(n, (a) => tf.maxPool(a, 2, 1, "valid")),
      negative,
    );
    await expectSameAsTfjs(
      padded(n, (a) => tf.avgPool(a, 2, 1, "valid")),
      negative,
    );
    await expectSameAsTfjs(
      padded(n, (a) => tf.maxPool(a, 3, 2, "valid")),
      negative,
    );
  });

  it("behind a convolution too, as in ResNet50V2", async () => {
    const filter = tf.tensor4d(normal([3, 3, 3, 4], 2).data as Float32Array, [3, 3, 3, 4]);
    const fn = padded(1, (a) =>
      tf.maxPool(tf.pad(tf.conv2d(a, filter, 1, "same"), widths(1)) as tf.Tensor4D, 3, 2, "valid"),
    );
    const graph = await expectSameAsTfjs(fn, negative);
    expect(opCounts(graph)).toMatchObject({ Pad: 2, MaxPool: 1, Conv: 1 });
  });

  it("of another value stay as they are", async () => {
    const fn: NamedFunction = (inputs) => ({
      y: tf.maxPool(tf.pad(inputs.x!, widths(1), 7) as tf.Tensor4D, 2, 1, "valid"),
    });
    const graph = optimize(trace(fn, specsOf(negative)));
    const values = graph.nodes.filter(({ op }) => op === "Pad").map(({ inputs }) => inputs[2]!.data![0]);
    expect(values).toEqual([7]);
    expectSameOutputs(await runOnnx(graph, negative), runTfjs(fn, negative));
  });
});
