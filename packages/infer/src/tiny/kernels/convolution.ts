import { expect } from "../errors.js";
import { mostRows } from "../products.js";
import { product } from "../tensor.js";
import { input, number, numbers, word } from "./arguments.js";
import { biasOf } from "./gemm.js";
import type { Call, Kernel } from "./types.js";

/** What both have in common; w: [outputs, inputs, kernel, kernel], or of a transposed one [inputs, outputs, ...]. */
function parts(call: Call, turned: boolean) {
  const [x, w] = [input(call, 0), input(call, 1)];
  const [batch = 0, channels = 0, height = 0, width = 0] = x.shape;
  const [outputs = 0, inputs = 0] = turned ? [w.shape[1], w.shape[0]] : w.shape;
  const kernel = w.shape.slice(2);
  const [strides, dilations, more] = ["strides", "dilations", "output_padding"].map((name, i) =>
    numbers(call, name, i < 2 ? [1, 1] : [0, 0]),
  );
  const reach = kernel.map((size, axis) => (size - 1) * dilations![axis]! + 1);
  const pad = word(call, "auto_pad", "NOTSET");
  const same = pad === "SAME_UPPER" && !turned;
  // SAME_UPPER: as many outputs as strides fit, and the odd pixel behind.
  const pads = numbers(call, "pads", [0, 0, 0, 0]).map((given, i) => {
    const [size, stride] = [x.shape[2 + (i % 2)]!, strides![i % 2]!];
    return same ? (Math.max(0, reach[i % 2]! - (size % stride || stride)) + (i >> 1)) >> 1 : given;
  });
  const supported =
    x.shape.length === 4 &&
    w.shape.length === 4 &&
    inputs === channels &&
    Math.min(...strides!, ...dilations!) > 0 &&
    Math.min(...pads) >= 0 &&
    (same || pad === "NOTSET") &&
    number(call, "group", 1) === 1 &&
    !call.attributes.has("output_shape");
  const settings = [...call.attributes].join("; ");
  expect(supported, `[${x.shape}] with weights [${w.shape}] and ${settings} is not supported`);
  const grid = [height, width].map((size, axis) => {
    const padded = pads[axis]! + pads[axis + 2]!;
    if (turned) return (size - 1) * strides![axis]! + more![axis]! + reach[axis]! - padded;
    return Math.floor((size + padded - reach[axis]!) / strides![axis]!) + 1;
  });
  expect(Math.min(...grid) > 0, `[${x.shape}] gives no outputs`);
  const fine = turned ? grid : [height, width];
  const coarse = turned ? [height, width] : grid;
  const [size, places] = [product(kernel), product(coarse)];
  call.allocate("int32", [places * size]);
  /** Which place of the fine grid each tap of the window is at, for each place of the coarse one: [places, size]. */
  const taps = (outside: number) => {
    const table = new Int32Array(places * size);
    let at = 0;
    for (let place = 0; place < places; place++)
      for (let tap = 0; tap < size; tap++) {
        const along = (axis: 0 | 1, coarsePlace: number, step: number) =>
          coarsePlace * strides![axis]! + step * dilations![axis]! - pads[axis]!;
        const y = along(0, Math.floor(place / coarse[1]!), Math.floor(tap / kernel[1]!));
        const x = along(1, place % coarse[1]!, tap % kernel[1]!);
        table[at++] = y >= 0 && y < fine[0]! && x >= 0 && x < fine[1]! ? y * fine[1]! + x : outside;
      }
    return table;
  };
  const bias = biasOf(call.inputs[2] ?? null, outputs);
  return { x, w, batch, channels, outputs, grid, size, places, area: product(fine), taps, bias };
}

/** x [batch, inputs, height, width], stored w [outputs, inputs, kernel, kernel], stored bias [outputs] */
export const conv: Kernel = (call) => {
  const { x, w, batch, channels, outputs, grid, size, places, area, taps, bias } = parts(call, false);
  const rows = channels * size;
  const { data } = w;
  const weights = call.product(rows, outputs, (row, column) => data[column * rows + row]!, bias);
  const y = call.allocate("float32", [batch, outputs, ...grid]);
  const seen = call.allocate("float32", [mostRows, rows]).data;
  const table = taps(-1);
  const run = () => {
    for (let n = 0; n < batch; n++)
      for (let first = 0; first < places; first += mostRows) {
        const count = Math.min(mostRows, places - first);
        let at = 0;
        for (let place = first; place < first + count; place++)
          for (let channel = 0; channel < channels; channel++)
            for (let t = place * size; t < (place + 1) * size; t++) {
              const tap = table[t]!;
              seen[at++] = tap < 0 ? 0 : x.data[(n * channels + channel) * area + tap]!;
            }
        weights.put(seen, 0, at);
        const sums = weights.sums(0, rows, 1, count);
        for (let o = 0; o < outputs; o++) {
          const to = (n * outputs + o) * places + first;
          for (let i = 0; i < count; i++) y.data[to + i] = sums[i * weights.width + o]!;
        }
      }
  };
  return { outputs: [y], run };
};

/** x [batch, inputs, height, width], stored w [inputs, outputs, kernel, kernel], stored bias [outputs] */
export const convTranspose: Kernel = (call) => {
  const { x, w, batch, channels, outputs, grid, size, places, area, taps, bias } = parts(call, true);
  // What is outside goes to a place after the last.
  const table = taps(area);
  const padded = 4 * Math.ceil(outputs / 4);
  const { data } = w;
  const weights = call.product(
    channels,
    size * padded,
    (row, column) => {
      const [tap, o] = [Math.floor(column / padded), column % padded];
      return o < outputs ? data[(row * outputs + o) * size + tap]! : 0;
    },
    () => 0,
  );
  const y = call.allocate("float32", [batch, outputs, ...grid]);
  const run = () => {
    for (let n = 0; n < batch; n++) {
      weights.put(x.data, n * channels * places, (n + 1) * channels * places);
      const canvas = weights.canvas(table, size, area + 1, padded);
      for (let first = 0; first < places; first += mostRows) {
        const count = Math.min(mostRows, places - first);
        weights.sums(first, 1, places, count);
        weights.scatter(first, count);
      }
      let to = n * outputs * area;
      for (let o = 0; o < outputs; o++) {
        const start = bias(o);
        for (let at = o; at < area * padded; at += padded) y.data[to++] = canvas[at]! + start;
      }
    }
  };
  return { outputs: [y], run };
};
