import { Graph, optimize, passes } from "@vaekit/export";
import { median, printTable, target } from "../support/table.mjs";

const rounds = 5;

/** What the passes take: large weights through the two that read them, and whole graphs by their length. */
export async function run() {
  const rows = [
    ["transposing a filter of ten million elements", () => filterGraph(), passes.foldConstants],
    ["telling two weights of 40 MB apart", () => twinsGraph(), passes.deduplicate],
    ["all passes, 1,000 nodes", () => longGraph(1000), optimize],
    ["all passes, 2,000 nodes", () => longGraph(2000), optimize],
    ["all passes, 4,000 nodes", () => longGraph(4000), optimize],
  ].map(([name, make, pass]) => [name, timeOf(make, pass)]);
  printTable(
    ["what", "seconds"],
    rows.map(([name, seconds]) => [name, seconds.toFixed(3)]),
  );
  const [transpose, twins, short, , long] = rows.map(([, seconds]) => seconds);
  return [
    target("transposing ten million elements, seconds", transpose, 1),
    target("telling two weights of 40 MB apart, seconds", twins, 0.5),
    // In proportion it is 4, squared 16.
    target("4,000 nodes / 1,000 nodes", long / short, 8),
  ].every(Boolean);
}

function timeOf(make, pass) {
  pass(make()); // warm-up
  const times = Array.from({ length: rounds }, () => {
    const graph = make();
    const began = performance.now();
    pass(graph);
    return (performance.now() - began) / 1e3;
  });
  return median(times);
}

function filterGraph() {
  const graph = new Graph();
  const filter = graph.constant("float32", new Float32Array(9 * 1024 * 1100).fill(1), [3, 3, 1024, 1100]);
  graph.output("y", graph.op("Transpose", [filter], { attributes: { perm: [3, 2, 0, 1] } }));
  return graph;
}

/** Equal but for the last element, so that neither size nor first values tell them apart. */
function twinsGraph() {
  const graph = new Graph();
  const x = graph.input("x", "float32", [2, 10]);
  for (const last of [1, 2]) {
    const data = new Float32Array(1e7).fill(0.5);
    data[data.length - 1] = last;
    graph.output(`y${last}`, graph.op("Gemm", [x, graph.constant("float32", data, [10, 1e6])]));
  }
  return graph;
}

/** Blocks of convolution, relu, an affine chain and a sum, as a residual network has them. */
function longGraph(count) {
  const graph = new Graph();
  const table = (shape, value) =>
    graph.constant("float32", new Float32Array(shape.reduce((a, b) => a * b)).fill(value), shape);
  let y = graph.input("x", "float32", [2, 8, 8, 4]);
  for (let i = 0; graph.nodes.length < count; i++) {
    const first = graph.op("Transpose", [y], { attributes: { perm: [0, 3, 1, 2] } });
    const conv = graph.op("Conv", [first, table([4, 4, 3, 3], i)], { attributes: { pads: [1, 1, 1, 1] } });
    const last = graph.op("Transpose", [conv], { attributes: { perm: [0, 2, 3, 1] } });
    const centred = graph.op("Sub", [graph.op("Relu", [last]), table([4], i)]);
    y = graph.op("Add", [y, graph.op("Mul", [centred, table([4], 2)])]);
  }
  graph.output("y", y);
  return graph;
}
