import { execFileSync } from "node:child_process";
import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { batch, encodeModel, Graph, inspectModel, ModelError, writeModel } from "@vaekit/export";
import { DataError } from "@vaekit/infer";
import fc from "fast-check";
import { InferenceSession } from "onnxruntime-node";
import { describe, expect, it } from "vitest";
import { layout } from "../../packages/export/src/inspect/layout.js";
import { loadedBy, onnxRuntimes } from "../../packages/export/src/inspect/onnxruntime-versions.js";
import { onnx } from "../../packages/export/src/proto/generated/onnx.js";
import { encodeProto } from "../../packages/export/src/proto/message.js";
import { findOnnxTestdata } from "../../tools/onnx-testdata.mjs";
import { findPython } from "../../tools/python.mjs";
import { temporaryDirectory } from "../support/data.ts";
import { everythingModel } from "./everything-model.ts";

const python = findPython({ needs: ["onnx"] });
const data = findOnnxTestdata();
const missing = [
  ...(python ? [] : ["Python with onnx; node tools/python.mjs --only onnx"]),
  ...(data ? [] : ["libonnx-testdata; node tools/onnx-testdata.mjs"]),
];
const without = missing.length > 0 ? ` (skipped: needs ${missing.join(" and ")})` : "";

/** x -> relu(x w + b) */
function dense(): Graph {
  const graph = new Graph();
  graph.origin = { kernel: "BatchMatMul", scope: "encoder/dense_1" };
  const x = graph.input("x", "float32", [batch, 300]);
  const w = graph.constant("float32", new Float32Array(300 * 4).fill(0.5), [300, 4], "w");
  const b = graph.constant("float32", Float32Array.of(1, 2, 0.1, 4), [4], "b");
  graph.output("y", graph.op("Relu", [graph.op("Add", [graph.op("MatMul", [x, w]), b])]));
  return graph;
}

