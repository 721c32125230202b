import { type Optimizer, tf } from "@vaekit/train";

interface Steps {
  start: Float32Array;
  /** Of each step. */
  gradients: readonly Float32Array[];
  /** step: counted from 0 */
  learningRates: (step: number) => number;
  parameter?: string;
}

/** A weight after each step of an optimizer, on tfjs's cpu backend. */
export function weightsAfter(
  { slots: names, scalars, update }: Optimizer,
  { start, gradients, learningRates, parameter = "encoder/hidden_1/kernel" }: Steps,
): Float32Array[] {
  const data = (tensor: tf.Tensor) => (tensor.dataSync() as Float32Array).slice();
  const tensors = (values: Record<string, Float32Array>) =>
    Object.fromEntries(Object.entries(values).map(([name, value]) => [name, tf.tensor1d(value)]));
  let weight = start;
  let slots = Object.fromEntries(names.map((name) => [name, new Float32Array(start.length)]));
  return gradients.map((gradient, step) =>
    tf.tidy(() => {
      const values = Object.entries(scalars(learningRates(step), step + 1));
      const next = update(
        tf.tensor1d(weight),
        tf.tensor1d(gradient),
        tensors(slots),
        Object.fromEntries(values.map(([name, value]) => [name, tf.scalar(value)])),
        parameter,
      );
      weight = data(next.weight);
      slots = Object.fromEntries(Object.entries(next.slots).map(([name, tensor]) => [name, data(tensor)]));
      return weight;
    }),
  );
}
