import { batch, type InputSpecs, opCounts, optimize, parseDim, TraceError, trace } from "@vaekit/export";
import { tf } from "@vaekit/train";
import { describe, expect, it } from "vitest";
import { normal } from "./lower/values.ts";
import { expectSameOutputs, type NamedFunction, runOnnx, runTfjs } from "./support.ts";
import { expectAnySize } from "./symbolic-support.ts";

/** None of them is recorded; 1 is where broadcasting could hide a batch axis. */
const neverTraced = [1, 2, 11, 64];
const specs = { x: { shape: ["batch", 4] } } as const;

async function expectAnyBatch(fn: NamedFunction, inputs: InputSpecs = specs): Promise<void> {
  await expectAnySize(
    fn,
    inputs,
    neverTraced.map((batch) => ({ batch })),
  );
}

const one =
  (op: (x: tf.Tensor, batch: number) => tf.Tensor): NamedFunction =>
  ({ x }) => ({ y: op(x!, x!.shape[0]!) });
const [w1, w2] = tf.tidy(() => [
  tf.tensor2d(normal([4, 5], 8).data as Float32Array, [4, 5]),
  tf.tensor2d(normal([5, 3], 9).data as Float32Array, [5, 3]),
]);

const functions: Record<string, NamedFunction> = {
  "dense layers": one((x) => tf.matMul(tf.relu(tf.matMul(x, w1!)), w2!)),
  softmax: one((x) => tf.softmax(x)),
  "reshape with -1": one((x) => tf.reshape(x, [-1, 2, 2])),
  "reshape with the batch": one((x, batch) => tf.reshape(x, [batch, 2, 2])),
  "reshape to one axis": one((x) => tf.reshape(x, [-1])),
  "reshape to 2 * batch rows": one((x, batch) => tf.reshape(x, [2 * batch, 2])),
  "reshape with the batch twice": one((x, batch) =>
    tf.reshape(tf.matMul(x, x, false, true), [batch, 1, batch]),
  ),
  "concat of columns": one((x) => tf.concat([x, tf.square(x)], 1)),
  "concat of rows, 2 * batch": one((x) => tf.concat([x, tf.square(x)], 0)),
  "slice of columns": one((x) => tf.slice(x, [0, 1], [-1, 2])),
  "slice with the batch as its size": one((x, batch) => tf.slice(x, [0, 1], [batch, 2])),
  "split of columns": one((x) => tf.add(...(tf.split(x, 2, 1) as [tf.Tensor, tf.Tensor]))),
  transpose: one((x) => tf.transpose(x)),
  "a product over the batch": one((x) => tf.matMul(x, x, true)),
  "zeros, ones and fill of [batch, k]": one((x, batch) =>
    tf.addN([x, tf.zeros([batch, 4]), tf.ones([batch, 4]), tf.fill([batch, 4], 2.5)]),
  ),
  "zeros of [batch]": one((x, batch) => tf.concat([x, tf.expandDims(tf.zeros([batch]), 1)], 1)),
  "onesLike and zerosLike": one((x) => tf.sub(tf.onesLike(x), tf.zerosLike(tf.square(x)))),
  "tile of rows": one((x) => tf.tile(x, [2, 1])),
  "tile of a row to the batch": one((x, batch) =>
    tf.add(x, tf.tile(tf.tensor2d([[1, 2, 3, 4]]), [batch, 1])),
  ),
  "pad of columns": one((x) =>
    tf.pad(
      x,
      [
        [0, 0],
        [1, 2],
      ],
      3,
    ),
  ),
  "stack and unstack of columns": one((x) => tf.stack(tf.unstack(x, 1).toReversed(), 1)),
  "the batch as a number, c * batch": one((x, batch) => tf.mul(x, 3 * batch)),
  "one over the batch, c / batch": one((x, batch) => tf.mul(x, 0.5 / batch)),
  "batch + 1 as a number": one((x, batch) => tf.add(x, batch + 1)),
  "half the batch, rounded": one((x, batch) => tf.slice(x, [0, 0], [Math.ceil(batch / 2), 4])),
  "batch + 1 rows": one((x) =>
    tf.pad(x, [
      [0, 1],
      [0, 0],
    ]),
  ),
  "a range over the batch": one((x, batch) => tf.mul(x, tf.expandDims(tf.range(0, batch), 1))),
  "a range down from the batch": one((x, batch) =>
    tf.add(x, tf.cast(tf.expandDims(tf.range(2 * batch, batch, -1, "int32"), 1), "float32")),
  ),
  "mean and sum over the batch": one((x) => tf.add(tf.mean(x, 0), tf.sum(x, 0))),
  "mean over everything": one((x) => tf.mean(x)),
  "gradient of a mean over everything": one((x) => tf.grad((v) => tf.mean(tf.square(v)))(x)),
  "gradient of a mean over the batch": one((x) => tf.grad((v) => tf.sum(tf.square(tf.mean(v, 0))))(x)),
  "gradient of a sum": one((x) => tf.grad((v) => tf.sum(tf.exp(v)))(x)),
  "gradient of a softmax's entropy": one((x) =>
    tf.grad((v) => tf.neg(tf.mean(tf.sum(tf.mul(tf.softmax(v), tf.logSoftmax(v)), 1))))(x),
  ),
};

