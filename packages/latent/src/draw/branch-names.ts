import { readableOn, rgbOf } from "./colour.js";
import type { Frame } from "./figure.js";
import type { Column } from "./icicle.js";
import { type Label, labelLayer, type Spec } from "./spec.js";
import { sizes } from "./theme.js";

export interface BranchName {
  column: Column;
  text: string;
  fill: string;
}

/** A label's place: its middle and its size. */
interface Place {
  x: number;
  y: number;
  width: number;
  height: number;
}

const lineHeight = 12;
/** Least pixels between a name and what it does not belong to. */
const clear = 2;
/** Shorter branches cannot be seen, and go without a name. */
const shortest = 1.5;

/** Names of clusters in their branches or, of thin ones, at their tips or beside them; where all is taken, the smaller goes without. */
export function branchNames(
  clusters: readonly BranchName[],
  columns: readonly Column[],
  area: { width: number; height: number },
  { colours, type }: Frame,
): Spec[] {
  const taken: Place[] = [];
  const labels: Label[] = [];
  const largestFirst = clusters
    .filter(({ column }) => column.height >= shortest)
    .sort((a, b) => b.column.width - a.column.width);
  for (const { column, text, fill } of largestFirst) {
    const size = { width: type.width(text, sizes.label, 500), height: lineHeight };
    const inside = { x: column.middle, y: column.top + 2 + lineHeight / 2, ...size };
    if (isInside(inside, column)) {
      taken.push(inside);
      labels.push({ ...inside, text, colour: readableOn(rgbOf(fill), colours.ink, colours.paper) });
      continue;
    }
    const place = around(column, size).find(
      (place) =>
        isOn(place, area) &&
        !taken.some((other) => overlap(place, other)) &&
        !columns.some((other) => isCovered(place, other)),
    );
    if (!place) continue;
    taken.push(place);
    labels.push({ ...place, text, colour: colours.ink });
  }
  return [labelLayer(labels, colours.ink, { align: "center", fontWeight: 500 })];
}

/** Below the tip, also a little beside it; then right and left of the tip, of the middle and of the upper end. */
function around(column: Column, size: { width: number; height: number }): Place[] {
  const { middle, top, height } = column;
  const bottom = top + height;
  const half = size.height / 2;
  const sides = [bottom - half, top + height / 2, top + half + clear].flatMap((y) => {
    const away = widest(column, y - half, y + half) / 2 + clear + 1 + size.width / 2;
    return [middle + away, middle - away].map((x) => ({ x, y, ...size }));
  });
  const aside = size.width / 2 + 1;
  const below = [0, aside, -aside].map((by) => ({ x: middle + by, y: bottom + half + clear, ...size }));
  return [...below, ...sides];
}

function isInside({ y, width, height }: Place, { top, height: length, outline }: Column): boolean {
  const end = y + height / 2;
  const narrowest = Math.min(...outline.filter(([from]) => from <= end).map(([, wide]) => wide));
  return end <= top + length && narrowest >= width + 2 * clear;
}

function isOn({ x, y, width, height }: Place, area: { width: number; height: number }): boolean {
  return x >= width / 2 && x + width / 2 <= area.width && y >= height / 2 && y + height / 2 <= area.height;
}

function overlap(a: Place, b: Place): boolean {
  return (
    Math.abs(a.x - b.x) < (a.width + b.width) / 2 + clear && Math.abs(a.y - b.y) < (a.height + b.height) / 2
  );
}

/** Whether a branch lies under a place or nearly so. */
function isCovered({ x, y, width, height }: Place, column: Column): boolean {
  const wide = widest(column, y - height / 2 - 1, y + height / 2 + 1);
  return wide > 0 && Math.abs(column.middle - x) < (wide + width) / 2 + clear;
}

/** Largest width of a branch from one y to another; 0 where it does not reach. */
function widest({ top, height, outline }: Column, from: number, to: number): number {
  if (to <= top || from >= top + height) return 0;
  let wide = 0;
  for (const [i, [y, width]] of outline.entries()) {
    const end = outline[i + 1]?.[0] ?? top + height;
    if (y < to && end > from) wide = Math.max(wide, width);
  }
  return wide;
}
