// node --expose-gc export-worker.mjs conv|mlp FOLDER: builds a model, exports it, prints seconds and bytes as JSON.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { exportOnnx } from "@vaekit/export";
import { tf } from "@vaekit/train";

const [what, folder] = process.argv.slice(2);
const out = join(folder, `${what}.onnx`);
const builders = { conv: convDecoder, mlp: largeMlp };

const { source, externalData } = builders[what]();
// A second export would find tfjs's and V8's work done already: one process, one export, as the command has it.
globalThis.gc();
const before = memory().now;
resetPeak();
const began = performance.now();
// Verification is tfjs's own time: minutes on its cpu backend.
const { report } = await exportOnnx(source, { out, externalData, verify: false });
const seconds = (performance.now() - began) / 1000;
const extra = memory().peak - before;
const { parameters, bytes, operators, files } = report;
console.log(
  JSON.stringify({
    seconds,
    extra,
    weights: 4 * parameters,
    parameters,
    bytes,
    operators,
    files: files.length,
  }),
);

/** z [batch, 64] -> picture [batch, 64, 64, 3], 10 million parameters: the decoder of a convolutional VAE. */
function convDecoder() {
  const weights = random();
  const scale = (size) => [weights([size]), weights([size])];
  const sizes = [512, 512, 384, 256, 128];
  const first = [weights([64, 4 * 4 * 512]), weights([4 * 4 * 512])];
  const layers = sizes.slice(1).map((size, i) => ({
    filter: weights([4, 4, size, sizes[i]]),
    norm: [...scale(size), ...scale(size)],
    edge: 8 * 2 ** i,
    size,
  }));
  const last = [weights([3, 3, 128, 3]), weights([3])];
  const fn = ({ z }) => {
    let x = tf.reshape(tf.relu(tf.add(tf.matMul(z, first[0]), first[1])), [-1, 4, 4, 512]);
    for (const { filter, norm, edge, size } of layers) {
      x = tf.conv2dTranspose(x, filter, [x.shape[0], edge, edge, size], 2, "same");
      const [mean, spread, offset, factor] = norm;
      x = tf.relu(tf.batchNorm(x, mean, tf.square(spread), offset, factor, 1e-3));
    }
    return { x: tf.sigmoid(tf.add(tf.conv2d(x, last[0], 1, "same"), last[1])) };
  };
  return { source: { name: "conv", fn, inputs: { z: { shape: ["batch", 64] } } } };
}

/** 4 layers of 8660 units, 1.2 GB of weights. */
function largeMlp() {
  const weights = random();
  const width = 8660;
  const layers = Array.from({ length: 4 }, () => [weights([width, width]), weights([width])]);
  const fn = ({ x }) => {
    let y = x;
    for (const [kernel, bias] of layers) y = tf.relu(tf.add(tf.matMul(y, kernel), bias));
    return { y };
  };
  return { source: { name: "mlp", fn, inputs: { x: { shape: ["batch", width] } } }, externalData: true };
}

/** Variables of numbers that are all different: equal ones would be stored once. */
function random() {
  let state = 1;
  return (shape) => {
    const values = new Float32Array(shape.reduce((a, b) => a * b, 1));
    for (let i = 0; i < values.length; i++) {
      state = (Math.imul(state, 1664525) + 1013904223) | 0;
      values[i] = state / 2 ** 35;
    }
    return tf.variable(tf.tensor(values, shape));
  };
}

/** Resident memory now and at its highest since resetPeak; elsewhere than on Linux, since the process began. */
function memory() {
  if (process.platform !== "linux") {
    return { now: process.memoryUsage.rss(), peak: 1024 * process.resourceUsage().maxRSS };
  }
  const status = readFileSync("/proc/self/status", "utf8");
  const bytes = (name) => 1024 * Number(new RegExp(`^${name}:\\s*(\\d+) kB`, "m").exec(status)[1]);
  return { now: bytes("VmRSS"), peak: bytes("VmHWM") };
}

function resetPeak() {
  // proc(5): 5 resets the peak of the resident set.
  if (process.platform === "linux") writeFileSync("/proc/self/clear_refs", "5");
}
