import { encodeModel, Graph, symbolicDim } from "@vaekit/export";
import { DisposedError, type Feeds, RandomStream, type RuntimeTensor, type Session } from "@vaekit/infer";
import { hasNative, nativeRuntime } from "@vaekit/infer/node";
import { describe, expect, it, onTestFinished } from "vitest";
import { nodeRuntime } from "../../packages/infer/src/runtime/node.ts";

/** y = relu(x w), n [batch, features]; s the row sums: a second output of another rank. */
function model(features: number, hidden: number): Uint8Array {
  const graph = new Graph();
  const x = graph.input("x", "float32", [symbolicDim("batch"), features]);
  const weights = new RandomStream(1, "init").normal(new Float32Array(features * hidden));
  const y = graph.op("Relu", [
    graph.op("MatMul", [x, graph.constant("float32", weights, [features, hidden])]),
  ]);
  graph.output("y", y);
  graph.output("s", graph.op("ReduceMax", [y], { attributes: { axes: [1], keepdims: 0 } }));
  return encodeModel(graph);
}

async function open(runtime: typeof nativeRuntime, ...size: [number, number]): Promise<Session> {
  const session = await runtime.createSession(model(...size));
  onTestFinished(() => session.dispose());
  return session;
}

function rows(batch: number, features: number, seed = 2): Feeds {
  const data = new RandomStream(seed, "sample").normal(new Float32Array(batch * features));
  return { x: { dtype: "float32", shape: [batch, features], data } };
}

const numbers = ({ data }: RuntimeTensor) => Array.from(data as Float32Array);

describe.skipIf(!hasNative())("ONNX Runtime's C API for inference (where koffi is installed)", () => {
  it("names inputs and outputs as onnxruntime-node does", async () => {
    const [native, node] = [await open(nativeRuntime, 5, 3), await open(nodeRuntime, 5, 3)];
    expect(native.inputs).toEqual(node.inputs);
    expect(native.outputs).toEqual(node.outputs);
  });

  it.each([1, 2, 3, 5, 6, 7, 3, 1, 400, 1])(
    "gives onnxruntime-node's numbers for a batch of %d",
    async (batch) => {
      const [native, node] = [await open(nativeRuntime, 64, 300), await open(nodeRuntime, 64, 300)];
      for (let turn = 0; turn < 3; turn++) {
        const feeds = rows(batch, 64, turn);
        const [ours, theirs] = [await native.run(feeds), await node.run(feeds)];
        expect(ours.y!.shape).toEqual([batch, 300]);
        expect(ours.s!.shape).toEqual([batch]);
        expect(numbers(ours.y!)).toEqual(numbers(theirs.y!));
        expect(numbers(ours.s!)).toEqual(numbers(theirs.s!));
      }
    },
  );

  it("keeps results apart, though runs share memory: many sizes of batch, back and forth", async () => {
    const [native, node] = [await open(nativeRuntime, 8, 4), await open(nodeRuntime, 8, 4)];
    const results: [Feeds, RuntimeTensor][] = [];
    for (let i = 0; i < 60; i++) {
      const feeds = rows(1 + (i % 7), 8, i);
      results.push([feeds, (await native.run(feeds)).y!]);
    }
    for (const [feeds, y] of results) expect(numbers(y)).toEqual(numbers((await node.run(feeds)).y!));
  });

  it("long runs leave the event loop free, and many at once give what each gives alone", async () => {
    const [native, node] = [await open(nativeRuntime, 256, 4000), await open(nodeRuntime, 256, 4000)];
    await native.run(rows(64, 256));
    let turns = 0;
    let going = true;
    const count = () => {
      turns++;
      if (going) setImmediate(count);
    };
    count();
    const feeds = Array.from({ length: 4 }, (_, i) => rows(256, 256, i));
    const results = await Promise.all(feeds.map((each) => native.run(each)));
    going = false;
    expect(turns).toBeGreaterThan(10);
    for (const [i, { s }] of results.entries()) {
      expect(s!.data).toBeAllClose((await node.run(feeds[i]!)).s!.data as Float32Array, { scaleTol: 1e-6 });
    }
  });

  it("takes a thousand long runs at once", async () => {
    const native = await open(nativeRuntime, 64, 2000);
    await native.run(rows(256, 64));
    const results = await Promise.all(
      Array.from({ length: 1000 }, (_, i) => native.run(rows(64, 64, i % 5))),
    );
    for (const [i, { s }] of results.entries()) expect(numbers(s!)).toEqual(numbers(results[i % 5]!.s!));
  });

  it("a loop of short runs lets the event loop have its turns", async () => {
    const native = await open(nativeRuntime, 8, 4);
    let fired = false;
    setTimeout(() => {
      fired = true;
    }, 1);
    const end = performance.now() + 10_000;
    while (!fired && performance.now() < end) await native.run(rows(1, 8));
    expect(fired).toBe(true);
  });

  it("writes into memory that is given", async () => {
    const native = await open(nativeRuntime, 8, 4);
    const y = { dtype: "float32" as const, shape: [2, 4], data: new Float32Array(8) };
    const outputs = await native.run(rows(2, 8), { y });
    expect(outputs.y!.data).toBe(y.data);
    expect(numbers(y)).toEqual(numbers((await native.run(rows(2, 8))).y!));
  });

  it.each([
    [{}, "input x is missing"],
    [
      { x: { dtype: "float32", shape: [2, 7], data: new Float32Array(14) } },
      "x is [2,7] float32, the model takes",
    ],
    [{ x: { dtype: "float32", shape: [2, 8], data: new Float32Array(9) } }, "x is [2,8] float32"],
    [{ x: { dtype: "int32", shape: [2, 8], data: new Int32Array(16) } }, "x is [2,8] int32"],
    [{ x: { dtype: "float32", shape: [8], data: new Float32Array(8) } }, "x is [8] float32"],
  ] as [Feeds, string][])("refuses %o, before and after other runs, and goes on", async (feeds, message) => {
    const native = await open(nativeRuntime, 8, 4);
    await expect(native.run(feeds)).rejects.toThrow(message);
    await native.run(rows(2, 8));
    await expect(native.run(feeds)).rejects.toThrow(message);
    expect((await native.run(rows(2, 8))).y!.shape).toEqual([2, 4]);
  });

  it("waits for runs under way when disposed, and refuses later ones", async () => {
    const native = await nativeRuntime.createSession(model(256, 4000));
    await native.run(rows(64, 256));
    const running = native.run(rows(256, 256));
    await native.dispose();
    await native.dispose();
    expect((await running).y!.shape).toEqual([256, 4000]);
    await expect(native.run(rows(1, 256))).rejects.toThrow(DisposedError);
  });
});
