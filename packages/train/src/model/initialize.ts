import { RandomStream } from "@vaekit/infer";
import { tf } from "../tfjs.js";

/**
 * How kernels begin, by the number of inputs and outputs of each unit:
 * glorot: uniform in +-sqrt(6 / (inputs + outputs)) (Glorot & Bengio 2010), Keras's default.
 * he: normal with deviation sqrt(2 / inputs) (He et al. 2015).
 * own: as the model made them.
 */
export type Initialization = "glorot" | "he" | "own";

interface Fans {
  inputs: number;
  outputs: number;
}

const draws: Record<
  Exclude<Initialization, "own">,
  (stream: RandomStream, into: Float32Array, f: Fans) => void
> = {
  glorot(stream, into, { inputs, outputs }) {
    const limit = Math.sqrt(6 / (inputs + outputs));
    stream.uniform(into);
    for (let k = 0; k < into.length; k++) into[k] = (2 * into[k]! - 1) * limit;
  },
  he(stream, into, { inputs }) {
    const deviation = Math.sqrt(2 / inputs);
    stream.normal(into);
    for (let k = 0; k < into.length; k++) into[k]! *= deviation;
  },
};

/**
 * Draw kernels, which are the variables of two axes or more, the last two being inputs and outputs. The others keep what
 * their layer began with: zeros for biases, ones for the scales of normalisations.
 * The numbers depend on the seed and the parameter's place alone, so every engine and machine starts alike.
 */
export function initialize(
  parameters: readonly { variable: tf.Variable }[],
  seed: number,
  initialization: Initialization = "glorot",
): void {
  if (initialization === "own") return;
  const stream = new RandomStream(seed, "init");
  parameters.forEach(({ variable }, i) => {
    const { shape, size } = variable;
    if (shape.length < 2) return;
    const values = new Float32Array(size);
    const receptive = shape.slice(0, -2).reduce((product, n) => product * n, 1);
    const fans = { inputs: receptive * shape.at(-2)!, outputs: receptive * shape.at(-1)! };
    draws[initialization](stream.fork(i), values, fans);
    tf.tidy(() => variable.assign(tf.tensor(values, shape)));
  });
}
