import { readFileSync } from "node:fs";
import { batch, encodeModel, Graph } from "@vaekit/export";
import { PbfWriter } from "pbf";
import { describe, expect, it } from "vitest";
import wabt from "wabt";
import { RandomStream } from "../../packages/infer/src/random/stream.ts";
import { loadRuntime } from "../../packages/infer/src/runtime/index.ts";
import { tinyRuntime } from "../../packages/infer/src/tiny/index.ts";
import { kernel } from "../../packages/infer/src/tiny/kernel.ts";
import { plainProducts } from "../../packages/infer/src/tiny/products-plain.ts";
import { simdProducts } from "../../packages/infer/src/tiny/products-simd.ts";
import { readTensor } from "../../packages/infer/src/tiny/read-tensor.ts";

describe("the kernel", () => {
  it("is what its source compiles to", async () => {
    const { parseWat } = await wabt();
    const source = new URL("../../packages/infer/src/tiny/kernel.wat", import.meta.url);
    const module = parseWat("kernel.wat", readFileSync(source, "utf8"), { simd: true });
    module.validate();
    const { buffer } = module.toBinary({});
    expect(Buffer.from(buffer).toString("base64")).toBe(kernel);
    // Pages compile larger modules only asynchronously.
    expect(buffer.length).toBeLessThan(4096);
  });

  it("and plain JavaScript give the sums of another multiplication, for strided rows with zeros", () => {
    const stream = new RandomStream(6, "noise");
    for (const [rows, columns, count] of [
      [1, 1, 1],
      [3, 16, 2],
      [7, 17, 5],
      [40, 33, 16],
    ] as const) {
      const x = stream.normal(new Float32Array(rows * count + 3)).map((value) => Math.max(0, value));
      const w = stream.normal(new Float32Array(rows * columns));
      for (const make of [simdProducts()!, plainProducts]) {
        const product = make(
          rows,
          columns,
          (row, column) => w[row * columns + column]!,
          (column) => column / 8,
        );
        product.put(x, 1, x.length);
        const sums = product.sums(2, 1, count, count);
        for (let i = 0; i < count; i++)
          for (let j = 0; j < columns; j++) {
            let expected = j / 8;
            for (let k = 0; k < rows; k++) expected += x[3 + i + k * count]! * w[k * columns + j]!;
            expect(sums[i * product.width + j]).toBeCloseTo(expected, 4);
          }
      }
    }
  });

  it("holds the weights of many products, and outgrows its first memory", () => {
    const make = simdProducts()!;
    const products = [1, 2, 3].map((n) =>
      make(
        100,
        200,
        () => n,
        () => n,
      ),
    );
    for (const [i, product] of products.entries()) {
      product.put(new Float32Array(100).fill(1), 0, 100);
      expect(new Set(product.sums(0, 100, 1, 1).subarray(0, 200))).toEqual(new Set([101 * (i + 1)]));
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
