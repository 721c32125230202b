import { expect } from "../errors.js";
import { indices, product, strides, type Tensor } from "../tensor.js";
import { axisOf, input, known, number, numbers } from "./arguments.js";
import { broadcast, spread } from "./elementwise.js";
import type { Call, Kernel } from "./types.js";

/** The same elements under another shape. */
function view(x: Tensor, shape: readonly number[]) {
  expect(product(shape) === x.data.length, `[${x.shape}] is not [${shape}]`);
  return { outputs: [{ ...x, shape }], run: null };
}

export const reshape: Kernel = (call) => {
  const x = input(call, 0);
  const asked = known(call, 1);
  expect(asked, "shape is missing");
  const shape = asked.map((size, axis) => (size === 0 ? (x.shape[axis] ?? 0) : size));
  const rest = product(shape.filter((size) => size !== -1));
  return view(
    x,
    shape.map((size) => (size === -1 ? x.data.length / rest : size)),
  );
};

/** The sizes of x, known before the model runs. */
export const shape: Kernel = (call) => {
  const { shape } = input(call, 0);
  const sizes = shape.slice(number(call, "start", 0), number(call, "end", shape.length));
  return {
    outputs: [{ dtype: "int64", shape: [sizes.length], data: Float64Array.from(sizes), constant: true }],
    run: null,
  };
};

export const expand: Kernel = (call) => {
  const x = input(call, 0);
  const shape = broadcast([x.shape, known(call, 1) ?? []]);
  return pick(call, x, shape, spread(x.shape, shape));
};

/** Elements of x in another order: output i is x[start + its coordinates times steps]. */
function pick(call: Call, x: Tensor, shape: readonly number[], steps: readonly number[], start = 0) {
  const y = call.allocate(x.dtype, shape);
  const table = indices(shape, steps, start);
  const run = () => {
    for (let i = 0; i < table.length; i++) y.data[i] = x.data[table[i]!]!;
  };
  return { outputs: [y], run };
}

export const transpose: Kernel = (call) => {
  const x = input(call, 0);
  const axes = [...x.shape.keys()];
  const order = numbers(call, "perm", axes.toReversed());
  expect(`${order.toSorted((a, b) => a - b)}` === `${axes}`, `perm is [${order}]`);
  const steps = strides(x.shape);
  const shape = order.map((axis) => x.shape[axis]!);
  const turned = order.map((axis) => steps[axis]!);
  return pick(call, x, shape, turned);
};

export const slice: Kernel = (call) => {
  const x = input(call, 0);
  const [starts, ends, axes, jumps] = [known(call, 1), known(call, 2), known(call, 3), known(call, 4)];
  expect(starts && ends && starts.length === ends.length, "starts and ends do not fit each other");
  const [sizes, steps] = [[...x.shape], strides(x.shape)];
  let first = 0;
  starts.forEach((asked, i) => {
    const axis = axisOf(axes?.[i] ?? i, x.shape.length);
    const [size, jump] = [x.shape[axis]!, jumps?.[i] ?? 1];
    expect(jump > 0, `a step is ${jump}`);
    const within = (n: number) => Math.min(size, Math.max(0, n < 0 ? n + size : n));
    const start = within(asked);
    sizes[axis] = Math.max(0, Math.ceil((within(ends[i]!) - start) / jump));
    first += start * steps[axis]!;
    steps[axis] = steps[axis]! * jump;
  });
  return pick(call, x, sizes, steps, first);
};

export const split: Kernel = (call) => {
  const x = input(call, 0);
  const axis = axisOf(number(call, "axis", 0), x.shape.length);
  const size = x.shape[axis]!;
  const sizes = known(call, 1) ?? [];
  expect(
    sizes.every((n) => n >= 0) && sizes.reduce((a, b) => a + b, 0) === size && sizes.length === call.outputs,
    `[${sizes}] do not fit [${x.shape}]`,
  );
  const steps = strides(x.shape);
  let start = 0;
  const parts = sizes.map((length) => {
    const shape = x.shape.with(axis, length);
    const part = pick(call, x, shape, steps, start * steps[axis]!);
    start += length;
    return part;
  });
  return {
    outputs: parts.flatMap(({ outputs }) => outputs),
    run: () => parts.forEach(({ run }) => void run()),
  };
};

export const concat: Kernel = (call) => {
  const parts = call.inputs.map((_, i) => input(call, i));
  const [first] = parts;
  expect(first, "input 0 is missing");
  const axis = axisOf(number(call, "axis", 0), first.shape.length);
  const shape = first.shape.with(
    axis,
    parts.reduce((sum, part) => sum + (part.shape[axis] ?? 0), 0),
  );
  const fits = parts.every((part) => `${part.shape.with(axis, 0)}` === `${shape.with(axis, 0)}`);
  expect(fits, "shapes do not fit each other");
  const y = call.allocate(first.dtype, shape);
  const outer = product(shape.slice(0, axis));
  const run = () => {
    let to = 0;
    for (let i = 0; i < outer; i++)
      for (const { data } of parts) {
        const length = data.length / outer;
        for (let k = 0; k < length; k++) y.data[to++] = data[i * length + k]!;
      }
  };
  return { outputs: [y], run };
};

/** Rows of x, by their numbers. */
export const gather: Kernel = (call) => {
  const [x, index] = [input(call, 0), input(call, 1)];
  const [rows = 0, ...rest] = x.shape;
  expect(number(call, "axis", 0) === 0, "axis is not supported");
  const y = call.allocate(x.dtype, [...index.shape, ...rest]);
  const size = product(rest);
  const run = () => {
    for (const [i, at] of index.data.entries()) {
      const row = at < 0 ? at + rows : at;
      expect(Number.isInteger(row) && row >= 0 && row < rows, `there is no row ${at}`);
      y.data.set(x.data.subarray(row * size, (row + 1) * size), i * size);
    }
  };
  return { outputs: [y], run };
};
