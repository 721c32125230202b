import type { Graph } from "../ir/graph.js";
import { staticShape, type Value } from "../ir/value.js";
import { castTo, reshape } from "./layout.js";
import { pick } from "./pick.js";
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
  const taps = tapsOf(window);
  if (taps.length === 1 && isWhole(axes)) return [source];
  return taps.map((tap) => {
    const starts = tap.map((at, i) => at * axes[i]!.dilation);
    const ends = starts.map((start, i) => start + (axes[i]!.out - 1) * axes[i]!.stride + 1);
    return graph.op("Slice", [source, graph.ints(starts), graph.ints(ends), along, steps]);
  });
}

/** All that a window sees: [places, taps * channels], or turned where that is cheaper to make. */
export interface Columns {
  readonly value: Value;
  /** The columns are [taps, places]. */
  readonly turned: boolean;
}

/**
 * x [batch, ...spatial, channels] -> its columns, places counted over batch and out. Picked out by one Gather, which
 * ONNX Runtime shares out among its threads, unlike slices and their Concat (bench/suites/conv-choices.mjs); of one
 * channel the slices themselves are the rows.
 */
export function columns(x: Value, window: Window, graph: Graph): Columns {
  const { axes } = window;
  const shape = staticShape(x);
  const [batch, channels] = [shape[0]!, shape.at(-1)!];
  const places = axes.reduce((product, { out }) => product * out, batch);
  const taps = tapsOf(window);
  if (channels === 1) {
    const seen = slices(x, window, 0, graph);
    const rows = seen.length === 1 ? seen[0]! : graph.op("Concat", seen, { attributes: { axis: 0 } });
    return { value: reshape(rows, [taps.length, places], graph), turned: true };
  }
  const flat = [places, taps.length * channels];
  if (taps.length === 1 && isWhole(axes)) return { value: reshape(x, flat, graph), turned: false };
  const pixels = reshape(x, [batch, axes.reduce((product, { size }) => product * size, 1), channels], graph);
  return { value: reshape(pick(pixels, sources(window), graph), flat, graph), turned: false };
}

/** For each place, for each tap, the number of the element it sees; null beyond x. */
function sources(window: Window): (number | null)[] {
  const { axes } = window;
  const stops = tapsOf({ ...window, axes: axes.map((axis) => ({ ...axis, filter: axis.out })) });
  const taps = tapsOf(window);
  return stops.flatMap((stop) =>
    taps.map((tap) =>
      axes.reduce<number | null>((sum, { size, stride, dilation, before }, i) => {
        const at = stop[i]! * stride + tap[i]! * dilation - before;
        return sum === null || at < 0 || at >= size ? null : sum * size + at;
      }, 0),
    ),
  );
}

/** A window of one element that stops at each of x's. */
function isWhole(axes: readonly Axis[]): boolean {
  return axes.every(({ size, out, before, stride }) => size === out && before === 0 && stride === 1);
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
