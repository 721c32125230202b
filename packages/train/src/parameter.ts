import type { tf } from "./tfjs.js";

/** A variable of a model, under a name that is the same in every process. */
export interface Parameter {
  /** `encoder/hidden_1/kernel` */
  name: string;
  variable: tf.Variable;
}
