import * as tf from "@tensorflow/tfjs-core";

/** Methods of tensors that are tfjs's function of the same name with the tensor before the other arguments. */
const forwarded = [
  ..."abs acos acosh add all any argMax argMin asin asinh atan atan2 atanh avgPool batchNorm batchToSpaceND".split(
    " ",
  ),
  ..."broadcastTo cast ceil clipByValue conv1d conv2d conv2dTranspose cos cosh cumprod cumsum depthToSpace".split(
    " ",
  ),
  ..."depthwiseConv2d dilation2d div divNoNan dot elu equal erf euclideanNorm exp expandDims expm1 fft floor".split(
    " ",
  ),
  ..."floorDiv gather greater greaterEqual ifft irfft isFinite isInf isNaN leakyRelu less lessEqual".split(
    " ",
  ),
  ..."localResponseNormalization log log1p logSigmoid logSoftmax logSumExp logicalAnd logicalNot logicalOr".split(
    " ",
  ),
  ..."logicalXor matMul max maxPool maximum mean min minimum mirrorPad mod mul neg norm notEqual oneHot".split(
    " ",
  ),
  ..."onesLike pad pool pow prelu prod reciprocal relu relu6 reshape reverse rfft round rsqrt selu".split(
    " ",
  ),
  ..."separableConv2d sigmoid sign sin sinh slice softmax softplus spaceToBatchND split sqrt square".split(
    " ",
  ),
  ..."squaredDifference squeeze step stridedSlice sub sum tan tanh tile topk transpose unique".split(" "),
  ..."unsortedSegmentSum unstack zerosLike".split(" "),
];

type Method = (this: tf.Tensor, ...rest: never[]) => unknown;

/** The others, as tfjs-core has them in public/chained_ops. */
const others: Readonly<Record<string, Method>> = {
  as1D() {
    return tf.reshape(this, [this.size]);
  },
  as2D: asShape,
  as3D: asShape,
  as4D: asShape,
  as5D: asShape,
  asScalar() {
    return tf.reshape(this, []);
  },
  asType(dtype: tf.DataType) {
    return tf.cast(this, dtype);
  },
  concat(given: tf.Tensor | tf.Tensor[], axis?: number) {
    return tf.concat([this, ...[given].flat()], axis);
  },
  flatten() {
    return tf.reshape(this, [this.size]);
  },
  reshapeAs({ shape }: tf.Tensor) {
    return tf.reshape(this, shape);
  },
  resizeBilinear(...rest: Rest<typeof tf.image.resizeBilinear>) {
    return tf.image.resizeBilinear(this as tf.Tensor4D, ...rest);
  },
  resizeNearestNeighbor(...rest: Rest<typeof tf.image.resizeNearestNeighbor>) {
    return tf.image.resizeNearestNeighbor(this as tf.Tensor4D, ...rest);
  },
  stack(given: tf.Tensor | tf.Tensor[], axis?: number) {
    return tf.stack([this, ...[given].flat()], axis);
  },
  toBool() {
    return tf.cast(this, "bool");
  },
  toFloat() {
    return tf.cast(this, "float32");
  },
  toInt() {
    return tf.cast(this, "int32");
  },
  where(condition: tf.Tensor, other: tf.Tensor) {
    return tf.where(condition, this, other);
  },
};

type Rest<F> = F extends (first: never, ...rest: infer R) => unknown ? R : never;

function asShape(this: tf.Tensor, ...shape: number[]): tf.Tensor {
  return tf.reshape(this, shape);
}

/** Names of all methods that tfjs gives to tensors as a whole library, and tfjs-core alone does not. */
export const chainedOps: readonly string[] = [...forwarded, ...Object.keys(others)];

/**
 * Give tensors the methods that saved models' own layers may call, `x.mul(y)`, where they have none. Those of tfjs-core
 * itself (dist/public/chained_ops) are no modules that Node can load.
 */
export function registerChainedOps(): void {
  const prototype = tf.Tensor.prototype as unknown as Record<string, Method>;
  const functions = { ...tf } as unknown as Record<string, (...all: unknown[]) => unknown>;
  for (const name of chainedOps) {
    prototype[name] ??=
      others[name] ??
      function (this: tf.Tensor, ...rest: unknown[]) {
        return (functions[name] ?? spectral[name])!(this, ...rest);
      };
  }
}

const spectral = tf.spectral as unknown as Record<string, (...all: unknown[]) => unknown>;

/** What to do where a method is missing; null for other errors. */
export function chainedAdvice({ message }: Error): string | null {
  const [, method] = /\.(\w+) is not a function/.exec(message) ?? [];
  if (!method || !chainedOps.includes(method)) return null;
  const direct = forwarded.includes(method) ? `tf.${method}(x, ...)` : "the function of tf that does it";
  return (
    `Tensors have the method ${method} only where the whole library is loaded: import "@tensorflow/tfjs" before, ` +
    `or call ${direct} in place of x.${method}(...).`
  );
}
