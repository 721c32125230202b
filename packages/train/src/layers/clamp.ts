import type { Tensor } from "@tensorflow/tfjs-core";
import { layers, tf } from "../tfjs.js";

export interface Range {
  min: number;
  max: number;
}

/** min(max(x, min), max), PyTorch's Hardtanh: outside the range the gradient is zero. Any shape. */
export class Clamp extends layers.layers.Layer {
  static readonly className = "Clamp";
  private readonly range: Range;

  constructor({ min, max, name }: Range & { name: string }) {
    super({ name });
    this.range = { min, max };
  }

  override call(inputs: Tensor | Tensor[]): Tensor {
    const x = Array.isArray(inputs) ? inputs[0]! : inputs;
    return tf.clipByValue(x, this.range.min, this.range.max);
  }

  override getConfig() {
    return { ...super.getConfig(), ...this.range };
  }
}
