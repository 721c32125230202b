import type { Graph } from "../ir/graph.js";
import { staticShape, type Value } from "../ir/value.js";
import { reshape } from "./layout.js";
import { filterTurned } from "./nchw.js";
import { pick } from "./pick.js";
import type { Axis } from "./window.js";

/** What one remainder of an axis by its stride has: elements of x, and taps that reach them. */
interface Phase {
  readonly elements: readonly number[];
  readonly taps: readonly number[];
}

function phasesOf({ size, before, stride, filter }: Axis): Phase[] {
  const upTo = (count: number) => Array.from({ length: count }, (_, i) => i);
  return upTo(stride).map((phase) => ({
    elements: upTo(size).filter((at) => (at + before) % stride === phase),
    taps: upTo(filter).filter((tap) => tap % stride === phase),
  }));
}

/**
 * A convolution's input gradient as one product for each phase of the stride: dy [batch, ...out, results] and filter
 * [height, width, channels, results] -> [batch, height, width, channels]. Elements whose place has the same remainder
 * by the stride meet the same taps, so that no zeros are multiplied. Strides are at most the filter's sizes.
 */
export function byPhases(
  dy: Value,
  filter: Value,
  [down, across]: readonly [Axis, Axis],
  graph: Graph,
): Value {
  const [batch, height, width, results] = staticShape(dy) as [number, number, number, number];
  const channels = staticShape(filter)[2]!;
  const places = height * width;
  const rows = reshape(dy, [batch, places, results], graph);
  const taps = down.filter * across.filter;
  const weights = reshape(filterTurned(filter, graph), [taps, results, channels], graph);
  const order: number[] = [];
  const parts: Value[] = [];
  for (const vertical of phasesOf(down)) {
    for (const horizontal of phasesOf(across)) {
      const pixels = pairs(vertical.elements, horizontal.elements);
      if (pixels.length === 0) continue;
      const window = pairs(vertical.taps, horizontal.taps);
      const at = pixels.flatMap(([row, column]) =>
        window.map(([i, j]) => {
          const [y, x] = [place(row, i, down), place(column, j, across)];
          return y === null || x === null ? null : y * width + x;
        }),
      );
      const seen = pick(rows, at, graph);
      const own = graph.op("Gather", [weights, graph.ints(window.map(([i, j]) => i * across.filter + j))], {
        attributes: { axis: 0 },
      });
      const product = graph.op("Gemm", [
        reshape(seen, [batch * pixels.length, window.length * results], graph),
        reshape(own, [window.length * results, channels], graph),
      ]);
      parts.push(reshape(product, [batch, pixels.length, channels], graph));
      order.push(...pixels.map(([row, column]) => row * across.size + column));
    }
  }
  const shape = [batch, down.size, across.size, channels];
  if (parts.length === 1) return reshape(parts[0]!, shape, graph);
  const all = graph.op("Concat", parts, { attributes: { axis: 1 } });
  const from = new Array<number>(order.length);
  for (const [i, pixel] of order.entries()) from[pixel] = i;
  return reshape(pick(all, from, graph), shape, graph);
}

function pairs(a: readonly number[], b: readonly number[]): [number, number][] {
  return a.flatMap((first) => b.map((second): [number, number] => [first, second]));
}

/** Where the window stands whose tap sees the element; null where it stands nowhere. */
function place(element: number, tap: number, { before, stride, out }: Axis): number | null {
  const at = (element + before - tap) / stride;
  return at >= 0 && at < out ? at : null;
}
