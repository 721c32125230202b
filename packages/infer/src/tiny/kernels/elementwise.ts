import { expect } from "../errors.js";
import { type Element, indices, strides, type Tensor } from "../tensor.js";
import { input } from "./arguments.js";
import type { Call, Kernel } from "./types.js";

type Make = (call: Call) => (a: number, b: number, c: number) => number;

/** y[i] = f(a[i], b[i], c[i]) of the first `count` inputs, with ONNX's broadcasting; f may follow from the attributes. */
const elementwise =
  (count: number, make: Make, dtype?: Element): Kernel =>
  (call) => {
    const given = Array.from({ length: count }, (_, i) => input(call, i));
    expect(count === 1 || call.inputs.length === count, `it takes ${count} inputs`);
    const shape = broadcast(given.map((tensor) => tensor.shape));
    const y = call.allocate(dtype ?? given.at(-1)!.dtype, shape);
    const f = make(call);
    const [a, b = a, c = a] = given.map((tensor) => ({ tensor, at: places(tensor, shape) }));
    const run = () => {
      const to = y.data;
      const [{ data: from }, { data: second }, { data: third }] = [a!.tensor, b!.tensor, c!.tensor];
      const [ia, ib, ic] = [a!.at, b!.at, c!.at];
      const value = second[0]!;
      // What most nodes are, in a third of the time.
      if (!ia && (count === 1 || (count === 2 && second.length === 1)))
        for (let i = 0; i < to.length; i++) to[i] = f(from[i]!, value, value);
      else
        for (let i = 0; i < to.length; i++)
          to[i] = f(from[ia ? ia[i]! : i]!, second[ib ? ib[i]! : i]!, third[ic ? ic[i]! : i]!);
    };
    return { outputs: [y], run };
  };

export const unary = (f: (x: number) => number, dtype?: Element) => elementwise(1, () => f, dtype);
/** A function that is made of the node's attributes. */
export const unaryOf = (make: (call: Call) => (x: number) => number) => elementwise(1, make);
export const binary = (f: (a: number, b: number) => number, dtype?: Element) =>
  elementwise(2, () => f, dtype);
/** condition, a, b -> a where the condition holds, b elsewhere */
export const where = elementwise(3, () => (condition, a, b) => (condition ? a : b));

/** The shape that all of these widen to. @throws TinyError when there is none */
export function broadcast(shapes: readonly (readonly number[])[]): number[] {
  const rank = Math.max(...shapes.map((shape) => shape.length));
  return Array.from({ length: rank }, (_, axis) => {
    const sizes = shapes.map((shape) => shape[axis - rank + shape.length] ?? 1);
    const size = sizes.find((n) => n !== 1) ?? 1;
    expect(
      sizes.every((n) => n === 1 || n === size),
      "shapes do not fit each other",
    );
    return size;
  });
}

/** Where each element of the wider shape comes from; null: from the same place. */
function places({ shape: own }: Tensor, shape: readonly number[]): Int32Array | null {
  return `${own}` === `${shape}` ? null : indices(shape, spread(own, shape));
}

/** Strides of a tensor as one of the wider shape. */
export function spread(own: readonly number[], shape: readonly number[]): number[] {
  const ahead = shape.length - own.length;
  return shape.map((_, axis) => ((own[axis - ahead] ?? 1) === 1 ? 0 : strides(own)[axis - ahead]!));
}
