import { expect } from "../errors.js";
import { type Element, indices, strides, type Tensor } from "../tensor.js";
import { input } from "./arguments.js";
import type { Call, Kernel, Step } from "./types.js";

/** y[i] = f(x[i]) for a function that is made of the node's attributes. */
export const unary =
  (make: (call: Call) => (x: number) => number, dtype?: Element): Kernel =>
  (call) => {
    const x = input(call, 0);
    const y = call.allocate(dtype ?? x.dtype, x.shape);
    const f = make(call);
    return {
      outputs: [y],
      run: () => {
        const [from, to] = [x.data, y.data];
        for (let i = 0; i < to.length; i++) to[i] = f(from[i]!);
      },
    };
  };

/** y[i] = f(a[i], b[i]) with ONNX's broadcasting; more inputs than two are taken one after another. */
export const binary =
  (f: (a: number, b: number) => number, dtype?: Element): Kernel =>
  (call) => {
    let result = input(call, 0);
    const runs: (() => void)[] = [];
    for (let i = 1; i < call.inputs.length; i++) {
      const step = pair(call, result, input(call, i), f, dtype);
      runs.push(step.run!);
      result = step.outputs[0]!;
    }
    return { outputs: [result], run: () => runs.forEach((run) => void run()) };
  };

function pair(call: Call, a: Tensor, b: Tensor, f: (a: number, b: number) => number, dtype?: Element): Step {
  const shape = broadcast([a.shape, b.shape]);
  const y = call.allocate(dtype ?? a.dtype, shape);
  const [ia, ib] = [places(a, shape), places(b, shape)];
  const run = () => {
    const [from, other, to] = [a.data, b.data, y.data];
    if (!ia && !ib) for (let i = 0; i < to.length; i++) to[i] = f(from[i]!, other[i]!);
    else for (let i = 0; i < to.length; i++) to[i] = f(from[ia ? ia[i]! : i]!, other[ib ? ib[i]! : i]!);
  };
  return { outputs: [y], run };
}

/** condition, a, b -> a where the condition holds, b elsewhere */
export const where: Kernel = (call) => {
  const [condition, a, b] = [input(call, 0), input(call, 1), input(call, 2)];
  const shape = broadcast([condition.shape, a.shape, b.shape]);
  const y = call.allocate(a.dtype, shape);
  const [ic, ia, ib] = [places(condition, shape), places(a, shape), places(b, shape)];
  const run = () => {
    for (let i = 0; i < y.data.length; i++) {
      y.data[i] = condition.data[ic ? ic[i]! : i] ? a.data[ia ? ia[i]! : i]! : b.data[ib ? ib[i]! : i]!;
    }
  };
  return { outputs: [y], run };
};

export const expand: Kernel = (call) => {
  const x = input(call, 0);
  const given = call.inputs[1];
  expect(given?.constant, "the shape is computed; here it must be a constant");
  const shape = broadcast([x.shape, Array.from(given.data)]);
  const y = call.allocate(x.dtype, shape);
  const at = places(x, shape);
  const run = () => {
    for (let i = 0; i < y.data.length; i++) y.data[i] = x.data[at ? at[i]! : i]!;
  };
  return { outputs: [y], run };
};

/** The shape that all of these widen to. @throws TinyError when there is none */
function broadcast(shapes: readonly (readonly number[])[]): number[] {
  const rank = Math.max(...shapes.map((shape) => shape.length));
  return Array.from({ length: rank }, (_, axis) => {
    const sizes = shapes.map((shape) => shape[axis - rank + shape.length] ?? 1);
    const size = sizes.find((n) => n !== 1) ?? 1;
    expect(
      sizes.every((n) => n === 1 || n === size),
      `shapes do not fit each other: ${shapes.map((shape) => `[${shape}]`).join(", ")}`,
    );
    return size;
  });
}

/** Where each element of the wider shape comes from; null: from the same place. */
function places(x: Tensor, shape: readonly number[]): Int32Array | null {
  if (`${x.shape}` === `${shape}`) return null;
  const own = strides(x.shape);
  const ahead = shape.length - x.shape.length;
  const steps = shape.map((_, axis) => ((x.shape[axis - ahead] ?? 1) === 1 ? 0 : own[axis - ahead]!));
  return indices(shape, steps);
}
