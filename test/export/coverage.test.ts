import { kernelNames, lowerings, trace, UnsupportedKernelError, unsupported } from "@vaekit/export";
import { tf } from "@vaekit/train";
import { describe, expect, it } from "vitest";

/** tfjs's kernels that are neither lowered nor impossible: a new version's kernels, and new lowerings, show here. */
const notYet = `
  Acos Acosh All Any ArgMin Asin Asinh Atan Atan2 Atanh AvgPool AvgPool3D AvgPool3DGrad AvgPoolGrad BatchToSpaceND
  Bincount BitwiseAnd BroadcastArgs BroadcastTo Complex ComplexAbs Conv2D Conv2DBackpropFilter Conv2DBackpropInput
  Conv3D Conv3DBackpropFilterV2 Conv3DBackpropInputV2 Cosh CropAndResize Cumprod Cumsum DenseBincount DepthToSpace
  DepthwiseConv2dNative DepthwiseConv2dNativeBackpropFilter DepthwiseConv2dNativeBackpropInput Diag Dilation2D
  Dilation2DBackpropFilter Dilation2DBackpropInput Draw Einsum Expm1 FFT FlipLeftRight FloorDiv 
  FusedConv2D FusedDepthwiseConv2D GatherNd GatherV2 IFFT Imag IsFinite IsInf LRN LRNGrad LogicalXor
  LowerBound MatrixBandPart MaxPool MaxPool3D MaxPool3DGrad MaxPoolGrad MaxPoolWithArgmax MirrorPad Mod
  NonMaxSuppressionV3 NonMaxSuppressionV4 NonMaxSuppressionV5 OneHot Pool Prod RaggedGather RaggedRange
  RaggedTensorToTensor Real ResizeBilinear ResizeBilinearGrad ResizeNearestNeighbor ResizeNearestNeighborGrad
  Reverse RotateWithOffset ScatterNd SearchSorted Sinh SpaceToBatchND SparseFillEmptyRows SparseReshape
  SparseSegmentMean SparseSegmentSum SparseToDense StaticRegexReplace StridedSlice StringNGrams StringSplit
  StringToHashBucketFast Tan TensorScatterUpdate TopK Transform Unique UnsortedSegmentSum UpperBound
`;

describe("the tables", () => {
  it("every kernel of tfjs is lowered, impossible for a reason, or known as not lowered yet", () => {
    const known = [...Object.keys(lowerings), ...Object.keys(unsupported), ...notYet.trim().split(/\s+/)];
    expect(known.toSorted()).toEqual(kernelNames().toSorted());
  });

  it("finds the kernels of tfjs 4.22", () => {
    expect(tf.version_core).toBe("4.22.0");
    expect(kernelNames()).toHaveLength(180);
    expect(kernelNames()).toEqual(
      expect.arrayContaining([tf.Conv2D, tf.NonMaxSuppressionV5, tf._FusedMatMul]),
    );
  });

  it("each reason says what to do instead", () => {
    for (const reason of Object.values(unsupported)) expect(reason).toMatch(/; \w+/);
  });
});

describe("kernels without a lowering", () => {
  const x = { shape: ["batch", 28, 28, 1] } as const;
  const boxes = tf.tensor2d([0, 0, 1, 1], [1, 4]);
  const boxIndices = tf.tensor1d([0], "int32");
  const crop = (image: tf.Tensor) =>
    tf.image.cropAndResize(image as tf.Tensor4D, boxes, boxIndices, [14, 14]);
  const flat = (image: tf.Tensor) => tf.reshape(image, [-1, 196]);

  const failure = (fn: () => unknown): UnsupportedKernelError => {
    try {
      fn();
    } catch (error) {
      expect(error).toBeInstanceOf(UnsupportedKernelError);
      return error as UnsupportedKernelError;
    }
    throw new Error("nothing was thrown");
  };

  it("are all in one error, with counts and an example each", () => {
    const { message, code, exitCode } = failure(() =>
      trace(
        ({ x }) => {
          const { values, indices } = tf.topk(flat(crop(crop(x!))), 5);
          return { values: tf.relu(values), indices, range: tf.cumsum(values, 1) };
        },
        { x },
      ),
    );
    expect(message.split("\n")).toEqual([
      "trace: 3 kernels have no ONNX lowering",
      "  CropAndResize x2  (input float32 [3, 28, 28, 1], float32 [1, 4], int32 [1])",
      "  TopK x1  (input float32 [1, 196])",
      "  Cumsum x1  (input float32 [1, 5])",
      "Replace these calls, or add the lowerings: docs/new-kernel.md",
    ]);
    expect({ code, exitCode }).toEqual({ code: "UNSUPPORTED_KERNEL", exitCode: 3 });
  });

  it("one is called one", () => {
    expect(failure(() => trace(({ x }) => ({ y: tf.cumsum(x!) }), { x })).message).toMatch(
      /^trace: 1 kernel has no/,
    );
  });

  it("the reason stands beside a kernel that ONNX cannot express", () => {
    const draw = ({ x }: Record<string, tf.Tensor>) => ({
      y: tf
        .engine()
        .runKernel<tf.Tensor>("Multinomial", { logits: x! }, { numSamples: 2, seed: 1, normalized: false }),
    });
    const { message } = failure(() => trace(draw, { x: { shape: [3, 4] } }));
    expect(message).toContain(
      "Multinomial x1  (input float32 [3, 4]): it draws random numbers; pass them in as an input",
    );
  });

  it("are reported although the function fails because of them", () => {
    const { message } = failure(() =>
      trace(
        ({ x }) => {
          const sum = tf.cumsum(x!);
          if (sum.dataSync()[0]! > 0) throw new Error("unreachable");
          return { sum };
        },
        { x },
      ),
    );
    expect(message).toContain("Cumsum x1");
  });

  it("are reported where tfjs's own gradient calls them", () => {
    const { message } = failure(() =>
      trace(({ x }) => ({ y: tf.grad((v) => tf.mean(tf.cumsum(v)))(x!) }), { x: { shape: [3, 4] } }),
    );
    expect(message).toContain("Cumsum x2");
  });
});
