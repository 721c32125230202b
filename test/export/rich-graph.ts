import { batch, Graph } from "@vaekit/export";

/** Every kind of value, constant and attribute that the IR has. */
export function richGraph(): Graph {
  const graph = new Graph();
  graph.kernel = "First";
  const pixels = graph.input("pixels", "uint8", [batch, 3]);
  const x = graph.op("Cast", [pixels], { attributes: { to: 1 } });
  // A view that does not start where its memory does.
  const special = Float32Array.of(7, Number.NaN, Number.POSITIVE_INFINITY, -0).subarray(1);
  const sum = graph.op("Add", [x, graph.constant("float32", special, [3], "weights/special")]);
  const clipped = graph.op("Clip", [sum, null, graph.scalar(6)]);
  const leaky = graph.op("LeakyRelu", [clipped], { attributes: { alpha: { float: 0.125 } } });
  const [left, right] = graph.ops("Split", [leaky, graph.ints([1, 2])], { attributes: { axis: 1 } });
  graph.kernel = "";
  const int = graph.op("Cast", [right!], { attributes: { to: 6 } });
  const counted = graph.op("Add", [
    int,
    graph.constant("int32", Int32Array.of(-(2 ** 31), 2 ** 31 - 1), [2]),
  ]);
  const flag = graph.op("And", [graph.op("IsNaN", [left!]), graph.constant("bool", Uint8Array.of(1), [1])]);
  const rows = graph.op("Concat", [counted, counted], { attributes: { axis: 0 } });
  const big = graph.constant("int64", BigInt64Array.of(2n ** 62n, -1n), [2]);
  for (const [name, value] of Object.entries({
    left: left!,
    flag,
    rows,
    again: rows,
    big,
    pixels_out: pixels,
  })) {
    graph.output(name, value);
  }
  return graph;
}
