import type { Graph } from "../ir/graph.js";
import { staticShape, type Value } from "../ir/value.js";
import { castTo, reshape } from "./layout.js";
import { type Axis, neededAfter, type Window } from "./window.js";

/** Places of a window's elements, row-major: [[0, 0], [0, 1], ...]. */
export function tapsOf({ axes }: Window): number[][] {
  return axes.reduce<number[][]>(
    (taps, { filter }) => taps.flatMap((tap) => Array.from({ length: filter }, (_, i) => [...tap, i])),
    [[]],
  );
}

/**
 * What each tap of a window sees: x [batch, ...spatial, channels] -> for each tap [batch, ...out, channels].
 * fill stands where the window looks beyond x.
 */
export function slices(x: Value, window: Window, fill: number, graph: Graph): Value[] {
  const { axes } = window;
  const source = surrounded(x, axes, fill, graph);
  const along = graph.ints(axes.map((_, i) => i + 1));
  const steps = graph.ints(axes.map(({ stride }) => stride));
  const whole = axes.every(({ size, out, before, stride }) => size === out && before === 0 && stride === 1);
  const taps = tapsOf(window);
  if (taps.length === 1 && whole) return [source];
  return taps.map((tap) => {
    const starts = tap.map((at, i) => at * axes[i]!.dilation);
    const ends = starts.map((start, i) => start + (axes[i]!.out - 1) * axes[i]!.stride + 1);
    return graph.op("Slice", [source, graph.ints(starts), graph.ints(ends), along, steps]);
  });
}

/** x with the borders that the window needs; elements that it never reaches are cut off. */
function surrounded(x: Value, axes: readonly Axis[], fill: number, graph: Graph): Value {
  const [before, after] = [axes.map((axis) => axis.before), axes.map(neededAfter)];
  if ([...before, ...after].every((n) => n === 0)) return x;
  const pads = graph.ints([0, ...before, 0, 0, ...after, 0]);
  return graph.op("Pad", [x, pads, graph.scalar(fill, x.dtype as "float32")]);
}

/**
 * The reverse of slices: for each tap [batch, ...out, channels] -> the sum at each element of x
 * [batch, ...spatial, channels]. Axis by axis, from the last: what the taps of one axis give is added up, then those of
 * the axis before.
 */
export function spread(taps: readonly Value[], window: Window, graph: Graph): Value {
  let left = taps;
  for (let i = window.axes.length - 1; i >= 0; i--) {
    const axis = window.axes[i]!;
    const groups = Array.from({ length: left.length / axis.filter }, (_, g) =>
      left.slice(g * axis.filter, (g + 1) * axis.filter),
    );
    left = groups.map((group) => spreadAlong(group, axis, i + 1, graph));
  }
  return left[0]!;
}

/**
 * One axis: tap k belongs to elements place * stride + k * dilation - before. Elements with the same remainder by the
 * stride are the sum of shifted taps; these sums, one for each remainder, are then interleaved.
 */
function spreadAlong(taps: readonly Value[], axis: Axis, at: number, graph: Graph): Value {
  const { out, stride, dilation } = axis;
  // A window may begin behind the first element: what it passes over gets nothing.
  const before = Math.max(0, axis.before);
  const passed = before - axis.before;
  const size = axis.size - passed;
  const length = Math.ceil((before + size) / stride);
  const phases = Array.from({ length: stride }, (_, remainder) => {
    const parts = taps.flatMap((tap, k) => {
      if ((k * dilation) % stride !== remainder) return [];
      const shift = Math.floor((k * dilation) / stride);
      return [shifted(tap, at, shift, length - out - shift, graph)];
    });
    return parts.length > 1 ? graph.op("Sum", parts) : parts[0];
  });
  return shifted(cut(interleaved(phases, at, graph), at, before, size, graph), at, passed, 0, graph);
}

/** x with zeros in front and behind along one axis; a negative number cuts off. */
function shifted(x: Value, at: number, front: number, behind: number, graph: Graph): Value {
  if (front === 0 && behind === 0) return x;
  const pads = Array<number>(2 * x.rank).fill(0);
  pads[at] = front;
  pads[at + x.rank] = behind;
  return graph.op("Pad", [x, graph.ints(pads), graph.scalar(0, x.dtype as "float32")]);
}

/** Element i of the result is element i / count of phase i % count; a phase without taps is zero. */
function interleaved(phases: readonly (Value | undefined)[], at: number, graph: Graph): Value {
  const first = phases.find((phase) => phase !== undefined)!;
  if (phases.length === 1) return first;
  const shape = staticShape(first);
  const apart = shape.toSpliced(at + 1, 0, 1);
  const parts = phases.map((phase) => phase && reshape(phase, apart, graph));
  const zeros = parts.includes(undefined)
    ? graph.op("Expand", [castTo(graph.scalar(0), first.dtype, graph), graph.ints(apart)])
    : null;
  const joined = graph.op(
    "Concat",
    parts.map((part) => part ?? zeros),
    { attributes: { axis: at + 1 } },
  );
  return reshape(joined, shape.with(at, shape[at]! * phases.length), graph);
}

function cut(x: Value, at: number, from: number, size: number, graph: Graph): Value {
  if (from === 0 && x.shape[at] === size) return x;
  return graph.op("Slice", [x, graph.ints([from]), graph.ints([from + size]), graph.ints([at])]);
}
