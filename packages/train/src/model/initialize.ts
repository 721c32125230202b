import { RandomStream } from "@vaekit/infer";
import { tf } from "../tfjs.js";

/**
 * Glorot's uniform distribution for kernels, +-sqrt(6 / (inputs + outputs)) (Glorot & Bengio 2010); zeros for biases.
 * The numbers depend on the seed and the parameter's place alone, so every engine and machine starts alike.
 */
export function initialize(parameters: readonly { variable: tf.Variable }[], seed: number): void {
  const stream = new RandomStream(seed, "init");
  parameters.forEach(({ variable }, i) => {
    const { shape, size } = variable;
    const values = new Float32Array(size);
    if (shape.length >= 2) {
      const receptive = shape.slice(0, -2).reduce((product, n) => product * n, 1);
      const limit = Math.sqrt(6 / (receptive * (shape.at(-2)! + shape.at(-1)!)));
      stream.fork(i).uniform(values);
      for (let k = 0; k < size; k++) values[k] = (2 * values[k]! - 1) * limit;
    }
    tf.tidy(() => variable.assign(tf.tensor(values, shape)));
  });
}