describe("one recording holds for every batch", () => {
  it.each(Object.entries(functions))("%s", (_, fn) => expectAnyBatch(fn));

  it("several inputs, with the batch on another axis too", async () => {
    const fn: NamedFunction = ({ a, b, scale }) => ({
      y: tf.mul(tf.matMul(a!, b!), scale!),
      z: tf.sum(b!, 0),
    });
    await expectAnyBatch(fn, {
      a: { shape: ["batch", 3] },
      b: { shape: [3, "batch"] },
      scale: { shape: [] },
    });
  });

  it("the batch as a number, where it is no input's first axis", () =>
    expectAnyBatch(({ a }) => ({ y: tf.mean(a!, 1), z: tf.mul(a!, 3 / a!.shape[1]!) }), {
      a: { shape: [3, "batch"] },
    }));

  it("gradients of weights, averaged over the batch", async () => {
    const weights = tf.variable(w1!.clone(), true, "symbolic/w");
    const fn: NamedFunction = ({ x }) => {
      const { value, grads } = tf.variableGrads(
        () => tf.mean(tf.square(tf.tanh(tf.matMul(x!, weights as tf.Tensor2D)))),
        [weights],
      );
      return { loss: value, gradient: grads[weights.name]! };
    };
    await expectAnyBatch(fn);
    weights.dispose();
  });

  it("shapes say batch and its multiples", () => {
    const graph = trace(({ x }) => ({ y: tf.concat([x!, x!], 0), z: tf.sum(x!, 1) }), specs);
    expect(graph.inputs[0]!.shape).toEqual([batch, 4]);
    expect(graph.outputs.map(({ value }) => value.shape)).toEqual([[parseDim("2*batch"), 4], [batch]]);
  });
});

describe("the arithmetic on sizes stays small", () => {
  it.each([
    ["reshape to one axis", { Reshape: 1 }],
    ["slice of columns", { Slice: 1 }],
    ["slice with the batch as its size", { Slice: 1 }],
    ["tile of rows", { Tile: 1 }],
    ["reshape to 2 * batch rows", { Reshape: 1 }],
    ["a product over the batch", { Gemm: 1 }],
    ["reshape with the batch twice", { Gemm: 1, Reshape: 1 }],
    ["the batch as a number, c * batch", { Shape: 1, Reshape: 1, Cast: 1, Mul: 2 }],
    ["one over the batch, c / batch", { Shape: 1, Reshape: 1, Cast: 1, Div: 1, Mul: 1 }],
  ])("%s: %o", (name, counts) => {
    expect(opCounts(optimize(trace(functions[name]!, specs)))).toEqual(counts);
  });
});

