import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  costLimits,
  encodeModel,
  exportBundle,
  Graph,
  optimize,
  storeWeights,
  toHalfPrecision,
  trace,
} from "@vaekit/export";
import { loadRuntime, RandomStream } from "@vaekit/infer";
import { fit, mlp, openData, tf } from "@vaekit/train";
import { median, printTable, target } from "../support/table.mjs";

const runs = 60;
/** Milliseconds. V8 compiles WebAssembly anew while it runs: only after seconds are times what they will be. */
const warmup = { short: 300, first: 4000 };
const latent = 32;
const runtimes = { node: await loadRuntime("node"), web: await loadRuntime("web") };
const kinds = {
  fp32: (graph) => graph,
  fp16: (graph) => storeWeights(graph, "fp16").graph,
  int8: (graph) => storeWeights(graph, "int8").graph,
  "int8-dynamic": (graph) => storeWeights(graph, "int8-dynamic").graph,
  "fp16 activations": (graph) => toHalfPrecision(graph).graph,
};

/** What small weights save and cost: sizes, times, errors, ELBO; and the choices behind them, each side in turns. */
export async function run() {
  const vae = await trained();
  const mlpDecoder = optimize(trace(({ z }) => vae.decode(z), { z: { shape: ["batch", latent] } }));
  const reached = [
    ...(await compareKinds("MLP decoder 32-256-512-784, two epochs of MNIST", mlpDecoder)),
    ...(await compareKinds("convolutional decoder 32-3136-64-64-32-1, random weights", convDecoder())),
    ...(await compareElbo(vae)),
    ...(await compareForms()),
    ...(await compareProducts()),
  ];
  await compareConvolutions();
  vae.dispose();
  return reached.every(Boolean);
}

async function trained() {
  const data = await openData("mnist", { limit: 20_000 });
  const model = mlp({ shape: data.shape, hidden: [512, 256], latent });
  return (await fit(model, data, { epochs: 2, seed: 7, validation: 0 })).vae;
}

/** Size, load time, run time and error of every kind of one decoder, in both runtimes. */
async function compareKinds(title, graph) {
  const models = Object.entries(kinds).map(([kind, make]) => ({ kind, bytes: encodeModel(make(graph)) }));
  const rows = [];
  for (const [name, runtime] of Object.entries(runtimes)) {
    for (const model of models) model.session = await runtime.createSession(model.bytes);
    const batches = [];
    for (const rows of [64, 1])
      batches.push(
        await inTurns(
          models.map(
            ({ session }) =>
              () =>
                session.run(latents(rows)),
          ),
          rows === 64 ? warmup.first : warmup.short,
        ),
      );
    const [many, one] = batches;
    const outputs = [];
    for (const { session } of models) outputs.push(await session.run(latents(64)));
    for (const { session } of models) await session.dispose();
    const load = await inTurns(
      models.map(
        ({ bytes }) =>
          async () =>
            (await runtime.createSession(bytes)).dispose(),
      ),
    );
    models.forEach(({ kind, bytes }, i) => {
      rows.push({
        runtime: name,
        kind,
        bytes: bytes.length,
        load: load[i],
        one: one[i],
        many: many[i],
        error: worst(outputs[i], outputs[0]),
      });
    });
  }
  console.log(`\n${title}`);
  printTable(
    ["runtime", "weights", "bytes", "load, ms", "batch 1, ms", "batch 64, ms", "largest error / scale"],
    rows.map(({ runtime, kind, bytes, load, one, many, error }) => [
      runtime,
      kind,
      bytes,
      load.toFixed(1),
      one.toFixed(3),
      many.toFixed(2),
      error.toExponential(1),
    ]),
  );
  const of = (kind, runtime = "node") => rows.find((row) => row.kind === kind && row.runtime === runtime);
  return [
    target("bytes, fp16 / fp32", of("fp16").bytes / of("fp32").bytes, 0.51),
    target("bytes, int8 / fp32", of("int8").bytes / of("fp32").bytes, 0.28),
    ...["fp16", "int8"].flatMap((kind) => [
      ...["node", "web"].map((runtime) =>
        target(
          `${runtime}, batch 64, time ${kind} / fp32`,
          of(kind, runtime).many / of("fp32", runtime).many,
          1.2,
        ),
      ),
      target(`largest error, ${kind}`, of(kind).error, costLimits[kind]),
    ]),
    target("largest error, int8-dynamic", of("int8-dynamic").error, costLimits["int8-dynamic"]),
    target(
      "largest error, fp16 activations (here with float32 sums)",
      of("fp16 activations").error,
      costLimits.activations,
    ),
  ];
}

