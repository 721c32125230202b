import { execFileSync } from "node:child_process";
import { statSync } from "node:fs";
import { join } from "node:path";
import { decodeModel, encodeModel, Graph, ModelError, writeModel } from "@vaekit/export";
import protobuf from "protobufjs/minimal.js";
import { describe, expect, it } from "vitest";
import { onnx } from "../../packages/export/src/proto/generated/onnx.js";
import { decodeProto, encodeProto, encodeProtoParts } from "../../packages/export/src/proto/message.js";
import { findPython } from "../../tools/python.mjs";
import { temporaryDirectory } from "../support/data.ts";
import { everythingModel } from "./everything-model.ts";
import { richGraph } from "./rich-graph.ts";

const python = findPython({ needs: ["onnx"] });
const withoutPython = python
  ? ""
  : " (skipped: no Python with onnx; node tools/python.mjs --only onnx installs it)";
const nightly = Boolean(process.env.VAEKIT_NIGHTLY);

const withWeights = (...lengths: number[]): onnx.ModelProto.$Properties => ({
  ir_version: 8,
  opset_import: [{ domain: "", version: 17 }],
  metadata_props: [{ key: "a", value: "b" }],
  graph: {
    name: "g",
    doc_string: "said",
    node: [{ op_type: "Relu", input: ["x"], output: ["y"] }],
    initializer: lengths.map((length, i) => ({
      name: `w${i}`,
      dims: [length],
      data_type: 2,
      raw_data: Uint8Array.from({ length }, (_, at) => at + i),
      doc_string: "weights",
    })),
  },
});

describe("a message in parts", () => {
  it.each([
    ["without a graph", { ir_version: 8, training_info: [{}] }],
    ["with everything", everythingModel()],
    ["with large weights", withWeights(3, 2 ** 16 - 1, 2 ** 16, 5, 2 ** 20)],
  ])("%s is what protobufjs writes in one piece", (_, model) => {
    const whole = onnx.ModelProto.encode(model).finish();
    expect(Buffer.compare(Buffer.concat(encodeProtoParts(model)), whole)).toBe(0);
    expect(Buffer.compare(encodeProto(decodeProto(whole)), whole)).toBe(0);
  });

  it("shares the memory of large weights", () => {
    const model = withWeights(100, 2 ** 20);
    const parts = encodeProtoParts(model);
    expect(parts).toContain(model.graph!.initializer![1]!.raw_data);
    expect(parts.filter(({ length }) => length > 1000)).toHaveLength(1);
  });

  it("above protobuf's 2 GB is refused before anything is copied", () => {
    // Memory that nobody touches is not taken from the machine.
    const model = withWeights(1);
    model.graph!.initializer![0]!.raw_data = new Uint8Array(2 ** 31);
    expect(() => encodeProtoParts(model)).toThrow(ModelError);
    expect(() => encodeProtoParts(model)).toThrow(/2 GB; write its weights as external data/);
  });

  it.skipIf(!nightly)(
    `writeModel moves weights above 2 GB out by itself${nightly ? "" : " (skipped: writes 2 GB; VAEKIT_NIGHTLY=1)"}`,
    async () => {
      const graph = new Graph();
      const x = graph.input("x", "uint8", [1]);
      const sizes = [2 ** 30, 2 ** 30 + 1];
      sizes.forEach((size, i) => {
        const weights = graph.constant("uint8", new Uint8Array(size).fill(i), [size], `w${i}`);
        graph.output(`y${i}`, graph.op("Add", [x, weights]));
      });
      const { model, data } = await writeModel(join(temporaryDirectory(), "m.onnx"), graph);
      expect(model.bytes).toBeLessThan(10_000);
      expect(statSync(data!.path).size).toBe(2 ** 31 + 1);
    },
  );
});

describe("what the schema does not know", () => {
  const unknown = protobuf.Writer.create()
    .uint32((999 << 3) | 2)
    .bytes(Uint8Array.of(1, 2, 3))
    .finish();
  const levels: Record<string, (model: onnx.ModelProto.$Properties) => { $unknowns?: Uint8Array[] }> = {
    model: (model) => model,
    graph: (model) => model.graph!,
    node: (model) => model.graph!.node![0]!,
    attribute: (model) => model.graph!.node![1]!.attribute![0]!,
    "initializer of many bytes": (model) => model.graph!.initializer!.at(-1)!,
    "a subgraph's node": (model) => model.graph!.node![3]!.attribute![0]!.g!.node![0]!,
    type: (model) => model.graph!.input![2]!.type!.sequence_type!,
    function: (model) => model.functions![0]!,
  };
  it.each(Object.entries(levels))("is kept: a field of a %s", (_, level) => {
    const model = everythingModel();
    model.graph!.initializer!.push({
      name: "large",
      dims: [2 ** 17],
      data_type: 2,
      raw_data: new Uint8Array(2 ** 17),
    });
    level(model).$unknowns = [unknown];
    const bytes = onnx.ModelProto.encode(model).finish();
    expect(Buffer.from(bytes).includes(Buffer.from(unknown))).toBe(true);
    const again = decodeProto(bytes);
    expect(Buffer.compare(encodeProto(again), bytes)).toBe(0);
    expect(level(again).$unknowns).toHaveLength(1);
  });

  it("is kept: a value that an enum lacks", () => {
    const bytes = encodeProto({ graph: { node: [{ attribute: [{ name: "a" }] }] } });
    const type = Uint8Array.of(0xa0, 0x01, 99);
    // The attribute, node and graph around it grow with it.
    const grown = Uint8Array.from([...bytes, ...type]);
    for (const at of [1, 3, 5]) grown[at]! += 3;
    expect(Buffer.compare(encodeProto(decodeProto(grown)), grown)).toBe(0);
  });
});