describe("what no batch explains is a TraceError that names the operation", () => {
  const uneven = (batch: number) => Float32Array.from({ length: batch }, (_, i) => i);
  const refused: Record<string, [NamedFunction, RegExp]> = {
    "a root of the batch": [
      one((x, batch) => tf.mul(x, Math.sqrt(batch))),
      /Mul of tfjs Multiply: a constant is .*neither/,
    ],
    "the batch squared": [
      one((x, batch) => tf.add(x, batch * batch)),
      /Add of tfjs Add: a constant is .*neither/,
    ],
    "half the batch, where that is no whole number": [
      one((x, batch) => tf.slice(x, [0, 0], [(batch + 1) / 2, 4])),
      /works at batch 3, but not at batch 4: .*2\.5.*\n.*must work at any batch/,
    ],
    "a row more where the batch is odd": [
      one((x, batch) =>
        tf.pad(x, [
          [0, batch % 2],
          [0, 0],
        ]),
      ),
      /Pad of tfjs PadV2: a constant is .*depends on whether batch is even: fix batch/,
    ],
    "a constant row for each example": [
      one((x, batch) => tf.add(x, tf.tensor2d(uneven(batch), [batch, 1]))),
      /Add of tfjs Add: a constant is .*at batch 3/,
    ],
    "a staircase over the batch": [
      one((x, batch) => tf.mul(x, tf.expandDims(tf.tensor1d(uneven(batch).map((n) => n * n)), 1))),
      /Reshape of tfjs ExpandDims: a constant is float32 \[3\] \{0, 1, 4\} at batch 3/,
    ],
    "a line of numbers between fixed ends": [
      one((x, batch) => tf.mul(x, tf.expandDims(tf.linspace(0, 1, batch), 1))),
      /Reshape of tfjs ExpandDims: a constant is float32 \[3\] \{0, 0\.5, 1\} at batch 3/,
    ],
    "another number of operations": [
      one((x, batch) => {
        let y = x;
        for (let i = 0; i < batch; i++) y = tf.tanh(y);
        return y;
      }),
      /one recording has 3 operations, another 5.*3 operations at batch 3, 5 operations at batch 5/,
    ],
    "another operation": [
      one((x, batch) => (batch > 3 ? tf.exp(x) : tf.tanh(x))),
      /operation 0 \(Tanh of tfjs Tanh\) is Exp in another recording.*Tanh at batch 3, Exp at batch 5/,
    ],
    "other attributes": [
      one((x, batch) => tf.mean(tf.expandDims(x, 1), batch > 3 ? 1 : 2, true)),
      /operation 1 \(ReduceMean of tfjs Mean\) has other attributes in another recording: axes \[2\] at batch 3, axes \[1\] at batch 5/,
    ],
    "other inputs of an operation": [
      one((x, batch) => {
        const y = tf.exp(x);
        return tf.sub(y, batch > 3 ? x : y);
      }),
      /operation 1 \(Sub of tfjs Sub\): input 1/,
    ],
    "another output": [
      one((x, batch) => {
        const y = tf.exp(x);
        return batch > 3 ? x : y;
      }),
      /output y differs/,
    ],
  };

  it.each(Object.entries(refused))("%s", (_, [fn, message]) => {
    expect(() => trace(fn, specs)).toThrow(TraceError);
    expect(() => trace(fn, specs)).toThrow(message);
  });

  it("the same function is fine where the batch is fixed", async () => {
    const [fn] = refused["a root of the batch"]!;
    const feeds = { x: normal([5, 4]) };
    expectSameOutputs(await runOnnx(trace(fn, { x: { shape: [5, 4] } }), feeds), runTfjs(fn, feeds));
  });
});
