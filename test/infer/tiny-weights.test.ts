import { batch, encodeModel, Graph } from "@vaekit/export";
import { PbfWriter } from "pbf";
import { describe, expect, it } from "vitest";
import { RandomStream } from "../../packages/infer/src/random/stream.ts";
import { loadRuntime } from "../../packages/infer/src/runtime/index.ts";
import { tinyRuntime } from "../../packages/infer/src/tiny/index.ts";
import { weightsOf } from "../../packages/infer/src/tiny/kernels/products.ts";
import { readTensor } from "../../packages/infer/src/tiny/read-tensor.ts";

describe("packed weights", () => {
  it("are off by at most 2^-21 of themselves, over all of float32's range", () => {
    const stream = new RandomStream(5, "noise");
    const [rows, columns] = [64, 33];
    const exponents = stream.normal(new Float32Array(rows * columns));
    const data = stream
      .normal(new Float32Array(rows * columns))
      .map((value, i) => (i % 7 === 0 ? 0 : value * 2 ** (30 * exponents[i]!)));
    data.set([2 ** -149, -(2 ** -149), 3.4e38, -3.4e38, 1, -1], 100);
    const tensor = { dtype: "float32" as const, shape: [rows, columns], data, constant: true };
    const { words } = weightsOf(tensor, "", [rows, columns], (row, column) => data[row * columns + column]!);
    for (const [i, weight] of data.entries()) {
      const packed = words.getFloat64(4 * i, true);
      expect(Math.abs(packed - weight)).toBeLessThanOrEqual(
        weight === 0 ? 2 ** -199 : Math.abs(weight) * 2 ** -21,
      );
    }
  });

  it("are not what is infinite or NaN", () => {
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY]) {
      const tensor = {
        dtype: "float32" as const,
        shape: [1, 1],
        data: Float32Array.of(value),
        constant: true,
      };
      expect(() => weightsOf(tensor, "", [1, 1], () => value)).toThrow(/infinite or not a number/);
    }
  });
});

describe("stored weights", () => {
  it("every half is the float32 that onnxruntime makes of it", async () => {
    const graph = new Graph();
    const halves = Uint16Array.from({ length: 65536 }, (_, i) => i);
    const x = graph.input("x", "float32", [batch, 1]);
    const wide = graph.op("Cast", [graph.constant("float16", halves, [65536])], { attributes: { to: 1 } });
    graph.output("y", graph.op("Where", [graph.op("IsNaN", [x]), wide, x]));
    const model = encodeModel(graph);
    const feeds = { x: { dtype: "float32" as const, shape: [1, 1], data: Float32Array.of(Number.NaN) } };
    const [tiny, oracle] = [
      await tinyRuntime.createSession(model),
      await (await loadRuntime("node")).createSession(model),
    ];
    expect((await tiny.run(feeds)).y!.data).toEqual((await oracle.run(feeds)).y!.data);
    await oracle.dispose();
  });

  const tensor = (write: (pbf: PbfWriter) => void) => {
    const pbf = new PbfWriter();
    write(pbf);
    return pbf.finish();
  };

  it("as a list of floats", () => {
    const message = tensor((pbf) => {
      pbf.writePackedVarint(1, [2, 2]);
      pbf.writeVarintField(2, 1);
      pbf.writePackedFloat(4, [1, -2, 0.5, 3]);
      pbf.writeStringField(8, "w");
    });
    expect(readTensor(message)).toEqual({
      name: "w",
      tensor: { dtype: "float32", shape: [2, 2], data: Float32Array.of(1, -2, 0.5, 3), constant: true },
    });
  });

  it.each<[string, (pbf: PbfWriter) => void, RegExp]>([
    [
      "fewer elements than declared",
      (pbf) => pbf.writePackedVarint(1, [2 ** 31, 2 ** 20]),
      /holds 2 elements where/,
    ],
    ["a size below zero", (pbf) => pbf.writePackedVarint(1, [-1, -2]), /the shape \[-1,-2\]/],
    ["another file", (pbf) => pbf.writeVarintField(14, 1), /w is in another file/],
    ["an element type that there is not", (pbf) => pbf.writeVarintField(2, 16), /w has the element type 16/],
    ["a field of another wire type", (pbf) => pbf.writeVarintField(9, 1), /wire type 0, not 2/],
  ])("refuses %s", (_, write, message) => {
    const bytes = tensor((pbf) => {
      pbf.writeStringField(8, "w");
      pbf.writeVarintField(2, 1);
      pbf.writeBytesField(9, new Uint8Array(8));
      write(pbf);
    });
    expect(() => readTensor(bytes)).toThrow(message);
  });
});