describe("a file that goes deeper than any model", () => {
  // An optional of an optional of ..., as the type of a graph's input.
  const nested = (depth: number) => wrap([0x3a, 0x5a, 0x12, ...new Array(depth).fill([0x4a, 0x0a]).flat()]);

  it("is refused at 100 messages within messages", () => {
    expect(() => decodeProto(nested(48))).not.toThrow();
    for (const depth of [50, 1000]) {
      expect(() => decodeProto(nested(depth))).toThrow(ModelError);
      expect(() => decodeProto(nested(depth))).toThrow(/max depth exceeded/);
    }
  });
});

/** Nothing, as the contents of length-delimited fields with these tags, the outermost first. */
function wrap(tags: readonly number[]): Uint8Array {
  let bytes: number[] = [];
  for (const tag of tags.toReversed()) {
    bytes = [tag, ...protobuf.Writer.create().uint32(bytes.length).finish(), ...bytes];
  }
  return Uint8Array.from(bytes);
}

describe("the file format follows the opset", () => {
  const expected = { 13: 7, 14: 7, 15: 8, 16: 8, 17: 8, 18: 8, 19: 9, 20: 9, 21: 10, 22: 10, 23: 11, 24: 12 };
  const written = (opset: number) => {
    const graph = new Graph(opset);
    graph.output("y", graph.op("Relu", [graph.input("x", "float32", [1])]));
    return decodeModel(encodeModel(graph));
  };

  it.each(Object.entries(expected))("opset %s has IR %i", (opset, ir) => {
    expect(written(Number(opset))).toMatchObject({ opset: Number(opset), irVersion: ir });
    expect(written(Number(opset)).graph.opset).toBe(Number(opset));
  });

  it.skipIf(!python)(`as onnx's own table has it${withoutPython}`, () => {
    const script = "import json, onnx; print(json.dumps([row[1:3] for row in onnx.helper.VERSION_TABLE]))";
    const rows = JSON.parse(execFileSync(python!, ["-c", script]).toString()) as [
      ir: number,
      opset: number,
    ][];
    for (const [opset, ir] of Object.entries(expected))
      expect(Math.min(...rows.filter((row) => row[1] === Number(opset)).map((row) => row[0])), opset).toBe(
        ir,
      );
  });
});

describe("a graph's file", () => {
  it("carries float16 as its bits, int8, and lists of floats", () => {
    const graph = new Graph();
    graph.input("x", "float16", [2]);
    const half = Uint16Array.of(0x3c00, 0x7e01);
    graph.output("half", graph.constant("float16", half, [2]));
    graph.output("byte", graph.constant("int8", Int8Array.of(-128, 127, 0), [3]));
    const back = decodeModel(encodeModel(graph)).graph;
    const constants = back.nodes.map(({ inputs: [value] }) => value!);
    expect(constants.map(({ dtype, data }) => [dtype, data])).toEqual([
      ["float16", half],
      ["int8", Int8Array.of(-128, 127, 0)],
    ]);
    expect(back.inputs[0]!.dtype).toBe("float16");
    const model = decodeProto(encodeModel(richGraph()));
    model.graph!.node![0]!.attribute!.push({ name: "scales", type: 6, floats: [0.5, 2] });
    expect(decodeModel(encodeProto(model)).graph.nodes[0]!.attributes.scales).toEqual({ floats: [0.5, 2] });
  });

  const changed = (change: (model: onnx.ModelProto) => void) => {
    const model = decodeProto(encodeModel(richGraph()));
    change(model);
    return encodeProto(model);
  };
  it.each([
    [
      "another domain's operator",
      ({ graph }: onnx.ModelProto) => {
        graph!.node![0]!.domain = "com.microsoft";
      },
      /Cast is of the domain com.microsoft, not ONNX's own/,
    ],
    [
      "an old opset",
      ({ opset_import }: onnx.ModelProto) => {
        opset_import![0]!.version = 9;
      },
      /opset 9; vaekit reads 13 to 24/,
    ],
    [
      "no opset",
      (model: onnx.ModelProto) => {
        model.opset_import = [];
      },
      /opset 0; vaekit reads 13 to 24/,
    ],
    [
      "elements elsewhere",
      ({ graph }: onnx.ModelProto) => {
        graph!.initializer![0]!.data_location = 1;
      },
      /in another file; read the model with readModel/,
    ],
    [
      "a constant twice",
      ({ graph }: onnx.ModelProto) => {
        graph!.initializer!.push(graph!.initializer![0]!);
      },
      /special is made twice/,
    ],
  ] as const)("with %s is no graph of vaekit's", (_, change, says) => {
    expect(() => decodeModel(changed(change))).toThrow(ModelError);
    expect(() => decodeModel(changed(change))).toThrow(says);
  });
});
