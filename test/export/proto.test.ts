import { checkGraph, decodeModel, encodeModel, Graph, graphText, optimize, trace } from "@vaekit/export";
import { tf } from "@vaekit/train";
import { describe, expect, it } from "vitest";
import { onnx } from "../../packages/export/src/proto/generated/onnx.js";
import { normal } from "./lower/values.ts";
import { richGraph } from "./rich-graph.ts";
import { expectSameOutputs, type NamedFunction, runOnnx } from "./support.ts";

const w = tf.variable(tf.tensor2d(normal([4, 3]).data as Float32Array, [4, 3]), true, "proto/w");
const dense: NamedFunction = ({ x }) => ({ y: tf.relu(tf.add(tf.matMul(x!, w as tf.Tensor2D), 1)) });
const graphs: Record<string, () => Graph> = {
  "all kinds": richGraph,
  "a traced layer": () => optimize(trace(dense, { x: { shape: ["batch", 4] } })),
  "a traced gradient": () =>
    trace(({ x }) => ({ dx: tf.grad((v) => tf.mean(dense({ x: v }).y!))(x!) }), {
      x: { shape: ["batch", 4] },
    }),
};

const ports = (graph: Graph) => ({
  inputs: graph.inputs.map(({ name, dtype, shape }) => ({ name, dtype, shape })),
  outputs: graph.outputs.map(({ name, value: { dtype, shape } }) => ({ name, dtype, shape })),
});
const nodes = (graph: Graph) =>
  graph.nodes.map(({ op, attributes, inputs, outputs }) => ({
    op,
    attributes,
    inputs: inputs.map(
      (input) => input && { dtype: input.dtype, shape: input.shape, data: bitsOf(input.data) },
    ),
    outputs: outputs.map(({ dtype, shape }) => ({ dtype, shape })),
  }));
const bitsOf = (data: ArrayBufferView | null) =>
  data && [...new Uint8Array(data.buffer as ArrayBuffer, data.byteOffset, data.byteLength)];
/** An output that is an input, a constant or a second name gets a node of its own in the file. */
const withoutIdentities = (graph: Graph) => nodes(graph).filter(({ op }) => op !== "Identity");

describe("a graph survives the file", () => {
  it.each(Object.entries(graphs))("%s: ports, nodes, attributes, constants bit for bit", (_, make) => {
    const graph = make();
    const { graph: decoded } = decodeModel(encodeModel(graph));
    checkGraph(decoded);
    expect(ports(decoded)).toEqual(ports(graph));
    // alpha is a float32 in the file, as are all numbers here.
    expect(withoutIdentities(decoded)).toEqual(nodes(graph));
    const text = graphText(graph);
    expect(graphText(decoded).slice(0, text.length)).toBe(text);
  });

  it.each(Object.entries(graphs))(
    "%s: read and written again it stays as it is, and knows where its nodes came from",
    (_, make) => {
      const first = decodeModel(encodeModel(make())).graph;
      const second = encodeModel(first);
      expect(encodeModel(decodeModel(second).graph)).toEqual(second);
      expect(first.nodes.slice(0, make().nodes.length).map(({ origin }) => origin.scope)).toEqual(
        make().nodes.map(({ origin: { scope, kernel } }) => scope || kernel || "pass"),
      );
    },
  );

  it("computes the same", async () => {
    const graph = graphs["a traced gradient"]!();
    const feeds = { x: normal([6, 4]) };
    expectSameOutputs(
      await runOnnx(decodeModel(encodeModel(graph)).graph, feeds),
      await runOnnx(graph, feeds),
      0,
    );
  });

  it("with names, versions and metadata", () => {
    const metadata = { vaekit: "encoder", größe: "α β" };
    const model = decodeModel(
      encodeModel(richGraph(), { name: "encoder", producerVersion: "1.2.3", metadata }),
    );
    expect(model).toMatchObject({ opset: 17, irVersion: 8, producer: "vaekit 1.2.3", metadata });
    const raw = onnx.ModelProto.decode(encodeModel(richGraph(), { name: "encoder" }));
    expect(raw.graph!.name).toBe("encoder");
    expect(raw.opset_import!.map(({ domain, version }) => [domain, Number(version)])).toEqual([["", 17]]);
  });

  it("with the batch as dim_param, and its multiples", () => {
    const { graph } = onnx.ModelProto.decode(encodeModel(richGraph()));
    const dims = (info: onnx.ValueInfoProto.$Properties) =>
      info.type!.tensor_type!.shape!.dim!.map(({ dim_param, dim_value }) => dim_param || Number(dim_value));
    expect(graph!.input!.map(dims)).toEqual([["batch", 3]]);
    expect(graph!.output!.map((info) => [info.name, dims(info)])).toContainEqual(["rows", ["2*batch", 2]]);
  });

  it("with every name once, although an output has the name of a constant", () => {
    const graph = new Graph();
    const x = graph.input("x", "float32", [2]);
    const weights = graph.constant("float32", Float32Array.of(1, 2), [2], "y");
    graph.output(
      "y",
      graph.op("Mul", [
        graph.op("Add", [x, weights]),
        graph.constant("float32", Float32Array.of(3, 4), [2], "x"),
      ]),
    );
    const raw = onnx.ModelProto.decode(encodeModel(graph)).graph!;
    const made = [...raw.input!, ...raw.initializer!]
      .map(({ name }) => name)
      .concat(raw.node!.flatMap(({ output }) => output!));
    expect(new Set(made).size).toBe(made.length);
    expect(made).toContain("y");
  });
});