describe("inspectModel", () => {
  it("tells ports, versions, parameters and operators", async () => {
    const metadata = { author: "me" };
    const bytes = encodeModel(dense(), { name: "dense", producerVersion: "9.9.9", metadata });
    const { report } = await inspectModel(bytes);
    expect(report).toMatchObject({
      path: null,
      fileBytes: bytes.length,
      ir: 8,
      opsets: { "ai.onnx": 17 },
      producer: "vaekit 9.9.9",
      metadata,
      graph: "dense",
      inputs: [{ name: "x", type: "float32 [batch, 300]", shape: ["batch", 300] }],
      outputs: [{ name: "y", type: "float32 [batch, 4]", shape: ["batch", 4] }],
      operators: { MatMul: 1, Add: 1, Relu: 1 },
      nodes: 3,
      parameters: {
        tensors: 2,
        elements: 1204,
        bytes: 4816,
        byType: { float32: { tensors: 2, elements: 1204 } },
      },
      external: [],
      subgraphs: 0,
      functions: [],
      customDomains: [],
      onnxruntime: { from: "1.12" },
    });
    expect(report.parameters.largest.map(({ name, bytes: size }) => [name, size])).toEqual([
      ["w", 4800],
      ["b", 16],
    ]);
  });

  it("tells subgraphs, functions, other domains, and element types that vaekit has not", async () => {
    const { report } = await inspectModel(encodeProto(everythingModel()));
    expect(report).toMatchObject({
      inputs: [
        { name: "x", type: "float32 [batch, ?, 2]", shape: ["batch", null, 2] },
        { name: "choice", type: "bool []", shape: [] },
        { name: "list", type: "sequence of float32 [3]", shape: null },
        { name: "maybe", type: "optional float32 []" },
        { name: "scores", type: "map of int64 to float32 [1]" },
      ],
      outputs: [
        { name: "y" },
        { name: "s", type: "opaque com.other.Thing" },
        { name: "at", type: "unknown" },
      ],
      subgraphs: 2,
      functions: ["my.own.Twice"],
      customDomains: ["com.other"],
      trainingInfo: true,
      operators: { Mul: 2, Add: 3, "my.own.Twice": 1, "com.other.Strange": 1 },
      external: [{ location: "far.data", fileBytes: null, tensors: 1, bytes: 4096, problem: null }],
    });
    // Four bits each.
    expect(report.parameters.byType.int4).toEqual({ tensors: 1, elements: 3, bytes: 2 });
    expect(report.parameters.byType.string).toEqual({ tensors: 1, elements: 2, bytes: 3 });
    expect(report.parameters.largest[0]).toEqual({
      name: "far",
      type: "float32 [256, 4]",
      bytes: 4096,
      external: true,
    });
  });

  it("looks for external data beside a file, and says what is wrong with it", async () => {
    const path = join(temporaryDirectory(), "m.onnx");
    const { data: beside } = await writeModel(path, dense(), { externalData: true });
    const [good] = (await inspectModel(path)).report.external;
    expect(good).toEqual({
      location: "m.onnx.data",
      fileBytes: beside!.bytes,
      tensors: 1,
      bytes: 4800,
      problem: null,
    });
    writeFileSync(beside!.path, new Uint8Array(100));
    const [short] = (await inspectModel(path)).report.external;
    expect(short).toMatchObject({ fileBytes: 100, problem: "it has 100 bytes, its tensors reach to 4800" });
    const everything = join(temporaryDirectory(), "e.onnx");
    writeFileSync(everything, encodeProto(everythingModel()));
    const [lost] = (await inspectModel(everything)).report.external;
    expect(lost!.problem).toMatch(/"far.data" does not exist/);
  });

  const refused: [string, () => string | Uint8Array, new (message: string) => Error, RegExp][] = [
    [
      "no model",
      () => new TextEncoder().encode("hello, I am no model at all"),
      ModelError,
      /not an ONNX model/,
    ],
    ["nothing", () => new Uint8Array(), ModelError, /the model has no graph/],
    ["no such file", () => "none.onnx", DataError, /none.onnx: no such file/],
    ["a directory", () => import.meta.dirname, DataError, /that is a directory/],
    ["a device", () => "/dev/zero", DataError, /no plain file/],
    [
      "a tensor that is cut short",
      () =>
        encodeProto({
          graph: { initializer: [{ name: "w", data_type: 1, dims: [9], raw_data: new Uint8Array(8) }] },
        }),
      ModelError,
      /w holds 8 bytes where its sizes take 36/,
    ],
    [
      "a tensor of impossible size",
      () => encodeProto({ graph: { initializer: [{ name: "w", data_type: 1, dims: [2 ** 40, 2 ** 40] }] } }),
      ModelError,
      /more elements than 53 bits count/,
    ],
  ];
  it.each(refused)("refuses %s", async (_, source, type, says) => {
    await expect(inspectModel(source())).rejects.toThrow(type);
    await expect(inspectModel(source())).rejects.toThrow(says);
  });

  it.skipIf(!python || !data)(
    `counts what Python's onnx counts, in each of ONNX's own tests${without}`,
    async () => {
      const paths = readdirSync(data!, { recursive: true, encoding: "utf8" })
        .filter((file) => file.endsWith(".onnx"))
        .map((file) => join(data!, file));
      expect(paths.length).toBeGreaterThan(1000);
      const script = `
import json, sys, math, onnx
from collections import Counter
rows = []
for path in json.load(sys.stdin):
    graph = onnx.load(path).graph
    given = {tensor.name for tensor in graph.initializer}
    tensors = [*graph.initializer, *(a.t for node in graph.node for a in node.attribute if a.type == 4)]
    rows.append({
        "inputs": [value.name for value in graph.input if value.name not in given],
        "outputs": [[value.name, [d.dim_param or (d.dim_value if d.HasField("dim_value") else None)
            for d in value.type.tensor_type.shape.dim] if value.type.HasField("tensor_type") and value.type.tensor_type.HasField("shape") else None]
            for value in graph.output],
        "operators": Counter(node.op_type for node in graph.node),
        "elements": sum(math.prod(tensor.dims) for tensor in tensors),
        "bytes": sum(onnx.numpy_helper.to_array(tensor).nbytes for tensor in tensors if tensor.data_type != 8),
    })
print(json.dumps(rows))`;
      const output = execFileSync(python!, ["-c", script], {
        input: JSON.stringify(paths),
        maxBuffer: 2 ** 28,
      });
      const rows = JSON.parse(output.toString()) as Record<string, unknown>[];
      let compared = 0;
      for (const [i, path] of paths.entries()) {
        const { report } = await inspectModel(path);
        const { inputs, outputs, operators, parameters } = report;
        const named = (counts: Record<string, number>) =>
          Object.fromEntries(
            Object.entries(counts).map(([name, count]) => [name.replace(/^.*\./, ""), count]),
          );
        expect(
          inputs.map(({ name }) => name),
          path,
        ).toEqual(rows[i]!.inputs);
        expect(
          outputs.map(({ name, shape }) => [name, shape]),
          path,
        ).toEqual(rows[i]!.outputs);
        // Python was asked for the main graph only.
        const flat = report.subgraphs === 0 && report.functions.length === 0;
        if (!flat) continue;
        compared++;
        expect(named(operators), path).toEqual(rows[i]!.operators);
        expect([parameters.elements, parameters.bytes], path).toEqual([rows[i]!.elements, rows[i]!.bytes]);
      }
      expect(compared).toBeGreaterThan(700);
    },
  );
});

