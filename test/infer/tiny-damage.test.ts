import { batch, encodeModel, Graph } from "@vaekit/export";
import { describe, expect, it } from "vitest";
import { DisposedError, ShapeError } from "../../packages/infer/src/errors.ts";
import { RandomStream } from "../../packages/infer/src/random/stream.ts";
import type { Runtime } from "../../packages/infer/src/runtime/types.ts";
import { drawFeeds, tinyRuntimes } from "./tiny-oracle.ts";

function model(): Uint8Array {
  const graph = new Graph();
  const z = graph.input("z", "float32", [batch, 3]);
  const noise = new RandomStream(4, "noise");
  const weights = (...shape: number[]) =>
    graph.constant("float32", noise.normal(new Float32Array(shape.reduce((a, b) => a * b, 1))), shape);
  const hidden = graph.op("Relu", [graph.op("Gemm", [z, weights(3, 12), weights(12)])]);
  const picture = graph.op("Reshape", [hidden, graph.ints([-1, 3, 2, 2])]);
  const wide = graph.op("ConvTranspose", [picture, weights(3, 2, 3, 3)], {
    attributes: { kernel_shape: [3, 3], strides: [2, 2], pads: [1, 1, 0, 0] },
  });
  const cut = graph.op("Slice", [wide, graph.ints([0]), graph.ints([3]), graph.ints([2])]);
  graph.output("x", graph.op("Concat", [graph.op("Sigmoid", [cut]), cut], { attributes: { axis: 1 } }));
  return encodeModel(graph);
}

/** Whether it ran; anything but an Error fails the test. */
async function attempt(runtime: Runtime, bytes: Uint8Array): Promise<boolean> {
  try {
    const session = await runtime.createSession(bytes);
    await session.run(drawFeeds(session.inputs, 2, 1));
    return true;
  } catch (error) {
    expect(error).toBeInstanceOf(Error);
    expect((error as Error).message).toMatch(/^(tiny runtime|run): /);
    return false;
  }
}

describe.each(Object.entries(tinyRuntimes))("%s: a damaged model is an error, or a model", (_, runtime) => {
  const whole = new Uint8Array(model());

  it("cut off anywhere", async () => {
    expect(await attempt(runtime, whole)).toBe(true);
    for (let length = 0; length < whole.length; length++)
      expect(await attempt(runtime, whole.slice(0, length)), `${length} bytes`).toBe(false);
  });

  it("with bytes changed anywhere", async () => {
    const stream = new RandomStream(9, "sample");
    let ran = 0;
    for (let round = 0; round < 4000; round++) {
      const bytes = whole.slice();
      for (let change = 0; change <= round % 3; change++)
        bytes[stream.below(bytes.length)] = stream.below(256);
      ran += Number(await attempt(runtime, bytes));
    }
    // Most bytes are weights, which may be anything that is finite.
    expect(ran).toBeGreaterThan(400);
    expect(ran).toBeLessThan(4000);
  });

  it("that is something else", async () => {
    const stream = new RandomStream(3, "sample");
    for (let round = 0; round < 500; round++) {
      const bytes = Uint8Array.from({ length: stream.below(200) }, () => stream.below(256));
      expect(await attempt(runtime, bytes)).toBe(false);
    }
    await expect(runtime.createSession(new Uint8Array())).rejects.toThrow(/no ONNX model/);
  });

  it("declaring more than it holds, or than there is room for", async () => {
    const graph = new Graph();
    const x = graph.input("x", "float32", [batch, 1]);
    graph.output("y", graph.op("Expand", [x, graph.ints([1, 2 ** 40])]));
    await expect(runtime.createSession(encodeModel(graph))).rejects.toThrow(/Expand .*over 64 MiB/);
  });
});

describe.each(Object.entries(tinyRuntimes))("%s: a session", (_, runtime) => {
  const feeds = (rows: number) => ({
    z: { dtype: "float32" as const, shape: [rows, 3], data: new Float32Array(rows * 3).fill(0.5) },
  });

  it("gives arrays of its own with each run, and fills those it is given", async () => {
    const session = await runtime.createSession(model());
    const first = await session.run(feeds(2));
    const kept = first.x!.data.slice();
    const z = { ...feeds(2).z, data: new Float32Array(6).fill(-2) };
    const second = await session.run({ z });
    expect(first.x!.data).toEqual(kept);
    expect(second.x!.data).not.toEqual(kept);
    const target = { ...first.x!, data: new Float32Array(kept.length) };
    const third = await session.run(feeds(2), { x: target });
    expect(third.x!.data).toBe(target.data);
    expect(target.data).toEqual(kept);
    await expect(session.run(feeds(3), { x: target })).rejects.toThrow(
      /outputs are x \[3,\d+,\d+,\d+\] float32; got x \[2/,
    );
    await expect(session.run(feeds(2), { y: target })).rejects.toThrow(/outputs are x .*; got y/);
  });

  it("runs batches of more sizes than it keeps plans for", async () => {
    const session = await runtime.createSession(model());
    const one = (await session.run(feeds(1))).x!.data as Float32Array;
    for (let rows = 12; rows > 0; rows--) {
      const { x } = await session.run(feeds(rows));
      expect(x!.shape[0]).toBe(rows);
      expect((x!.data as Float32Array).subarray(-one.length)).toEqual(one);
    }
  });

  it.each([
    [{}, /inputs are z \[batch,3\] float32; got nothing/],
    [{ z: { dtype: "float32", shape: [1, 4], data: new Float32Array(4) } }, /got z \[1,4\] float32/],
    [{ z: { dtype: "float32", shape: [2, 3], data: new Float32Array(3) } }, /got z \[2,3\] float32/],
    [{ z: { dtype: "uint8", shape: [1, 3], data: new Uint8Array(3) } }, /got z \[1,3\] uint8/],
    [{ ...feeds(1), c: feeds(1).z }, /got z \[1,3\] float32,c/],
  ] as const)("refuses feeds that are not its inputs: %#", async (given, message) => {
    const session = await runtime.createSession(model());
    await expect(session.run(given)).rejects.toThrow(message);
    await expect(session.run(given)).rejects.toThrow(ShapeError);
  });

  it("is of no use after dispose, which may be called twice", async () => {
    const session = await runtime.createSession(model());
    await session.dispose();
    await session.dispose();
    await expect(session.run(feeds(1))).rejects.toThrow(DisposedError);
  });
});
