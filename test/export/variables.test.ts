import { batch, decodeModel, encodeModel, type Graph, optimize, trace } from "@vaekit/export";
import { tf } from "@vaekit/train";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { normal } from "./lower/values.ts";
import { expectSameOutputs, type NamedFunction, runOnnx, runTfjs, specsOf } from "./support.ts";

const start = { w: normal([4, 3], 5), b: normal([3], 6) };
const variable = (name: keyof typeof start) => {
  const { data, shape } = start[name];
  return tf.variable(tf.tensor(data.slice() as Float32Array, [...shape]), true, `test/${name}`);
};
const [w, b] = [variable("w"), variable("b")];
const feeds = { x: normal([6, 4]), t: normal([6, 3], 2) };
const values = () => ({ w: [...w.dataSync()], b: [...b.dataSync()] });

const predict = (x: tf.Tensor) => tf.tanh(tf.add(tf.matMul(x, w as tf.Tensor), b));
const loss = (x: tf.Tensor, t: tf.Tensor) => tf.mean(tf.squaredDifference(predict(x), t)) as tf.Scalar;

beforeEach(() => {
  tf.tidy(() => {
    w.assign(tf.tensor(start.w.data.slice() as Float32Array, [4, 3]));
    b.assign(tf.tensor(start.b.data.slice() as Float32Array, [3]));
  });
});

afterAll(() => tf.dispose([w, b]));

const feedOf = (tensor: tf.Tensor) => ({
  dtype: tensor.dtype as "float32",
  shape: tensor.shape,
  data: tensor.dataSync<"float32">().slice(),
});

const constantNames = (graph: Graph) =>
  graph.nodes.flatMap(({ inputs }) =>
    inputs.flatMap((input) => (input?.data && input.name ? [input.name] : [])),
  );

describe("variables as constants", () => {
  it("keep their names, also in the file", () => {
    const graph = optimize(trace(({ x }) => ({ y: predict(x!) }), { x: { shape: ["batch", 4] } }));
    expect(constantNames(graph)).toEqual(["test/w", "test/b"]);
    expect(constantNames(decodeModel(encodeModel(graph)).graph)).toEqual(["test/w", "test/b"]);
  });

  it("hold the values of the moment of tracing", async () => {
    const graph = trace(({ x }) => ({ y: predict(x!) }), specsOf({ x: feeds.x }));
    const before = runTfjs(({ x }) => ({ y: predict(x!) }), { x: feeds.x });
    w.assign(tf.zerosLike(w));
    expectSameOutputs(await runOnnx(graph, { x: feeds.x }), before);
  });
});

describe("variables as inputs", () => {
  it("come after the function's own inputs, under their names, in the order of their use", () => {
    const graph = trace(
      ({ x }) => ({ y: predict(x!) }),
      { x: { shape: ["batch", 4] } },
      { variables: "inputs" },
    );
    expect(graph.inputs.map(({ name, shape }) => [name, shape])).toEqual([
      ["x", [batch, 4]],
      ["test/w", [4, 3]],
      ["test/b", [3]],
    ]);
    expect(constantNames(graph)).toEqual([]);
  });

  it("take any values at run time", async () => {
    const graph = optimize(
      trace(({ x }) => ({ y: predict(x!) }), specsOf({ x: feeds.x }), { variables: "inputs" }),
    );
    const other = { "test/w": normal([4, 3], 7), "test/b": normal([3], 8) };
    tf.tidy(() => {
      w.assign(tf.tensor(other["test/w"].data.slice() as Float32Array, [4, 3]));
      b.assign(tf.tensor(other["test/b"].data.slice() as Float32Array, [3]));
    });
    const expected = runTfjs(({ x }) => ({ y: predict(x!) }), { x: feeds.x });
    expectSameOutputs(await runOnnx(graph, { x: feeds.x, ...other }), expected);
  });
});

describe("an assignment inside a trace", () => {
  const optimizers: Record<string, () => tf.Optimizer> = {
    sgd: () => tf.train.sgd(0.1),
    momentum: () => tf.train.momentum(0.1, 0.9),
    "momentum, Nesterov's": () => tf.train.momentum(0.1, 0.9, true),
    adagrad: () => tf.train.adagrad(0.1),
    adadelta: () => tf.train.adadelta(0.1),
    adam: () => tf.train.adam(0.1),
    adamax: () => tf.train.adamax(0.1),
    rmsprop: () => tf.train.rmsprop(0.1),
    "rmsprop, centered": () => tf.train.rmsprop(0.1, 0.9, 0.5, 1e-7, true),
  };

  /** Steps of a new optimizer, and the weights after them. */
  const stepping =
    (make: () => tf.Optimizer, steps: number): NamedFunction =>
    ({ x, t }) => {
      const optimizer = make();
      let value: tf.Scalar = tf.scalar(0);
      for (let step = 0; step < steps; step++) {
        const result = tf.variableGrads(() => loss(x!, t!), [w, b]);
        optimizer.applyGradients(result.grads as never);
        value = result.value;
      }
      tf.dispose(optimizer as never); // every tensor in it: momentum's own dispose forgets one
      return { loss: value, w: tf.add(w, 0), b: tf.add(b, 0) };
    };

  it.each(Object.entries(optimizers))("%s: two traced steps equal the eager ones", async (_, make) => {
    const before = { ...values(), numTensors: tf.memory().numTensors };
    const graph = optimize(trace(stepping(make, 2), specsOf(feeds)));
    expect({ ...values(), numTensors: tf.memory().numTensors }).toEqual(before);

    const actual = await runOnnx(graph, feeds);
    const expected = runTfjs(stepping(make, 2), feeds);
    expect(values().w).not.toEqual(before.w);
    expectSameOutputs(actual, expected);
  });

  it("is seen by what reads the variable afterwards, and not by what read it before", async () => {
    const fn: NamedFunction = ({ x }) => {
      const before = tf.mul(b, 1);
      b.assign(tf.sum(x!, 0));
      return { before, after: tf.mul(b, 1) };
    };
    const given = { x: normal([6, 3]) };
    const graph = trace(fn, specsOf(given));
    expectSameOutputs(await runOnnx(graph, given), runTfjs(fn, given));
  });

  it("leaves an optimizer's own variables as they were, and takes them as inputs by name", async () => {
    const optimizer = tf.train.momentum(0.1, 0.9);
    const step: NamedFunction = ({ x, t }) => {
      const { grads, value } = tf.variableGrads(() => loss(x!, t!), [w, b]);
      optimizer.applyGradients(grads as never);
      return { loss: value, w: tf.add(w, 0), b: tf.add(b, 0) };
    };
    runTfjs(step, feeds);
    const state = () => {
      const all = Object.entries(tf.engine().registeredVariables);
      return Object.fromEntries(all.map(([name, held]) => [name, feedOf(held)]));
    };
    const before = { state: state(), numTensors: tf.memory().numTensors };
    const graph = trace(step, specsOf(feeds), { variables: "inputs" });
    expect({ state: state(), numTensors: tf.memory().numTensors }).toEqual(before);
    expect(graph.inputs.map(({ name }) => name)).toEqual(expect.arrayContaining(Object.keys(before.state)));
    expect(graph.inputs).toHaveLength(6);
    const actual = await runOnnx(graph, { ...feeds, ...before.state });
    expectSameOutputs(actual, runTfjs(step, feeds));
    tf.dispose(optimizer as never);
  });
});