describe("which ONNX Runtime loads a model", () => {
  it("is the oldest that knows its opset and its file format", () => {
    expect(loadedBy({ "ai.onnx": 17 }, 8).from).toBe("1.12");
    expect(loadedBy({ "ai.onnx": 17 }, 10).from).toBe("1.18");
    expect(loadedBy({ "ai.onnx": 7 }, 3)).toMatchObject({ from: "1.10", reason: /older versions than 1.10/ });
    expect(loadedBy({ "ai.onnx": 99 }, 8).from).toBeNull();
    expect(loadedBy({ "ai.onnx": 17 }, 99).from).toBeNull();
    expect(loadedBy({ "ai.onnx": 5 }, 3)).toEqual({
      from: null,
      reason: expect.stringMatching(/opset 5 is older/),
    });
    expect(loadedBy({ "my.own": 1 }, 9).from).toBe("1.15");
  });

  it("the table says of the installed version what it does", async () => {
    const { version } = (await import("onnxruntime-node/package.json", { with: { type: "json" } })).default;
    const minor = (text: string) => Number(text.split(".")[1]);
    const row = onnxRuntimes.findLast((each) => minor(each.version) <= minor(version))!;
    const loads = async (opset: number, ir: number) => {
      const model = onnx.ModelProto.decode(encodeModel(dense()));
      model.ir_version = ir;
      model.opset_import![0]!.version = opset;
      const session = await InferenceSession.create(encodeProto(model), { logSeverityLevel: 4 }).catch(
        () => null,
      );
      await session?.release();
      return session !== null;
    };
    expect(await loads(row.opset, row.ir)).toBe(true);
    expect(await loads(row.opset + 1, row.ir)).toBe(false);
    expect(await loads(row.opset, row.ir + 1)).toBe(false);
  });
});

describe("the graph as text", () => {
  it("is one line a node", async () => {
    const { text } = await inspectModel(encodeModel(dense(), { name: "dense" }));
    expect(text()).toBe(
      [
        "graph dense {",
        "  input x: float32 [batch, 300]",
        "  constant w: float32 [300, 4]",
        "  constant b: float32 [4] {1, 2, 0.1, 4}",
        "  encoder/dense_1/MatMul: float32 [batch, 4] = MatMul(x, w)  # encoder/dense_1/MatMul",
        "  encoder/dense_1/Add: float32 [batch, 4] = Add(encoder/dense_1/MatMul, b)  # encoder/dense_1/Add",
        "  y: float32 [batch, 4] = Relu(encoder/dense_1/Add)  # encoder/dense_1/Relu",
        "  output y: float32 [batch, 4]",
        "}",
      ].join("\n"),
    );
  });

  it("shows subgraphs, functions, and attributes of every kind; nothing in it breaks a line", async () => {
    const lines = (await inspectModel(encodeProto(everythingModel()))).text().split("\n");
    expect(lines).toEqual(
      expect.arrayContaining([
        "    then_branch yes {",
        "      constant two: float32 [1] {2}",
        '  s: opaque com.other.Thing, unused = com.other.Strange(t, _) {text="αβ", texts=["\ufffd\\u0000", ""], ints=[1, -2, 1099511627776], floats=[0.5, NaN], type=float32 [4]}  # scope/Strange',
        "  c = Constant() {value=float32 [3] {1, 2, 3}}  # scope/Constant",
        "  constant far: float32 [256, 4] (external)",
        "  constant thin: sparse float32 [1000]",
        "function my.own.Twice (a) {",
        "  return b",
      ]),
    );
    const named = await inspectModel(
      encodeProto({ graph: { name: "a\nb", node: [{ op_type: "X Y", output: ["\u001b[2J"] }] } }),
    );
    expect(named.text()).toBe('graph "a\\nb" {\n  "\\u001b[2J" = "X Y"()\n}');
  });
});

