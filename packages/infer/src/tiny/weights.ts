import { expect } from "./errors.js";
import type { MakeProduct, Product } from "./products.js";
import type { Model, Node } from "./read-model.js";
import type { Tensor } from "./tensor.js";

/** Weights that were arranged for products, by the node that they are of. */
export class Weights {
  private readonly made = new Map<Node, Product>();

  constructor(private readonly make: MakeProduct) {}

  /** Products of a node whose inputs but the first are stored. @throws TinyError where they are not, or are not finite */
  of(node: Node, stored: ReadonlyMap<string, Tensor>): MakeProduct {
    return (rows, columns, weight, bias) => {
      const known = node.inputs.slice(1).every((name) => !name || stored.get(name)?.dtype === "float32");
      expect(known, "its weights must be stored, as float32");
      expect(rows > 0 && columns > 0, `its weights have no elements`);
      const product = this.made.get(node) ?? this.make(rows, columns, finite(weight), finite(bias));
      this.made.set(node, product);
      return product;
    };
  }

  /** The model without the elements that were arranged, and those that nothing reads: they need not be held twice. */
  without(model: Model): Model {
    const initializers = new Map(model.initializers);
    for (const [name, tensor] of initializers) {
      const needed =
        model.outputs.some((output) => output.name === name) ||
        model.nodes.some((node) =>
          node.inputs.some((input, i) => input === name && !(i === 1 && this.made.has(node))),
        );
      if (!needed) initializers.set(name, { ...tensor, data: new Float32Array() });
    }
    return { ...model, initializers };
  }
}

function finite<A extends number[]>(of: (...at: A) => number): (...at: A) => number {
  return (...at) => {
    const value = of(...at);
    expect(Number.isFinite(value), "a weight is not finite");
    return value;
  };
}
