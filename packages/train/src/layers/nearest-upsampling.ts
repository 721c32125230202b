import type { Tensor, Tensor4D } from "@tensorflow/tfjs-core";
import { layers, tf } from "../tfjs.js";

type Shape = (number | null)[];

/**
 * Twice the height and width, each element four times: [batch, height, width, channels] ->
 * [batch, 2 height, 2 width, channels]. The gradient is the sum over each element's four, as an average pooling: tfjs's
 * own, ResizeNearestNeighborGrad, is wrong on its cpu backend for more than one example.
 */
export class NearestUpsampling extends layers.layers.Layer {
  static readonly className = "NearestUpsampling";

  constructor({ name }: { name: string }) {
    super({ name });
  }

  override computeOutputShape(inputShape: Shape | Shape[]): Shape {
    const [batch, height, width, channels] = inputShape as [number | null, number, number, number];
    return [batch, 2 * height, 2 * width, channels];
  }

  override call(inputs: Tensor | Tensor[]): Tensor {
    return double((Array.isArray(inputs) ? inputs[0]! : inputs) as Tensor4D);
  }
}

const double = tf.customGrad((given) => {
  const x = given as Tensor4D;
  return {
    value: tf.image.resizeNearestNeighbor(x, [2 * x.shape[1], 2 * x.shape[2]]),
    gradFunc: (dy: Tensor) => tf.mul(tf.avgPool(dy as Tensor4D, 2, 2, "valid"), 4),
  };
});
