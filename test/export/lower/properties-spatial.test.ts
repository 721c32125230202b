import { tf } from "@vaekit/train";
import fc from "fast-check";
import { describe, it } from "vitest";
import { expectSameAsTfjs } from "../support.ts";
import { type Case, feedsOf, forwardOf, gradientFeeds, gradientOf } from "./case.ts";
import { numRuns } from "./runs.ts";
import { uniform } from "./values.ts";

/** A fixed seed: a failure is found again by running the test again. */
const runs = { numRuns, seed: 23 };
const from1to = (max: number) => fc.integer({ min: 1, max });
const rounding = fc.constantFrom("floor", "round", "ceil", undefined);
type Row = Pick<Case<"Add">, "run" | "inputs">;

/** Of one sign, so that no sum loses digits and a tolerance means the same everywhere. */
const values = (shape: readonly number[], seed: number) => uniform(shape, 0.5, 2, seed);
const as4 = (x: tf.Tensor) => x as tf.Tensor4D;
const as5 = (x: tf.Tensor) => x as tf.Tensor5D;

async function agrees(row: Row, gradient = true): Promise<void> {
  const given = { shows: "", ...row };
  await expectSameAsTfjs(forwardOf(given), feedsOf(given));
  if (!gradient) return;
  const feeds = gradientFeeds(given);
  await expectSameAsTfjs(gradientOf(given), { ...feeds, dy: values(feeds.dy!.shape, 9) });
}

/** Sizes, a window, strides and a padding with which something is left, whatever rounds it. */
const window2d = fc
  .record({
    batch: from1to(2),
    size: fc.tuple(from1to(7), from1to(7)),
    channels: from1to(3),
    filter: fc.tuple(from1to(3), from1to(3)),
    strides: fc.tuple(from1to(3), from1to(3)),
  })
  .chain((base) =>
    fc.record({
      base: fc.constant(base),
      pad: fc.oneof(
        fc.constantFrom("same" as const, "valid" as const),
        fc.tuple(fc.nat(2), fc.nat(2), fc.nat(2), fc.nat(2)).map(
          ([top, bottom, left, right]): ExplicitPad => [
            [0, 0],
            [top, bottom],
            [left, right],
            [0, 0],
          ],
        ),
        fc.nat(2),
      ),
      rounding,
    }),
  )
  .map(({ base, pad, rounding }) => ({
    ...base,
    pad,
    // tfjs takes a rounding with given paddings only, and one number for both sides needs a square.
    rounding: typeof pad === "string" ? undefined : rounding,
    filter: typeof pad === "number" ? ([base.filter[0], base.filter[0]] as [number, number]) : base.filter,
    strides:
      typeof pad === "number" ? ([base.strides[0], base.strides[0]] as [number, number]) : base.strides,
  }))
  .filter(({ size, filter, pad }) => {
    const added =
      typeof pad === "number"
        ? [2 * pad, 2 * pad]
        : pad === "same"
          ? [9, 9]
          : pad === "valid"
            ? [0, 0]
            : [pad[1][0] + pad[1][1], pad[2][0] + pad[2][1]];
    return size.every((n, i) => n + added[i]! >= filter[i]!);
  });
type ExplicitPad = [[number, number], [number, number], [number, number], [number, number]];

const volume = fc
  .record({
    size: fc.tuple(from1to(4), from1to(4), from1to(4)),
    channels: from1to(2),
    filter: fc.tuple(from1to(2), from1to(2), from1to(3)),
    strides: fc.tuple(from1to(2), from1to(3), from1to(2)),
    pad: fc.constantFrom("same" as const, "valid" as const),
  })
  .filter(({ size, filter, pad }) => pad === "same" || size.every((n, i) => n >= filter[i]!));

