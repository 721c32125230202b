import type { MakeProduct } from "../products.js";
import type { Attribute } from "../read-model.js";
import type { Element, Tensor } from "../tensor.js";

/** One node of a plan, whose inputs have their shapes. */
export interface Call {
  /** null for an optional input that is left out. */
  inputs: readonly (Tensor | null)[];
  /** How many outputs the node names. */
  outputs: number;
  attributes: ReadonlyMap<string, Attribute>;
  /** A buffer of the plan's for an output, or for something the kernel needs while it runs. */
  allocate(dtype: Element, shape: readonly number[]): Tensor;
  /**
   * Products with the node's weights, arranged once for all plans.
   * @throws TinyError unless all inputs but the first are stored in the model
   */
  product: MakeProduct;
}

export interface Step {
  outputs: readonly Tensor[];
  /** Fill the outputs; null where they share an input's elements, or follow from shapes alone. */
  run: (() => void) | null;
}

/** Decide on an operator's outputs, and say how they are filled. @throws TinyError for what it cannot do */
export type Kernel = (call: Call) => Step;
