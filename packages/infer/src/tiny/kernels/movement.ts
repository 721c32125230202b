import { expect } from "../errors.js";
import { indices, product, strides, type Tensor } from "../tensor.js";
import { axisOf, input, known, number, numbers, word } from "./arguments.js";
import type { Call, Kernel } from "./types.js";

/** The same elements under another shape. */
function view(x: Tensor, shape: readonly number[]) {
  expect(product(shape) === x.data.length, `[${x.shape}] cannot become [${shape}]`);
  return { outputs: [{ ...x, shape }], run: null };
}

export const identity: Kernel = (call) => view(input(call, 0), input(call, 0).shape);

export const reshape: Kernel = (call) => {
  const x = input(call, 0);
  const asked = known(call, 1);
  expect(asked, "there is no shape");
  const zero = number(call, "allowzero", 0) !== 0;
  const shape = asked.map((size, axis) => (size === 0 && !zero ? (x.shape[axis] ?? 0) : size));
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

/** Elements of x in another order: output i is x[start + its coordinates times steps]. */
function gather(call: Call, x: Tensor, shape: readonly number[], steps: readonly number[], start = 0) {
  const y = call.allocate(x.dtype, shape);
  const table = indices(shape, steps, start);
  const run = () => {
    for (let i = 0; i < table.length; i++) y.data[i] = x.data[table[i]!]!;
  };
  return { outputs: [y], run };
}

export const transpose: Kernel = (call) => {
  const x = input(call, 0);
  const rank = x.shape.length;
  const order = numbers(
    call,
    "perm",
    x.shape.map((_, axis) => rank - 1 - axis),
  );
  expect(
    order.length === rank && new Set(order.map((axis) => axisOf(axis, rank))).size === rank,
    `perm is [${order}]`,
  );
  const steps = strides(x.shape);
  return gather(
    call,
    x,
    order.map((axis) => x.shape[axis]!),
    order.map((axis) => steps[axis]!),
  );
};

export const slice: Kernel = (call) => {
  const x = input(call, 0);
  const [starts, ends, axes, jumps] = [known(call, 1), known(call, 2), known(call, 3), known(call, 4)];
  expect(starts && ends && starts.length === ends.length, "starts and ends are not of one length");
  const [sizes, steps] = [[...x.shape], strides(x.shape)];
  let first = 0;
  starts.forEach((asked, i) => {
    const axis = axisOf(axes?.[i] ?? i, x.shape.length);
    const [size, jump] = [x.shape[axis]!, jumps?.[i] ?? 1];
    expect(jump > 0, `a step is ${jump}; here they must be above 0`);
    const within = (n: number) => Math.min(size, Math.max(0, n < 0 ? n + size : n));
    const start = within(asked);
    sizes[axis] = Math.max(0, Math.ceil((within(ends[i]!) - start) / jump));
    first += start * steps[axis]!;
    steps[axis] = steps[axis]! * jump;
  });
  return gather(call, x, sizes, steps, first);
};

export const split: Kernel = (call) => {
  const x = input(call, 0);
  const axis = axisOf(number(call, "axis", 0), x.shape.length);
  const size = x.shape[axis]!;
  const each = Math.ceil(size / call.outputs);
  const sizes =
    known(call, 1) ??
    Array.from({ length: call.outputs }, (_, i) => Math.max(0, Math.min(each, size - i * each)));
  expect(
    sizes.every((n) => n >= 0) && sizes.reduce((a, b) => a + b, 0) === size && sizes.length === call.outputs,
    `[${sizes}] do not add up to ${size}`,
  );
  const steps = strides(x.shape);
  let start = 0;
  const parts = sizes.map((length) => {
    const part = gather(call, x, x.shape.with(axis, length), steps, start * steps[axis]!);
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
  expect(first, "it has no inputs");
  const axis = axisOf(number(call, "axis", 0), first.shape.length);
  const shape = first.shape.with(
    axis,
    parts.reduce((sum, part) => sum + (part.shape[axis] ?? 0), 0),
  );
  for (const part of parts)
    expect(
      `${part.shape.with(axis, 0)}` === `${shape.with(axis, 0)}`,
      `[${part.shape}] does not fit [${shape}]`,
    );
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

/** Nearest neighbours, by whole factors. */
export const resize: Kernel = (call) => {
  const x = input(call, 0);
  const [scales, sizes] = [known(call, 2), known(call, 3)];
  const factors = scales?.length ? scales : sizes?.map((size, axis) => size / x.shape[axis]!);
  expect(
    factors?.length === x.shape.length && factors.every((n) => Number.isInteger(n) && n > 0),
    `its factors are [${factors}]; here they must be whole`,
  );
  const [mode, transform, nearest] = [
    word(call, "mode", "nearest"),
    word(call, "coordinate_transformation_mode", "half_pixel"),
    word(call, "nearest_mode", "round_prefer_floor"),
  ];
  const same =
    transform === "asymmetric"
      ? nearest === "floor"
      : transform === "half_pixel" && nearest.startsWith("round");
  expect(
    mode === "nearest" && same && !call.attributes.has("axes"),
    `${mode} with ${transform} and ${nearest} is not supported`,
  );
  const steps = strides(x.shape);
  const doubled = x.shape.flatMap((size, axis) => [size, factors[axis]!]);
  const { outputs, run } = gather(
    call,
    x,
    doubled,
    steps.flatMap((step) => [step, 0]),
  );
  return { outputs: [{ ...outputs[0]!, shape: x.shape.map((size, axis) => size * factors[axis]!) }], run };
};
