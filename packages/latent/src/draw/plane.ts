import { extent } from "./numbers.js";
import { numberAxis, type Spec } from "./spec.js";
import { clean, type Typesetter } from "./text.js";
import { sizes } from "./theme.js";

/** A drawing area with two number axes. */
export interface Plane {
  width: number;
  height: number;
  x: readonly [number, number];
  y: readonly [number, number];
}

/** Points that are spread this much more along one axis than along the other are drawn with a scale for each. */
const unequal = 8;

/**
 * A drawing area that points [rows, 2] fit into, one unit as long on both axes: what a map's distances ask for.
 * Its height follows from theirs, within 0.6 and 1.25 of the width, unless it is given.
 */
export function planeOf(points: Float32Array, size: { width?: number; height?: number } = {}): Plane {
  const { width = 480 } = size;
  const x = padded(extent(points, 0, 2));
  const y = padded(extent(points, 1, 2));
  const spans = [x[1] - x[0], y[1] - y[0]] as const;
  const ratio = spans[1] / spans[0];
  const height = size.height ?? Math.round(width * Math.min(Math.max(ratio, 0.6), 1.25));
  if (ratio > unequal || ratio < 1 / unequal) return { width, height, x, y };
  const unit = Math.max(spans[0] / width, spans[1] / height);
  return { width, height, x: widened(x, unit * width), y: widened(y, unit * height) };
}

/** Axes with numbers and names. */
export function axisLayer(
  { x, y, width, height }: Plane,
  names: readonly [string, string],
  type: Typesetter,
): Spec {
  const nameX = type.fit(clean(names[0]), width, sizes.axisTitle);
  const nameY = type.fit(clean(names[1]), height, sizes.axisTitle);
  return {
    data: { values: [] },
    mark: { type: "point" },
    encoding: { x: numberAxis("x", x, nameX), y: numberAxis("y", y, nameY) },
  };
}

export function placeX({ width, x }: Plane, value: number): number {
  return ((value - x[0]) / (x[1] - x[0])) * width;
}

export function placeY({ height, y }: Plane, value: number): number {
  return height - ((value - y[0]) / (y[1] - y[0])) * height;
}

function padded([low, high]: readonly [number, number]): [number, number] {
  const span = high - low;
  const margin = span > 0 ? 0.04 * span : Math.max(Math.abs(low) * 0.1, 1);
  return [low - margin, high + margin];
}

function widened([low, high]: readonly [number, number], span: number): [number, number] {
  const middle = (low + high) / 2;
  return [middle - span / 2, middle + span / 2];
}