interface Rect {
  x: number;
  y: number;
  width: number;
  height: number;
}
const apart = (a: Rect, b: Rect) =>
  a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y;
const overlaps = (rects: readonly Rect[]) =>
  rects.flatMap((a, i) => rects.slice(i + 1).flatMap((b) => (apart(a, b) ? [] : [[a, b]])));

describe("the graph as a drawing", () => {
  const boxesOf = (svg: string): Rect[] =>
    Array.from(
      svg.matchAll(/<rect x="([\d.-]+)" y="([\d.-]+)" width="([\d.]+)" height="([\d.]+)"/g),
      (match) => {
        const [x, y, width, height] = match.slice(1).map(Number) as [number, number, number, number];
        return { x, y, width, height };
      },
    );

  it("has a box for each node, input and output, a label for each declared shape, and none overlaps another", async () => {
    const svg = (await inspectModel(encodeModel(dense()))).svg();
    expect(boxesOf(svg)).toHaveLength(5 + 4);
    expect(overlaps(boxesOf(svg))).toEqual([]);
    for (const text of ["MatMul", "encoder/dense_1/MatMul", "float32 [300, 4]", "float32 {1, 2, 0.1, 4}"])
      expect(svg).toContain(`>${text}</text>`);
    const all = (await inspectModel(encodeProto(everythingModel()))).svg();
    expect(overlaps(boxesOf(all))).toEqual([]);
    expect(all).toContain(">then_branch: 1 nodes</text>");
  });

  it("is XML whatever the names are", async () => {
    const name = `<script>&"' \u0000\ud800 ${"界".repeat(80)}`;
    const svg = (
      await inspectModel(encodeProto({ graph: { node: [{ op_type: "Op", name, output: [name] }] } }))
    ).svg();
    expect(svg).toContain("&lt;script&gt;&amp;&quot;");
    expect(svg).not.toMatch(/<script|[\ud800-\udfff]/);
    expect(svg).not.toContain("\0");
    expect(svg).toContain("…");
  });

  it("says no to what is too large to look at", async () => {
    const node = Array.from({ length: 6000 }, (_, i) => ({
      op_type: "Relu",
      input: [`${i}`],
      output: [`${i + 1}`],
    }));
    const { svg } = await inspectModel(encodeProto({ graph: { node } }));
    expect(() => svg()).toThrow(/6000 nodes are too many to draw \(at most 5000\)/);
    // Every value of a long chain is used at its end.
    const chain = [
      ...node.slice(0, 2000),
      { op_type: "Concat", input: node.slice(0, 2000).map(({ output }) => output[0]!) },
    ];
    const tangled = await inspectModel(encodeProto({ graph: { node: chain } }));
    expect(() => tangled.svg()).toThrow(/its lines are too long and too many to draw/);
  });

  it("lays out any graph without overlaps, each box below those before it, lines in lanes of their own", () => {
    const graphs = fc.integer({ min: 1, max: 25 }).chain((count) =>
      fc.record({
        boxes: fc.array(
          fc.record({ width: fc.integer({ min: 10, max: 300 }), height: fc.integer({ min: 10, max: 90 }) }),
          {
            minLength: count,
            maxLength: count,
          },
        ),
        links: fc.array(
          fc.record({
            from: fc.nat(count - 1),
            to: fc.nat(count - 1),
            value: fc.constantFrom("a", "b"),
            at: fc.constantFrom(-5, 5),
          }),
          { maxLength: 2 * count },
        ),
      }),
    );
    const property = fc.property(graphs, ({ boxes, links }) => {
      const drawn = layout(boxes, links)!;
      const rects = drawn.boxes.map(({ x, y, width, height }) => ({ x: x - width / 2, y, width, height }));
      const lanes = new Map(
        drawn.ways
          .flat()
          .map(({ x, top, bottom }) => [`${x} ${top}`, { x, y: top, width: 0.1, height: bottom - top }]),
      );
      expect(overlaps([...rects, ...lanes.values()])).toEqual([]);
      for (const { x, y, width, height } of rects) {
        expect(Math.min(x, y)).toBeGreaterThan(-0.01);
        expect(x + width).toBeLessThan(drawn.width + 0.01);
        expect(y + height).toBeLessThan(drawn.height + 0.01);
      }
      for (const { from, to } of links)
        if (from < to) expect(rects[to]!.y).toBeGreaterThan(rects[from]!.y + rects[from]!.height);
    });
    fc.assert(property, { numRuns: 200, seed: 3 });
  });
});
