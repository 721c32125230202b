import { checkGraph, Graph, GraphError, Node, Value } from "@vaekit/export";
import { describe, expect, it } from "vitest";

const nowhere = { kernel: "", scope: "" };
const stray = () => new Value("float32", [2]);
/** x [2] -> y = relu(x) */
function valid(): Graph {
  const graph = new Graph();
  graph.kernel = "Relu";
  graph.output("y", graph.op("Relu", [graph.input("x", "float32", [2])]));
  return graph;
}

/** Each breaks one rule of a valid graph. */
const breaches: Record<string, [(graph: Graph) => void, string]> = {
  "an input from nowhere": [
    (graph) => void graph.op("Exp", [stray()]),
    "node 1 (Exp of Relu): input 0 is used before it is made",
  ],
  "a second input from nowhere": [
    (graph) => void graph.op("Add", [graph.inputs[0]!, stray()]),
    "node 1 (Add of Relu): input 1 is used before it is made",
  ],
  "a node before what it needs": [
    (graph) => {
      graph.op("Exp", [graph.nodes[0]!.outputs[0]!]);
      graph.nodes.reverse();
    },
    "node 0 (Exp of Relu): input 0 is used before it is made",
  ],
  "a node's own output as its input": [
    (graph) => {
      const y = stray();
      graph.nodes.push(new Node("Exp", [y], [y], {}, nowhere));
    },
    "node 1 (Exp of a pass): input 0 is used before it is made",
  ],
  "a value made twice": [
    (graph) =>
      void graph.nodes.push(new Node("Exp", [graph.inputs[0]!], graph.nodes[0]!.outputs, {}, nowhere)),
    "node 1 (Exp of a pass): an output is made twice",
  ],
  "a value that another node claims": [
    (graph) => void new Node("Exp", [], graph.nodes[0]!.outputs, {}, nowhere),
    "node 0 (Relu of Relu): an output belongs to another node",
  ],
  "an input of another graph": [
    (graph) => void graph.op("Exp", [valid().inputs[0]!]),
    "node 1 (Exp of Relu): input 0 is used before it is made",
  ],
  "an output that no node makes": [
    (graph) => graph.output("z", stray()),
    "output z is used before it is made",
  ],
  "two outputs of one name": [
    (graph) => graph.output("y", graph.inputs[0]!),
    "two inputs or outputs are named y",
  ],
  "two inputs of one name": [
    (graph) => void graph.input("x", "float32", [1]),
    "two inputs or outputs are named x",
  ],
  "an input and an output of one name": [
    (graph) => graph.output("x", graph.nodes[0]!.outputs[0]!),
    "two inputs or outputs are named x",
  ],
};

const faultsOf = (graph: Graph): string => {
  try {
    checkGraph(graph);
    return "";
  } catch (error) {
    expect(error).toBeInstanceOf(GraphError);
    return (error as Error).message;
  }
};

describe("checkGraph", () => {
  it("passes a valid graph", () => expect(faultsOf(valid())).toBe(""));

  it("passes constants, left-out inputs, and one value under two names", () => {
    const graph = valid();
    const [x] = graph.inputs as [Value];
    const clipped = graph.op("Clip", [x, null, graph.scalar(1)]);
    graph.output("a", clipped);
    graph.output("b", clipped);
    graph.output("c", graph.scalar(3));
    graph.output("d", x);
    expect(faultsOf(graph)).toBe("");
  });

  it.each(Object.entries(breaches))("finds %s", (_, [breach, fault]) => {
    const graph = valid();
    breach(graph);
    expect(faultsOf(graph).split("\n  ").slice(1)).toContain(fault);
  });

  it("lists every breach in one error", () => {
    const graph = valid();
    graph.op("Exp", [stray()]);
    graph.output("z", stray());
    graph.output("x", graph.scalar(1));
    expect(faultsOf(graph).split("\n  ")).toEqual([
      "3 faults in the graph",
      "two inputs or outputs are named x",
      "node 1 (Exp of Relu): input 0 is used before it is made",
      "output z is used before it is made",
    ]);
  });
});

