import type { Graph } from "../ir/graph.js";
import { staticShape, type Value } from "../ir/value.js";
import { reshape, resolveSizes } from "./layout.js";

type Parts = readonly [real: Value, imag: Value];

/**
 * The discrete Fourier transform along the last axis: sum_k x_k exp(-2 pi i j k / n), or back from it, with
 * exp(+...) and divided by n. Both parts [..., n] -> [..., n]. ONNX has it since opset 17; before that it is a product.
 */
export function transform(parts: Parts, inverse: boolean, graph: Graph): Parts {
  return graph.opset < 17 ? byProduct(parts, inverse, graph) : byOperator(parts, inverse, graph);
}

function byOperator([real, imag]: Parts, inverse: boolean, graph: Graph): Parts {
  const sizes = staticShape(real);
  const rows = resolveSizes(real, [-1, sizes.at(-1)!, 1]);
  const pair = [reshape(real, rows, graph), reshape(imag, rows, graph)];
  const x = graph.op("Concat", pair, { attributes: { axis: 2 } });
  const direction = inverse ? 1 : 0;
  const axis = graph.constant("int64", BigInt64Array.of(1n), []);
  const y =
    graph.opset < 20
      ? graph.op("DFT", [x], { attributes: { axis: 1, inverse: direction } })
      : graph.op("DFT", [x, null, axis], { attributes: { inverse: direction } });
  const [re, im] = graph.ops("Split", [y, graph.ints([1, 1])], { attributes: { axis: 2 } });
  return [reshape(re!, sizes, graph), reshape(im!, sizes, graph)];
}

function byProduct([real, imag]: Parts, inverse: boolean, graph: Graph): Parts {
  const sizes = staticShape(real);
  const n = sizes.at(-1)!;
  const matrix = (of: (angle: number) => number) => {
    const scale = inverse ? 1 / n : 1;
    // j k modulo n: the angle stays small, and its cosine exact.
    const entry = (_: unknown, at: number) =>
      scale * of((2 * Math.PI * ((Math.floor(at / n) * (at % n)) % n)) / n);
    return graph.constant("float32", Float32Array.from({ length: n * n }, entry), [n, n]);
  };
  const [cosines, sines] = [matrix(Math.cos), matrix((angle) => (inverse ? 1 : -1) * Math.sin(angle))];
  const rows = resolveSizes(real, [-1, n]);
  const [x, y] = [reshape(real, rows, graph), reshape(imag, rows, graph)];
  const times = (a: Value, b: Value) => graph.op("MatMul", [a, b]);
  const re = graph.op("Sub", [times(x, cosines), times(y, sines)]);
  const im = graph.op("Add", [times(x, sines), times(y, cosines)]);
  return [reshape(re, sizes, graph), reshape(im, sizes, graph)];
}
