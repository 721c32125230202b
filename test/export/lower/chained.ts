import { tf } from "@vaekit/train";

/** tfjs's gradients of Prod and GatherV2 call these as methods, which tfjs-core alone does not give its tensors. */
const chained = { reshape: tf.reshape, slice: tf.slice, split: tf.split };

for (const [name, op] of Object.entries(chained)) {
  Object.defineProperty(tf.Tensor.prototype, name, {
    configurable: true,
    value(this: tf.Tensor, ...args: unknown[]) {
      return (op as (x: tf.Tensor, ...args: unknown[]) => unknown)(this, ...args);
    },
  });
}
