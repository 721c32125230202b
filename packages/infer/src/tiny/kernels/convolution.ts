import { expect } from "../errors.js";
import { product, type Tensor } from "../tensor.js";
import { input, number, numbers, word } from "./arguments.js";
import { biasOf } from "./gemm.js";
import { accumulate, collect, weightsOf, workFor } from "./products.js";
import type { Call, Kernel } from "./types.js";

type Pair = readonly [number, number];

interface Window {
  kernel: Pair;
  strides: Pair;
  dilations: Pair;
  /** Top, left, bottom, right. */
  pads: readonly number[];
}

function windowOf(call: Call, x: Tensor, w: Tensor): Window {
  expect(
    x.shape.length === 4 && w.shape.length === 4,
    `[${x.shape}] with weights [${w.shape}]: only pictures are supported`,
  );
  expect(number(call, "group", 1) === 1, "groups are not supported");
  const pair = (name: string, least: number): Pair => {
    const [a = 1, b = 1] = numbers(call, name, [1, 1]);
    expect(a >= least && b >= least, `${name} are [${a}, ${b}]`);
    return [a, b];
  };
  const window = {
    kernel: [w.shape[2]!, w.shape[3]!] as const,
    strides: pair("strides", 1),
    dilations: pair("dilations", 1),
  };
  const pads = padsOf(call, x, window);
  expect(pads.length === 4 && pads.every((n) => n >= 0), `pads are [${pads}]`);
  return { ...window, pads };
}

/** SAME: as many outputs as inputs by stride, an odd pad at the end or, LOWER, at the beginning. */
function padsOf(
  call: Call,
  x: Tensor,
  { kernel, strides, dilations }: Omit<Window, "pads">,
): readonly number[] {
  const auto = word(call, "auto_pad", "NOTSET");
  if (auto === "NOTSET") return numbers(call, "pads", [0, 0, 0, 0]);
  expect(auto.startsWith("SAME_"), `auto_pad ${auto} is not supported`);
  const totals = ([0, 1] as const).map((axis) => {
    const size = x.shape[axis + 2]!;
    const reach = (kernel[axis] - 1) * dilations[axis] + 1;
    return Math.max(0, (Math.ceil(size / strides[axis]) - 1) * strides[axis] + reach - size);
  });
  const first = totals.map(auto === "SAME_LOWER" ? (n) => Math.ceil(n / 2) : (n) => Math.floor(n / 2));
  return [...first, ...totals.map((total, axis) => total - first[axis]!)];
}

/**
 * Which place of the fine grid each tap of the window is at, for each place of the coarse one; -1: outside.
 * [coarse height * coarse width, kernel height * kernel width]
 */
function taps({ kernel, strides, dilations, pads }: Window, coarse: Pair, fine: Pair): Int32Array {
  const table = new Int32Array(product([...coarse, ...kernel]));
  let at = 0;
  for (let row = 0; row < coarse[0]; row++)
    for (let column = 0; column < coarse[1]; column++)
      for (let i = 0; i < kernel[0]; i++)
        for (let j = 0; j < kernel[1]; j++) {
          const y = row * strides[0] + i * dilations[0] - pads[0]!;
          const x = column * strides[1] + j * dilations[1] - pads[1]!;
          table[at++] = y >= 0 && y < fine[0] && x >= 0 && x < fine[1] ? y * fine[1] + x : -1;
        }
  return table;
}

