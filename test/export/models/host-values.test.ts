import { optimize, trace } from "@vaekit/export";
import { tf } from "@vaekit/train";
import { describe, expect, it, onTestFinished } from "vitest";
import { normal } from "../lower/values.ts";
import { expectSameOutputs, type NamedFunction, runOnnx, runTfjs } from "../support.ts";

const specs = { x: { shape: ["batch", 2, 3] } } as const;

/** Same as tfjs at batches of which none was traced; nothing is left on the cpu backend. */
async function expectSame(fn: NamedFunction): Promise<void> {
  const cpu = tf.engine().findBackend("cpu");
  const before = cpu.numDataIds();
  const graph = optimize(trace(fn, specs));
  expect(cpu.numDataIds()).toBe(before);
  for (const batch of [1, 4]) {
    const feeds = { x: normal([batch, 2, 3]) };
    expectSameOutputs(await runOnnx(graph, feeds), runTfjs(fn, feeds));
  }
}

const sizes = (x: tf.Tensor) => tf.tensor1d(x.shape, "int32");

describe("a traced function may read what constants alone decide", () => {
  it("what it computed of its input's sizes", async () => {
    await expectSame(({ x }) => {
      const [batch] = tf.slice(sizes(x!), [0], [1]).dataSync();
      const [rest] = tf.prod(tf.slice(sizes(x!), [1], [2])).dataSync();
      return { y: tf.reshape(x!, [batch!, rest!]) };
    });
  });

  it("sizes that are all equal at one of the batches that are traced", async () => {
    await expectSame(({ x }) => {
      const rows = tf.tensor1d([x!.shape[0]!, 3, 2], "int32").dataSync();
      return { y: tf.reshape(x!, [...rows]) };
    });
  });

  it("what it computed of weights on another backend, through kernels with lists of inputs and outputs", async () => {
    const axes = tf.tensor1d([2, 0], "int32");
    onTestFinished(() => axes.dispose());
    await expectSame(({ x }) => {
      const [first, last] = tf.split(tf.concat([axes, tf.add(axes, tf.scalar(1, "int32"))]), 2) as [
        tf.Tensor,
        tf.Tensor,
      ];
      const order = [...first.dataSync(), last.dataSync()[1]!];
      return { y: tf.transpose(x!, order) };
    });
  });
});

describe("and nothing that an input or a variable decides", () => {
  it.each<[string, NamedFunction]>([
    ["an input", ({ x }) => ({ y: tf.mul(x!, x!.dataSync()[0]!) })],
    ["a value of an input", ({ x }) => ({ y: tf.mul(x!, tf.sum(x!).dataSync()[0]!) })],
    [
      "a constant and an input",
      ({ x }) => ({ y: tf.mul(x!, tf.add(tf.sum(x!), tf.scalar(1)).dataSync()[0]!) }),
    ],
  ])("%s", (_, fn) => {
    expect(() => trace(fn, specs)).toThrow(/tensor\.dataSync\(\) reads a value on the host/);
  });

  it("a value of a variable", () => {
    const v = tf.variable(tf.scalar(2));
    onTestFinished(() => v.dispose());
    const fn: NamedFunction = ({ x }) => ({ y: tf.mul(x!, tf.add(v, 1).dataSync()[0]!) });
    expect(() => trace(fn, specs)).toThrow(/tensor\.dataSync\(\) reads a value on the host/);
  });
});