describe("any window", () => {
  it("conv2d with its gradients, NHWC", async () => {
    await fc.assert(
      fc.asyncProperty(
        window2d,
        from1to(3),
        ({ batch, size, channels, filter, strides, pad, rounding }, out) =>
          agrees({
            run: (x, w) => tf.conv2d(as4(x), as4(w), strides, pad, "NHWC", 1, rounding),
            inputs: [values([batch, ...size, channels], 1), values([...filter, channels, out], 2)],
          }),
      ),
      runs,
    );
  });

  it("conv2d with its gradients, NCHW", async () => {
    const turned = window2d.filter(({ pad }) => typeof pad !== "object");
    await fc.assert(
      fc.asyncProperty(turned, from1to(3), ({ batch, size, channels, filter, strides, pad, rounding }, out) =>
        agrees({
          run: (x, w) => tf.conv2d(as4(x), as4(w), strides, pad, "NCHW", 1, rounding),
          inputs: [values([batch, channels, ...size], 1), values([...filter, channels, out], 2)],
        }),
      ),
      runs,
    );
  });

  it("conv2d with dilations", async () => {
    const dilations = fc.tuple(from1to(3), from1to(3));
    await fc.assert(
      fc.asyncProperty(window2d, dilations, ({ batch, size, channels, filter, pad }, dilation) => {
        // No less than the window covers, by the input alone.
        const enough = size.map((n, i) => Math.max(n, (filter[i]! - 1) * dilation[i]! + 1)) as [
          number,
          number,
        ];
        return agrees(
          {
            run: (x, w) => tf.conv2d(as4(x), as4(w), 1, pad, "NHWC", dilation),
            inputs: [values([batch, ...enough, channels], 1), values([...filter, channels, 2], 2)],
          },
          false, // tfjs's gradients know no dilation
        );
      }),
      runs,
    );
  });

  it("conv2dTranspose with its gradients", async () => {
    await fc.assert(
      fc.asyncProperty(
        window2d,
        from1to(3),
        ({ batch, size, channels, filter, strides, pad, rounding }, out) => {
          const shape: [number, number, number, number] = [batch, ...size, channels];
          const small = tf.backend_util.computeConv2DInfo(
            shape,
            [...filter, channels, out],
            strides,
            1,
            pad,
            rounding,
          );
          return agrees({
            run: (dy, w) => tf.conv2dTranspose(as4(dy), as4(w), shape, strides, pad, rounding),
            inputs: [values(small.outShape, 1), values([...filter, channels, out], 2)],
          });
        },
      ),
      runs,
    );
  });

  it("depthwiseConv2d with its gradients", async () => {
    await fc.assert(
      fc.asyncProperty(
        window2d,
        from1to(3),
        ({ batch, size, channels, filter, strides, pad, rounding }, times) =>
          agrees({
            run: (x, w) => tf.depthwiseConv2d(as4(x), as4(w), strides, pad, "NHWC", 1, rounding),
            inputs: [values([batch, ...size, channels], 1), values([...filter, channels, times], 2)],
          }),
      ),
      runs,
    );
  });

  it("conv3d with its gradients", async () => {
    await fc.assert(
      fc.asyncProperty(volume, from1to(2), ({ size, channels, filter, strides, pad }, out) =>
        agrees({
          run: (x, w) => tf.conv3d(as5(x), as5(w), strides, pad),
          inputs: [values([1, ...size, channels], 1), values([...filter, channels, out], 2)],
        }),
      ),
      runs,
    );
  });

  it.each(Object.entries({ maxPool: tf.maxPool, avgPool: tf.avgPool }))(
    "%s with its gradient",
    async (_, pool) => {
      await fc.assert(
        fc.asyncProperty(window2d, ({ batch, size, channels, filter, strides, pad, rounding }) =>
          agrees({
            run: (x) => pool(as4(x), filter, strides, pad, rounding),
            inputs: [values([batch, ...size, channels], 1)],
          }),
        ),
        runs,
      );
    },
  );

  // tfjs's cpu backend loses gradients of windows whose height and width differ.
  it("maxPool3d with its gradient", async () => {
    await fc.assert(
      fc.asyncProperty(volume, ({ size, channels, filter: [depth, height], strides, pad }) =>
        agrees({
          run: (x) => tf.maxPool3d(as5(x), [depth, height, height], strides, pad),
          inputs: [values([1, ...size.map((n) => Math.max(n, height)), channels], 1)],
        }),
      ),
      runs,
    );
  });

  it("avgPool3d with its gradient", async () => {
    await fc.assert(
      fc.asyncProperty(volume, ({ size, channels, filter, strides, pad }) =>
        agrees({
          run: (x) => tf.avgPool3d(as5(x), filter, strides, pad),
          inputs: [values([1, ...size, channels], 1)],
        }),
      ),
      runs,
    );
  });

  it("dilation2d with its gradients", async () => {
    const dilations = fc.tuple(from1to(2), from1to(2));
    await fc.assert(
      fc.asyncProperty(window2d, dilations, ({ batch, size, channels, filter, strides }, dilation) => {
        // Enough for each window to see something: of nothing tfjs's maximum is the least integer.
        const enough = size.map((n, i) => Math.max(n, dilation[i]!));
        return agrees({
          run: (x, w) => tf.dilation2d(as4(x), w as tf.Tensor3D, strides, "same", dilation),
          inputs: [values([batch, ...enough, channels], 1), values([...filter, channels], 2)],
        });
      }),
      runs,
    );
  });
});

