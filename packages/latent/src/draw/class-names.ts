import type { Classes } from "./classes.js";
import type { Frame } from "./figure.js";
import { type Plane, placeX, placeY } from "./plane.js";
import { type Label, labelLayer, type Spec } from "./spec.js";
import { sizes } from "./theme.js";

const longest = 90;

/**
 * Names of classes at the medians of their points, on a rim of paper. Where two would overlap, the smaller class goes without, as do all
 * where one is too long, unless `wanted`, which cuts it.
 */
export function classNames(
  { colours, type }: Frame,
  { of, list }: Classes,
  xy: Float32Array,
  plane: Plane,
  wanted = false,
): Spec[] {
  const named = list.map((drawn, index) => ({ ...drawn, index })).filter(({ kind }) => kind === "class");
  if (!wanted && named.some(({ name }) => type.width(name, sizes.label, 500) > longest)) return [];

  const members: number[][] = list.map(() => []);
  for (let i = 0; i < of.length; i++) members[of[i]!]!.push(i);
  const taken: { x: number; y: number; width: number }[] = [];
  const labels: Label[] = [];
  for (const { name, index } of named.sort((a, b) => b.size - a.size)) {
    const rows = members[index]!;
    const text = type.fit(name, longest, sizes.label, 500);
    const width = type.width(text, sizes.label, 500) + 6;
    const median = (column: number) => middle(rows.map((i) => xy[2 * i + column]!));
    const x = Math.min(Math.max(placeX(plane, median(0)), width / 2), plane.width - width / 2);
    const y = Math.min(Math.max(placeY(plane, median(1)), 8), plane.height - 8);
    if (taken.some((box) => Math.abs(box.x - x) < (box.width + width) / 2 && Math.abs(box.y - y) < 15))
      continue;
    taken.push({ x, y, width });
    labels.push({ x, y, text });
  }
  const mark = { align: "center", fontSize: sizes.label + 1, fontWeight: 500 };
  const rim = { ...mark, stroke: colours.paper, strokeWidth: 5, strokeJoin: "round", strokeOpacity: 0.9 };
  return [labelLayer(labels, colours.paper, rim), labelLayer(labels, colours.ink, mark)];
}

function middle(values: number[]): number {
  values.sort((a, b) => a - b);
  return values[values.length >> 1]!;
}
