import { Graph, optimize, trace } from "@vaekit/export";
import { createInPlaceSession } from "@vaekit/infer";
import { tf } from "@vaekit/train";
import { inTurns, runner } from "../support/sides.mjs";
import { printTable } from "../support/table.mjs";

/** The second convolution of a conv VAE's training step: [128, 14, 14, 32] -> [128, 7, 7, 64], 3x3, stride 2, "same". */
const [batch, size, out, channels, results] = [128, 14, 7, 32, 64];
const [rows, wide] = [batch * out * out, 9 * channels];
const inputs = {
  x: [batch, size, size, channels],
  w: [3, 3, channels, results],
  dy: [batch, out, out, results],
};

const transpose = (g, x, ...perm) => g.op("Transpose", [x], { attributes: { perm } });
const reshape = (g, x, ...shape) => g.op("Reshape", [x, g.ints(shape)]);
const pad = (g, x, pads) => g.op("Pad", [x, g.ints(pads), g.scalar(0)]);
const concat = (g, parts, axis) => g.op("Concat", parts, { attributes: { axis } });
const gemm = (g, a, b, attributes = {}) => g.op("Gemm", [a, b], { attributes });

const sum = (g, x, axes) => g.op("ReduceSum", [x, g.ints(axes)], { attributes: { keepdims: 0 } });

/** What the window sees, [places, taps * channels], by one Gather as in lower/taps.ts. */
function gathered(g, x) {
  const places = Array.from({ length: out * out }, (_, i) => [2 * Math.floor(i / out), 2 * (i % out)]);
  const at = places.flatMap(([row, column]) =>
    Array.from({ length: 9 }, (_, tap) => (row + Math.floor(tap / 3)) * (size + 1) + column + (tap % 3)),
  );
  const pixels = reshape(g, pad(g, x, [0, 0, 0, 0, 0, 1, 1, 0]), batch, (size + 1) ** 2, channels);
  const picked = g.op("Gather", [pixels, g.ints(at)], { attributes: { axis: 1 } });
  return reshape(g, picked, rows, wide);
}

/** The same by Slices, side by side. */
function sliced(g, x) {
  const source = pad(g, x, [0, 0, 0, 0, 0, 1, 1, 0]);
  const taps = Array.from({ length: 9 }, (_, tap) => {
    const from = [Math.floor(tap / 3), tap % 3];
    const to = from.map((start) => start + 2 * out - 1);
    return g.op("Slice", [source, g.ints(from), g.ints(to), g.ints([1, 2]), g.ints([2, 2])]);
  });
  return reshape(g, concat(g, taps, 3), rows, wide);
}

const filterGradient = (g, columns, dy) => gemm(g, columns, reshape(g, dy, rows, results), { transA: 1 });
const convolution = (g, x, w) => {
  const attributes = { auto_pad: "SAME_UPPER", strides: [2, 2] };
  const y = g.op("Conv", [transpose(g, x, 0, 3, 1, 2), transpose(g, w, 3, 2, 0, 1)], { attributes });
  return transpose(g, y, 0, 2, 3, 1);
};

/** Both gradients, as tfjs asks for them. */
function gradients({ x, w, dy }) {
  const [dx, dw] = tf.grads((v, filter) => tf.conv2d(v, filter, 2, "same"))([x, w], dy);
  return { dx, dw };
}
const specs = Object.fromEntries(Object.entries(inputs).map(([name, shape]) => [name, { shape }]));

/** A graph with the inputs, from a function that appends to it and gives its outputs. */
function graphOf(build) {
  const graph = new Graph();
  const given = Object.entries(inputs).map(([name, shape]) => [name, graph.input(name, "float32", shape)]);
  for (const [i, y] of build(graph, Object.fromEntries(given)).entries()) graph.output(`y${i}`, y);
  return graph;
}

/** Two ways to say the same in ONNX, each pair behind a sentence in the sources. */
const pairs = {
  "filter gradient: Gather and Gemm / Slices, Concat and Gemm": [
    graphOf((g, { x, dy }) => [filterGradient(g, gathered(g, x), dy)]),
    graphOf((g, { x, dy }) => [filterGradient(g, sliced(g, x), dy)]),
  ],
  "filter gradient: Gather and Gemm / a Conv with swapped axes": [
    graphOf((g, { x, dy }) => [filterGradient(g, gathered(g, x), dy)]),
    graphOf((g, { x, dy }) => {
      const attributes = { dilations: [2, 2], pads: [0, 0, 1, 1] };
      const [pictures, filters] = [transpose(g, x, 3, 0, 1, 2), transpose(g, dy, 3, 0, 1, 2)];
      return [transpose(g, g.op("Conv", [pictures, filters], { attributes }), 2, 3, 0, 1)];
    }),
  ],
  "convolution and filter gradient: columns shared / a Conv beside them": [
    graphOf((g, { x, w, dy }) => {
      const columns = gathered(g, x);
      return [gemm(g, columns, reshape(g, w, wide, results)), filterGradient(g, columns, dy)];
    }),
    graphOf((g, { x, w, dy }) => [convolution(g, x, w), filterGradient(g, gathered(g, x), dy)]),
  ],
  "a bias's gradient: a sum in two steps / in one": [
    graphOf((g, { x }) => [sum(g, sum(g, x, [1, 2]), [0])]),
    graphOf((g, { x }) => [sum(g, x, [0, 1, 2])]),
  ],
  "both gradients: products by phase / a ConvTranspose": [
    optimize(trace(gradients, specs)),
    trace(gradients, specs),
  ],
};

/** How convolutions are lowered for training, against the other ways, in turns. Prints; asserts that each is faster. */
export async function run() {
  const rows = [];
  for (const [name, graphs] of Object.entries(pairs)) {
    const sides = await Promise.all(graphs.map((graph) => runner(graph, createInPlaceSession)));
    rows.push([name, ...(await inTurns(sides))]);
  }
  printTable(
    ["ours / the other", "ours, ms", "the other, ms", "ratio"],
    rows.map(([name, a, b]) => [name, a.toFixed(2), b.toFixed(2), (a / b).toFixed(2)]),
  );
  return rows.every(([, a, b]) => a < b);
}
