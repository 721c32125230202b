import type { Tensor, Tensor2D } from "@tensorflow/tfjs-core";
import type { LayerVariable } from "@tensorflow/tfjs-layers";
import { layers, tf } from "../tfjs.js";

type Shape = (number | null)[];

/**
 * x [batch, inputs] -> (x W + b) * sigmoid(x V + c) [batch, units]: a linear map, each of its outputs gated by another
 * (Dauphin et al. 2017; the dense layer of Tomczak & Welling 2018). Weights: kernel W, bias b, gate_kernel V, gate_bias c.
 */
export class GatedDense extends layers.layers.Layer {
  static readonly className = "GatedDense";
  private readonly units: number;
  private maps: readonly (readonly [LayerVariable, LayerVariable])[] = [];

  constructor({ units, name }: { units: number; name: string }) {
    super({ name });
    this.units = units;
  }

  override build(inputShape: Shape | Shape[]): void {
    const inputs = (inputShape as Shape).at(-1)!;
    this.maps = ["", "gate_"].map((prefix) => [
      this.addWeight(`${prefix}kernel`, [inputs, this.units], "float32", layers.initializers.zeros()),
      this.addWeight(`${prefix}bias`, [this.units], "float32", layers.initializers.zeros()),
    ]);
    this.built = true;
  }

  override computeOutputShape(inputShape: Shape | Shape[]): Shape {
    return [...(inputShape as Shape).slice(0, -1), this.units];
  }

  override call(inputs: Tensor | Tensor[]): Tensor {
    const x = (Array.isArray(inputs) ? inputs[0]! : inputs) as Tensor2D;
    const [linear, gate] = this.maps.map(([kernel, bias]) =>
      tf.add(tf.matMul(x, kernel.read() as Tensor2D), bias.read()),
    );
    return tf.mul(linear!, tf.sigmoid(gate!));
  }

  override getConfig() {
    return { ...super.getConfig(), units: this.units };
  }
}
