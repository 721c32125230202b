import { Graph, graphText, type InputSpecs, optimize, TraceError, trace } from "@vaekit/export";
import { UsageError } from "@vaekit/infer";
import { tf } from "@vaekit/train";
import { describe, expect, it } from "vitest";
import { Points } from "../../packages/export/src/trace/points.ts";
import { unify } from "../../packages/export/src/trace/unify.ts";

describe("trace", () => {
  it("records a dense layer as one Gemm with a symbolic batch", async () => {
    const w = tf.tensor2d([1, 2, 3, 4, 5, 6], [3, 2]);
    const graph = optimize(
      trace(({ x }) => ({ y: tf.relu(tf.add(tf.matMul(x!, w), 1)) }), { x: { shape: ["batch", 3] } }),
    );
    expect(graphText(graph)).toBe("Gemm:batchx2 -> Relu:batchx2");
    await expect(graph).toRunInOrt();
  });
});

describe("a function is recorded", () => {
  const counted = (inputs: InputSpecs): Record<string, number[]> => {
    const seen: number[][] = [];
    trace(({ x }) => {
      seen.push(x!.shape);
      return { y: tf.relu(x!) };
    }, inputs);
    return {
      times: [seen.length],
      ...Object.fromEntries(seen[0]!.map((_, i) => [i, [...new Set(seen.map((s) => s[i]!))]])),
    };
  };

  it("twice without symbols, so that one which changes is found out", () => {
    expect(counted({ x: { shape: [2, 3] } }).times).toEqual([2]);
  });

  it("at four sizes of the batch, odd and even and never 1", () => {
    expect(counted({ x: { shape: ["batch", 3] } })).toMatchObject({ times: [4], 0: [3, 5, 4, 8] });
  });

  it("twelve times for batch, height and width, which are never equal", () => {
    const seen = counted({ x: { shape: ["batch", "height", "width", 1] } });
    expect(seen.times).toEqual([12]);
    for (const axis of [1, 2]) {
      expect(new Set(seen[axis]!.map((size) => size % 2)).size).toBe(2);
      expect(Math.min(...seen[axis]!)).toBeGreaterThanOrEqual(19);
    }
    expect(seen[1]!.filter((size) => seen[2]!.includes(size))).toEqual([]);
  });

  it("further, where a rounding can not be told from others yet", () => {
    const seen: number[] = [];
    const graph = trace(
      ({ x }) => {
        seen.push(x!.shape[0]!);
        return { y: tf.slice(x!, [0], [Math.ceil(x!.shape[0]! / 32)]) };
      },
      { x: { shape: ["time"] } },
    );
    expect(`${graph.outputs[0]!.value.shape}`).toBe("floor((time+31)/32)");
    expect(seen.length).toBeGreaterThan(6);
    expect(seen.length).toBeLessThan(25);
  });

  it("with one copy of the weights, whatever the backend's own reads give", () => {
    const w = tf.ones([64, 64]);
    const backend = tf.backend();
    const read = backend.readSync.bind(backend);
    let reads = 0;
    backend.readSync = (dataId) => {
      reads++;
      return read(dataId).slice() as Float32Array;
    };
    try {
      trace(({ x }) => ({ y: tf.matMul(x as tf.Tensor2D, w as tf.Tensor2D) }), {
        x: { shape: ["batch", 64] },
      });
    } finally {
      Reflect.deleteProperty(backend, "readSync");
      w.dispose();
    }
    expect(reads).toBe(1);
  });
});

describe("names of dimensions", () => {
  const identity = ({ x }: Record<string, tf.Tensor>) => ({ y: tf.relu(x!) });

  it.each(["", "2x", "a b", "height-1", "höhe"])("%j is none", (name) => {
    expect(() => trace(identity, { x: { shape: [name, 2] } })).toThrow(UsageError);
    expect(() => trace(identity, { x: { shape: [name, 2] } })).toThrow(
      /input x: ".*" cannot name a dimension/,
    );
  });

  it("there are at most six beside the batch", () => {
    const shape = ["batch", "a", "b", "c", "d", "e", "f"];
    expect(`${trace(identity, { x: { shape } }).outputs[0]!.value.shape}`).toBe(`${shape}`);
    expect(() => trace(identity, { x: { shape: [...shape, "g"] } })).toThrow(
      /8 symbolic dimensions.*at most 6/,
    );
  });
});

describe("sizes that cannot be exported", () => {
  const shape = ["batch", "height", 2] as const;
  it.each<[string, (x: tf.Tensor, height: number) => tf.Tensor, RegExp]>([
    [
      "an axis",
      (x, height) => tf.slice(x, [0, 0, 0], [-1, Math.floor(Math.sqrt(height)), -1]),
      /Slice of tfjs Slice: a constant is int64 \[3\], whose element 1 is 6 at height 37, 5 at height 32, 6 at height 39, 8 at height 70/,
    ],
    [
      "a constant",
      (x, height) => tf.mul(x, Math.log(height)),
      /constant is float32 \[\] \{3\.61\d*\} at height 37, .*expression of batch and height.*Compute it from the inputs/,
    ],
    [
      "a size below which the function does something else",
      (x, height) => (height < 40 ? tf.tanh(x) : tf.exp(x)),
      /Tanh of tfjs Tanh\) is Exp.*different sizes of height.*Let it not depend on height, or fix height/,
    ],
    [
      "a size at which it fails",
      (x, height) => tf.slice(x, [0, 0, 0], [-1, (height + 1) / 2, -1]),
      /works at batch 3, height 37, but not at batch 3, height 32: .*\n.*any height, odd ones too. Fix height/,
    ],
  ])("%s", (_, op, message) => {
    const fn = ({ x }: Record<string, tf.Tensor>) => ({ y: op(x!, x!.shape[1]!) });
    expect(() => trace(fn, { x: { shape } })).toThrow(TraceError);
    expect(() => trace(fn, { x: { shape } })).toThrow(message);
  });
});

describe("unify", () => {
  it("names the axis, its sizes and the symbol where an operator's output follows no rule", () => {
    const points = new Points(["batch", "height"]);
    const recordings = points.initial().map((sizes) => {
      const graph = new Graph();
      const x = graph.input("x", "float32", [sizes.batch!, sizes.height!]);
      graph.origin = { kernel: "Thing", scope: "encoder/odd" };
      const shape = [sizes.batch!, sizes.height! ** 2];
      graph.output("y", graph.op("Relu", [x], { outputs: [{ dtype: "float32", shape }] }));
      return { sizes, graph };
    });
    expect(() => unify(recordings, points)).toThrow(
      /Relu of tfjs Thing in encoder\/odd: axis 1 has size 1369 at height 37, 1024 at height 32, 1521 at height 39, 4900 at height 70\. That is no expression of batch and height/,
    );
  });
});