describe("any size", () => {
  const resizes = fc
    .record({
      from: from1to(6),
      size: fc.tuple(from1to(9), from1to(9)),
      how: fc.constantFrom([false, false], [true, false], [false, true]),
    })
    .map(({ how, ...rest }) => ({ ...rest, align: how[0]!, half: how[1]! }));

  it("resizeBilinear with its gradient", async () => {
    await fc.assert(
      fc.asyncProperty(resizes, ({ from, size, align, half }) =>
        agrees({
          run: (x) => tf.image.resizeBilinear(as4(x), size, align, half),
          inputs: [values([2, from, from, 2], 1)],
        }),
      ),
      runs,
    );
  });

  // tfjs's gradient leaves half-pixel centres out; its cpu backend takes one picture, and never ends on one row with
  // aligned corners.
  it("resizeNearestNeighbor with its gradient", async () => {
    await fc.assert(
      fc.asyncProperty(
        resizes.filter(({ from, align }) => from > 1 || !align),
        ({ from, size, align, half }) =>
          agrees({
            run: (x) => tf.image.resizeNearestNeighbor(as4(x), size, align, half),
            inputs: [values([1, from, from + 1, 2], 1)],
          }),
      ),
      runs,
    );
  });

  it("mirrorPad", async () => {
    const axis = from1to(4).chain((size) => fc.tuple(fc.constant(size), fc.nat(size - 1), fc.nat(size - 1)));
    const axes = fc.array(axis, { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(axes, fc.constantFrom("reflect", "symmetric"), (all, mode) =>
        agrees({
          run: (x) =>
            tf.mirrorPad(
              x,
              all.map(([, front, behind]): [number, number] => [front, behind]),
              mode,
            ),
          inputs: [
            values(
              all.map(([size]) => size),
              1,
            ),
          ],
        }),
      ),
      runs,
    );
  });

  it("spaceToBatchND and back, with gradients", async () => {
    const axis = fc.record({ blocks: from1to(3), block: from1to(3) });
    await fc.assert(
      fc.asyncProperty(
        from1to(2),
        fc.array(axis, { minLength: 1, maxLength: 3 }),
        from1to(2),
        (batch, axes, channels) => {
          const blocks = axes.map(({ block }) => block);
          const none = axes.map(() => [0, 0]);
          return agrees({
            run: (x) => tf.batchToSpaceND(tf.mul(tf.spaceToBatchND(x, blocks, none), 2), blocks, none),
            inputs: [values([batch, ...axes.map((a) => a.blocks * a.block), channels], 1)],
          });
        },
      ),
      runs,
    );
  });

  it("localResponseNormalization with its gradient", async () => {
    const lrn = fc.record({ channels: from1to(8), radius: from1to(4) });
    await fc.assert(
      fc.asyncProperty(lrn, ({ channels, radius }) =>
        agrees({
          run: (x) => tf.localResponseNormalization(as4(x), radius, 1.5, 0.3, 0.7),
          inputs: [values([2, 2, 3, channels], 1)],
        }),
      ),
      runs,
    );
  });

  it("cropAndResize", async () => {
    // None falls on the picture's border, where float32 and tfjs's float64 may disagree on which side it is.
    const edge = fc.integer({ min: -3, max: 14 }).map((n) => (n + 0.37) / 11.3);
    const box = fc.tuple(edge, edge, edge, edge);
    const size = fc.tuple(from1to(5), from1to(5));
    await fc.assert(
      fc.asyncProperty(box, size, (corners, crop) =>
        agrees(
          {
            run: (x) =>
              tf.image.cropAndResize(
                as4(x),
                tf.tensor2d([corners]),
                tf.tensor1d([1], "int32"),
                crop,
                "bilinear",
              ),
            inputs: [values([2, 5, 6, 2], 1)],
          },
          false,
        ),
      ),
      runs,
    );
  });
});