/** x [batch, inputs, height, width], constant w [outputs, inputs, kernel, kernel], constant bias [outputs] */
export const conv: Kernel = (call) => {
  const [x, w] = [input(call, 0), input(call, 1)];
  const window = windowOf(call, x, w);
  const [batch = 0, channels = 0, height = 0, width = 0] = x.shape;
  const outputs = w.shape[0]!;
  expect(w.shape[1] === channels, `[${x.shape}] does not fit weights [${w.shape}]`);
  const sizeOf = (size: number, axis: 0 | 1) => {
    const reach = (window.kernel[axis] - 1) * window.dilations[axis] + 1;
    return (
      Math.floor((size + window.pads[axis]! + window.pads[axis + 2]! - reach) / window.strides[axis]) + 1
    );
  };
  const grid: Pair = [sizeOf(height, 0), sizeOf(width, 1)];
  expect(grid[0] > 0 && grid[1] > 0, `[${x.shape}] is smaller than its window`);
  const y = call.allocate("float32", [batch, outputs, ...grid]);
  const size = product(window.kernel);
  const rows = channels * size;
  const weights = weightsOf(w, "conv", [rows, outputs], (row, column) => w.data[column * rows + row]!);
  const bias = biasOf(call.inputs[2] ?? null, outputs);
  const work = workFor(weights);
  const seen = call.allocate("float32", [rows]).data;
  const places = product(grid);
  call.allocate("int32", [places * size]);
  const table = taps(window, grid, [height, width]);
  const run = () => {
    for (let n = 0; n < batch; n++)
      for (let place = 0; place < places; place++) {
        for (let channel = 0, at = 0; channel < channels; channel++) {
          const from = (n * channels + channel) * height * width;
          for (let t = 0; t < size; t++) {
            const tap = table[place * size + t]!;
            seen[at++] = tap < 0 ? 0 : x.data[from + tap]!;
          }
        }
        work.sums.set(bias);
        accumulate(weights, work, collect(seen, 0, 1, weights, work));
        for (let o = 0, to = n * outputs * places + place; o < outputs; o++, to += places)
          y.data[to] = work.sums[o]!;
      }
  };
  return { outputs: [y], run };
};

/** x [batch, inputs, height, width], constant w [inputs, outputs, kernel, kernel], constant bias [outputs] */
export const convTranspose: Kernel = (call) => {
  const [x, w] = [input(call, 0), input(call, 1)];
  const window = windowOf(call, x, w);
  const [batch = 0, channels = 0, height = 0, width = 0] = x.shape;
  const outputs = w.shape[1]!;
  expect(w.shape[0] === channels, `[${x.shape}] does not fit weights [${w.shape}]`);
  expect(!call.attributes.has("output_shape"), "output_shape is not supported");
  expect(word(call, "auto_pad", "NOTSET") === "NOTSET", "auto_pad is not supported");
  const more = numbers(call, "output_padding", [0, 0]);
  const sizeOf = (size: number, axis: 0 | 1) =>
    (size - 1) * window.strides[axis] +
    more[axis]! +
    (window.kernel[axis] - 1) * window.dilations[axis] +
    1 -
    window.pads[axis]! -
    window.pads[axis + 2]!;
  const grid: Pair = [sizeOf(height, 0), sizeOf(width, 1)];
  expect(grid[0] > 0 && grid[1] > 0, `[${x.shape}] gives no outputs`);
  const y = call.allocate("float32", [batch, outputs, ...grid]);
  const size = product(window.kernel);
  const columns = outputs * size;
  const weights = weightsOf(w, "conv", [channels, columns], (row, column) => w.data[row * columns + column]!);
  const bias = biasOf(call.inputs[2] ?? null, outputs);
  const work = workFor(weights);
  const [places, area] = [height * width, product(grid)];
  call.allocate("int32", [places * size]);
  const table = taps(window, [height, width], grid);
  const run = () => {
    for (let n = 0; n < batch; n++) {
      const to = n * outputs * area;
      for (let o = 0; o < outputs; o++) y.data.fill(bias[o]!, to + o * area, to + (o + 1) * area);
      for (let place = 0; place < places; place++) {
        work.sums.fill(0);
        accumulate(weights, work, collect(x.data, n * channels * places + place, places, weights, work));
        for (let t = 0; t < size; t++) {
          const tap = table[place * size + t]!;
          if (tap < 0) continue;
          for (let o = 0, i = to + tap, j = t; o < outputs; o++, i += area, j += size)
            y.data[i] = y.data[i]! + work.sums[j]!;
        }
      }
    }
  };
  return { outputs: [y], run };
};