/** x [2] and one node more, as a lowering with a mistake would write it. */
const mistakes: Record<string, [(graph: Graph, x: Value) => unknown, string]> = {
  "an operator that ONNX lacks": [
    (graph, x) => graph.op("Flip", [x], { outputs: [x] }),
    "no operator Flip in opset 17, as far as ir/operators knows",
  ],
  "a reduction in the form of another opset": [
    (graph, x) =>
      graph.op("ReduceMax", [x, graph.ints([0])], { outputs: [{ dtype: "float32", shape: [1] }] }),
    "2 inputs, ReduceMax takes 1",
  ],
  "too few inputs": [(graph, x) => graph.op("Where", [x], { outputs: [x] }), "1 inputs, Where takes 3"],
  "an attribute that is missing": [
    (graph, x) => graph.op("Concat", [x, x], { outputs: [{ dtype: "float32", shape: [4] }] }),
    "attribute axis is missing",
  ],
  "an attribute that is unknown": [
    (graph, x) => graph.op("Relu", [x], { attributes: { alpha: 1 } }),
    "Relu has no attribute alpha in this opset",
  ],
  "an attribute of another kind": [
    (graph, x) => graph.op("Elu", [x], { attributes: { alpha: 1 } }),
    "attribute alpha is int, Elu takes float",
  ],
  "a list of fractions": [
    (graph, x) => graph.op("Transpose", [x], { attributes: { perm: [0.5] }, outputs: [x] }),
    "attribute perm is a list with numbers that are no integers, Transpose takes ints",
  ],
  "another dtype than the operator gives": [
    (graph, x) => graph.op("IsNaN", [x], { outputs: [x] }),
    "output 0 is declared float32 [2], IsNaN gives bool [2]",
  ],
  "another shape than the operator gives": [
    (graph, x) => graph.op("Relu", [x], { outputs: [{ dtype: "float32", shape: [3] }] }),
    "output 0 is declared float32 [3], Relu gives float32 [2]",
  ],
  "another rank than the operator gives": [
    (graph, x) => graph.op("Relu", [x], { outputs: [{ dtype: "float32", shape: [2, 1] }] }),
    "output 0 is declared float32 [2, 1], Relu gives float32 [2]",
  ],
  "more outputs than the operator gives": [
    (graph, x) => graph.ops("Relu", [x], { outputs: [x, x] }),
    "2 outputs, Relu gives 1 here",
  ],
  "inputs that do not go together": [
    (graph, x) => graph.op("Add", [x, graph.scalar(1, "int32")], { outputs: [x] }),
    "Add(float32 [2], int32 []): the dtypes differ",
  ],
};

describe("a node by itself", () => {
  it.each(Object.entries(mistakes))("%s", (_, [make, fault]) => {
    const graph = new Graph();
    make(graph, graph.input("x", "float32", [2]));
    expect(faultsOf(graph).split("\n  ").slice(1)).toEqual([expect.stringContaining(`: ${fault}`)]);
  });

  it("a shape that is computed stands as it was declared", () => {
    const graph = new Graph();
    const x = graph.input("x", "float32", [2, 3]);
    const y = graph.op("Reshape", [x, graph.op("Shape", [x])], { outputs: [x] });
    graph.output("y", y);
    expect(faultsOf(graph)).toBe("");
  });

  it("the layer stands beside the kernel", () => {
    const graph = new Graph();
    graph.origin = { kernel: "Relu", scope: "encoder/dense" };
    graph.op("Relu", [graph.input("x", "float32", [2]), null]);
    expect(faultsOf(graph)).toContain("node 0 (Relu of encoder/dense: Relu): 2 inputs, Relu takes 1");
  });
});

describe("a graph refuses when it is built", () => {
  const graph = new Graph();
  const x = graph.input("x", "float32", [2, 3]);
  const refused: Record<string, [() => unknown, RegExp]> = {
    "an unknown operator": [() => graph.op("Flip", [x]), /ONNX operator Flip has no row in ir\/operators/],
    "shapes that do not broadcast": [
      () => graph.op("Add", [x, graph.constant("float32", new Float32Array(2), [2])]),
      /Add\(float32 \[2, 3\], float32 \[2\]\): the shapes do not broadcast/,
    ],
    "two dtypes": [() => graph.op("Mul", [x, graph.scalar(2, "int32")]), /Mul\(.*\): the dtypes differ/],
    "a product of other inner sizes": [
      () => graph.op("MatMul", [x, x]),
      /MatMul\(.*\): the inner sizes differ/,
    ],
    "a bool where numbers are meant": [
      () => graph.op("Add", [graph.op("IsNaN", [x]), x]),
      /Add takes no bool/,
    ],
    "an integer where floats are meant": [
      () => graph.op("Exp", [graph.scalar(2, "int32")]),
      /Exp takes float32 only/,
    ],
    "a shape that is computed": [
      () => graph.op("Reshape", [x, graph.op("Shape", [x])]),
      /a shape or axis input is not a constant/,
    ],
    "a constant of too few elements": [
      () => graph.constant("float32", new Float32Array(5), [2, 3]),
      /5 elements do not make float32 \[2, 3\]/,
    ],
    "a constant in the wrong array": [
      () => graph.constant("int32", new Float32Array(6), [2, 3]),
      /do not make int32/,
    ],
  };

  it.each(Object.entries(refused))("%s", (_, [build, message]) => {
    expect(build).toThrow(GraphError);
    expect(build).toThrow(message);
  });
});
