import type { Tensor } from "@tensorflow/tfjs-core";
import type { LayerVariable } from "@tensorflow/tfjs-layers";
import { layers, tf } from "../tfjs.js";

type Shape = (number | null)[];

/** PyTorch's. */
const epsilon = 1e-5;

/**
 * Group normalisation (Wu & He 2018): x [batch, height, width, channels] -> the same shape. Within each example, each of
 * `groups` runs of neighbouring channels gets mean 0 and variance 1 over its places and channels; then each channel its
 * scale gamma and offset beta.
 */
export class GroupNormalization extends layers.layers.Layer {
  static readonly className = "GroupNormalization";
  private readonly groups: number;
  private gamma!: LayerVariable;
  private beta!: LayerVariable;

  /** groups must divide the channels. */
  constructor({ groups, name }: { groups: number; name: string }) {
    super({ name });
    this.groups = groups;
  }

  override build(inputShape: Shape | Shape[]): void {
    const channels = (inputShape as Shape).at(-1)!;
    this.gamma = this.addWeight("gamma", [channels], "float32", layers.initializers.ones());
    this.beta = this.addWeight("beta", [channels], "float32", layers.initializers.zeros());
    this.built = true;
  }

  override computeOutputShape(inputShape: Shape | Shape[]): Shape {
    return inputShape as Shape;
  }

  override call(inputs: Tensor | Tensor[]): Tensor {
    const x = Array.isArray(inputs) ? inputs[0]! : inputs;
    const centred = tf.sub(x, this.groupMeans(x));
    const variance = this.groupMeans(tf.square(centred));
    const scale = tf.mul(tf.rsqrt(tf.add(variance, epsilon)), this.alongChannels(this.gamma));
    return tf.add(tf.mul(centred, scale), this.alongChannels(this.beta));
  }

  override getConfig() {
    return { ...super.getConfig(), groups: this.groups };
  }

  /**
   * [batch, height, width, channels] -> [batch, 1, 1, channels], each channel with its group's mean. Large tensors keep
   * their four axes, so that a runtime may hold channels first. Adding zeros repeats a mean for all members; tf.tile does
   * so too, but its gradient is a slice and an addition for each of them.
   */
  private groupMeans(x: Tensor): Tensor {
    const channels = x.shape[3]!;
    const members = channels / this.groups;
    const byGroup = tf.reshape(tf.mean(x, [1, 2]), [-1, this.groups, members]);
    const means = tf.add(tf.mean(byGroup, 2, true), tf.zeros([1, 1, members]));
    return tf.reshape(means, [-1, 1, 1, channels]);
  }

  private alongChannels(variable: LayerVariable): Tensor {
    return tf.reshape(variable.read(), [1, 1, 1, -1]);
  }
}