/** The manifest's own figures, on test digits that were not trained on. */
async function compareElbo(vae) {
  const { values } = await openData("mnist:test", { limit: 1000 });
  const folder = mkdtempSync(join(tmpdir(), "vaekit-bench-"));
  const rows = [];
  try {
    for (const weights of ["fp16", "int8"]) {
      const { weights: cost } = await exportBundle(vae, join(folder, weights), { weights, samples: values });
      rows.push({ weights, ...cost });
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
  console.log("\nthe whole VAE as a bundle: ELBO on 1,000 test digits, nats, same noise");
  printTable(
    ["weights", "bytes with fp32", "bytes", "ELBO with fp32", "ELBO", "largest change of a digit"],
    rows.map(({ weights, bytes, elbo }) => [
      weights,
      bytes.before,
      bytes.after,
      elbo.before.toFixed(3),
      elbo.after.toFixed(3),
      elbo.largestChange.toFixed(3),
    ]),
  );
  return rows.map(({ weights, elbo }) =>
    target(`|change in ELBO|, ${weights}, nats`, Math.abs(elbo.after - elbo.before), 0.5),
  );
}

/** int8 weights made float32 by Cast and Mul, or by DequantizeLinear: what each optimisation level makes of them. */
async function compareForms() {
  const float = denseStack([latent, 256, 512, 784]);
  const forms = {
    fp32: float,
    "Cast and Mul": storeWeights(float, "int8").graph,
    DequantizeLinear: withDequantizeLinear(storeWeights(float, "int8").graph),
  };
  const rows = [];
  for (const [name, runtime] of Object.entries(runtimes)) {
    for (const optimization of ["disabled", "basic", "extended", "all"]) {
      const sessions = await Promise.all(
        Object.values(forms).map((graph) => runtime.createSession(encodeModel(graph), { optimization })),
      );
      rows.push([
        name,
        optimization,
        ...(await inTurns(sessions.map((session) => () => session.run(latents(1))))),
      ]);
      for (const session of sessions) await session.dispose();
    }
  }
  console.log(
    "\nhow int8 becomes float32: the MLP decoder at batch 1, ms, by ONNX Runtime's optimisation level",
  );
  printTable(
    ["runtime", "level", ...Object.keys(forms)],
    rows.map(([name, level, ...times]) => [name, level, ...times.map((ms) => ms.toFixed(3))]),
  );
  return rows.map(([name, level, , ours, theirs]) =>
    target(`${name}, ${level}: Cast and Mul / DequantizeLinear`, ours / theirs, 0.9),
  );
}

/** The same graph with DequantizeLinear in place of each Cast and Mul. */
function withDequantizeLinear(graph) {
  const other = new Graph(graph.opset);
  other.inputs.push(...graph.inputs);
  const map = new Map();
  const look = (value) => map.get(value) ?? value;
  for (const { op, inputs, outputs, attributes } of graph.nodes) {
    const codes = inputs[0]?.producer?.inputs[0];
    if (op === "Cast" && inputs[0].dtype === "int8") continue;
    if (op === "Mul" && codes?.dtype === "int8") {
      const { data, shape } = inputs[1];
      const axis = shape.findIndex((size) => size > 1);
      const scale = other.constant("float32", data, [data.length]);
      map.set(outputs[0], other.op("DequantizeLinear", [codes, scale], { attributes: { axis }, outputs }));
      continue;
    }
    const values = other.ops(op, inputs.map(look), { attributes, outputs });
    for (const [i, output] of outputs.entries()) map.set(output, values[i]);
  }
  for (const { name, value } of graph.outputs) other.output(name, look(value));
  return other;
}

/** Products with 8-bit integers against float32, for layers of typical VAEs. */
async function compareProducts() {
  // biome-ignore format: inner size and columns of a layer
  const sizes = [[32, 784], [128, 512], [256, 256], [256, 512], [512, 512], [512, 784], [784, 512], [1024, 1024], [2048, 2048]];
  const rows = [];
  for (const [inner, columns] of sizes) {
    const float = denseStack([inner, columns]);
    const integer = storeWeights(float, "int8-dynamic").graph;
    const chosen = integer.nodes.some(({ op }) => op === "MatMulInteger");
    const ratios = {};
    for (const [name, runtime] of Object.entries(runtimes)) {
      const graphs = [float, chosen ? integer : integerAlways(float)];
      const sessions = await Promise.all(graphs.map((graph) => runtime.createSession(encodeModel(graph))));
      for (const rows of [1, 64]) {
        const feeds = { z: normals([rows, inner]) };
        const [a, b] = await inTurns(sessions.map((session) => () => session.run(feeds)));
        ratios[`${name} ${rows}`] = b / a;
      }
      for (const session of sessions) await session.dispose();
    }
    rows.push({ layer: `${inner} x ${columns}`, chosen, ratios });
  }
  console.log("\ninteger products / float32 products, time, by runtime and batch");
  printTable(
    ["layer", "int8-dynamic takes it", ...Object.keys(rows[0].ratios)],
    rows.map(({ layer, chosen, ratios }) => [
      layer,
      chosen ? "yes" : "no",
      ...Object.values(ratios).map((ratio) => ratio.toFixed(2)),
    ]),
  );
  const taken = rows.filter(({ chosen }) => chosen);
  return [
    target(
      "node, batch 64, worst ratio of what is taken",
      Math.max(...taken.map(({ ratios }) => ratios["node 64"])),
      0.7,
    ),
    target(
      "node, batch 1, median ratio of what is taken",
      median(taken.map(({ ratios }) => ratios["node 1"])),
      0.9,
    ),
  ];
}

/** ConvInteger against Conv, which int8-dynamic leaves as it is: [batch, 64, 28, 28], 3 x 3, 64 channels. */
async function compareConvolutions() {
  const channels = 64;
  const filter = normals([channels, channels, 3, 3], 0.1);
  const codes = Int8Array.from(filter.data, (value) => Math.max(-63, Math.min(63, Math.round(value * 200))));
  const shape = ["batch", channels, 28, 28];
  const build = (integer) => {
    const graph = tracedInput(shape);
    const [x] = graph.inputs;
    const as = (dtype) => ({ outputs: [{ dtype, shape: x.shape }] });
    const attributes = { pads: [1, 1, 1, 1] };
    if (!integer) {
      const w = graph.constant("float32", filter.data, filter.shape);
      graph.output("y", graph.op("Conv", [x, w], { attributes, ...as("float32") }));
      return graph;
    }
    const w = graph.constant("int8", codes, filter.shape);
    const [bytes, scale, zero] = graph.ops("DynamicQuantizeLinear", [x]);
    const sums = graph.op("ConvInteger", [bytes, w, zero], { attributes, ...as("int32") });
    graph.output("y", graph.op("Mul", [graph.op("Cast", [sums], { attributes: { to: 1 } }), scale]));
    return graph;
  };
  const rows = [];
  for (const [name, runtime] of Object.entries(runtimes)) {
    const sessions = await Promise.all(
      [false, true].map((integer) => runtime.createSession(encodeModel(build(integer)))),
    );
    for (const count of name === "node" ? [1, 16] : [1]) {
      const feeds = { z: normals([count, ...shape.slice(1)]) };
      const [a, b] = await inTurns(sessions.map((session) => () => session.run(feeds)));
      rows.push([name, count, a.toFixed(2), b.toFixed(2), (b / a).toFixed(2)]);
    }
    for (const session of sessions) await session.dispose();
  }
  console.log("\nConvInteger / Conv, 3 x 3, 64 to 64 channels, 28 x 28");
  printTable(["runtime", "batch", "Conv, ms", "ConvInteger, ms", "ratio"], rows);
}

/** A graph with the one input z and nothing else. */
function tracedInput(shape) {
  const { inputs, opset } = trace(({ z }) => ({ y: tf.neg(z) }), { z: { shape } });
  const graph = new Graph(opset);
  graph.inputs.push(...inputs);
  return graph;
}

/** Dense layers with He's weights, relu between them. */
function denseStack(sizes) {
  const weights = sizes.slice(1).map((columns, i) => normals([sizes[i], columns], Math.sqrt(2 / sizes[i])));
  const fn = ({ z }) => {
    let x = z;
    for (const [i, { data, shape }] of weights.entries()) {
      x = tf.add(tf.matMul(x, tf.tensor(data, shape)), tf.tensor(normals([shape[1]], 0.1).data));
      if (i + 1 < weights.length) x = tf.relu(x);
    }
    return { y: x };
  };
  return optimize(trace(fn, { z: { shape: ["batch", sizes[0]] } }));
}

/** The float32 layer as an integer product, also where int8-dynamic would not make one of it. */
function integerAlways(graph) {
  const [{ inputs }] = graph.nodes;
  const [, w, bias] = inputs;
  const other = new Graph(graph.opset);
  other.inputs.push(...graph.inputs);
  const codes = Int8Array.from(w.data, (value) => Math.max(-63, Math.min(63, Math.round(value * 20))));
  const [bytes, scale, zero] = other.ops("DynamicQuantizeLinear", [graph.inputs[0]]);
  const sums = other.op("MatMulInteger", [bytes, other.constant("int8", codes, w.shape), zero]);
  const scales = other.constant("float32", new Float32Array(w.shape[1]).fill(1 / 20), [w.shape[1]]);
  const float = other.op("Cast", [sums], { attributes: { to: 1 } });
  other.output("y", other.op("Add", [other.op("Mul", [float, other.op("Mul", [scale, scales])]), bias]));
  return other;
}

function convDecoder() {
  // tfjs has a transposed convolution's filter as [height, width, out, in]
  const dense = normals([latent, 7 * 7 * 64], Math.sqrt(2 / latent));
  const filters = [
    normals([3, 3, 64, 64], Math.sqrt(2 / 576)),
    normals([3, 3, 32, 64], Math.sqrt(2 / 576)),
    normals([3, 3, 1, 32], Math.sqrt(2 / 288)),
  ];
  const layers = [
    [14, 64, 2],
    [28, 32, 2],
    [28, 1, 1],
  ];
  const fn = ({ z }) => {
    const rows = z.shape[0];
    const grid = tf.relu(tf.matMul(z, tf.tensor(dense.data, dense.shape)));
    let x = tf.reshape(grid, [rows, 7, 7, 64]);
    for (const [i, [size, channels, stride]] of layers.entries()) {
      const filter = tf.tensor(filters[i].data, filters[i].shape);
      x = tf.conv2dTranspose(x, filter, [rows, size, size, channels], stride, "same");
      if (i + 1 < layers.length) x = tf.relu(x);
    }
    return { y: tf.sigmoid(x) };
  };
  return optimize(trace(fn, { z: { shape: ["batch", latent] } }));
}

function normals(shape, scale = 1, seed = 1) {
  const data = new RandomStream(seed, "sample").normal(new Float32Array(shape.reduce((a, b) => a * b, 1)));
  return { dtype: "float32", shape, data: data.map((value) => value * scale) };
}

function latents(rows) {
  return { z: normals([rows, latent]) };
}

/** Largest |a - b| over the largest |b|, the worst of all outputs. */
function worst(actual, expected) {
  return Math.max(
    ...Object.entries(expected).map(([name, { data }]) => {
      let [error, scale] = [0, 0];
      for (let i = 0; i < data.length; i++) {
        error = Math.max(error, Math.abs(actual[name].data[i] - data[i]));
        scale = Math.max(scale, Math.abs(data[i]));
      }
      return error / scale;
    }),
  );
}

/** Median times of all sides, a run of each after the other, so that a slow moment hits them all. */
async function inTurns(sides, warm = warmup.short) {
  const times = sides.map(() => []);
  const started = performance.now();
  let warmed = false;
  for (let n = 0; n < runs; n += warmed ? 1 : 0) {
    for (const [i, side] of sides.entries()) {
      const began = performance.now();
      await side();
      if (warmed) times[i].push(performance.now() - began);
    }
    warmed ||= performance.now() - started > warm;
  }
  return times.map(median);
}
