import { gap, type Legend, longestName, markerLayer, rowHeight, titleLayer } from "./legend.js";
import { rounded, ticks } from "./numbers.js";
import { boxLayer, type Label, labelLayer, pixels, type Spec } from "./spec.js";
import type { Typesetter } from "./text.js";
import { type Palette, sizes } from "./theme.js";

export interface RampScale {
  /** From the lower end to the upper. */
  stops: readonly string[];
  ends: readonly [number, number];
  title?: string;
  format?: (value: number) => string;
  /** Whether there are points without a value. */
  missing?: boolean;
}

interface Bar {
  layers: Spec[];
  width: number;
  bottom: number;
}

const thick = 12;
/** Pixels of an upright bar. */
const [shortest, longest] = [36, 180];
/** Pixels of a level bar. */
const levelLength = 72;
/** Half the height of a number, which stands beyond the end that it names. */
const overhang = 6;
/** Least pixels from a number to the next. */
const pitch = 16;

/**
 * A bar of colours with numbers right of a drawing area, the ends of the scale always among them: upright or, where the drawing area is
 * too low for that, level.
 */
export function rampLegend(
  scale: RampScale,
  at: { left: number; height: number },
  colours: Palette,
  type: Typesetter,
): Legend {
  const { missing = false } = scale;
  const title = scale.title === undefined ? "" : type.fit(scale.title, longestName + 20, sizes.label, 500);
  const x = at.left + gap;
  const top = title ? rowHeight + 2 : overhang;
  const length = Math.min(at.height - top - overhang - (missing ? rowHeight : 0), longest);
  const upright = length >= shortest;
  // Of one row of cells the title stands beside the names above them.
  const low =
    title !== "" && at.height >= rowHeight + thick ? rowHeight : Math.max((at.height - thick) / 2, 0);
  const bar = upright
    ? uprightBar({ x, y: top, length }, scale, colours, type)
    : levelBar({ x, y: low }, scale, colours, type);
  const layers = [...bar.layers];
  if (title)
    layers.push(titleLayer(title, x, colours, upright || low === rowHeight ? 6 : low - rowHeight / 2));
  if (missing) {
    const y = bar.bottom + rowHeight;
    layers.push(markerLayer([{ x: x + 6, y, colour: colours.none, shape: "circle" }]));
    layers.push(labelLayer([{ x: x + 20, y, text: "no value" }], colours.muted));
  }
  const wide = Math.max(bar.width, missing ? 68 : 0, type.width(title, sizes.label, 500));
  return { layers, width: gap + wide };
}

function uprightBar(
  { x, y, length }: { x: number; y: number; length: number },
  { stops, ends, format = roundedTo(ends) }: RampScale,
  colours: Palette,
  type: Typesetter,
): Bar {
  const [low, high] = ends;
  const place = (value: number) => y + length - (high > low ? (value - low) / (high - low) : 0.5) * length;
  const inner = ticks(low, high, Math.max(length / 38, 2)).filter(
    (value) => Math.min(place(value) - place(high), place(low) - place(value)) >= pitch,
  );
  const labels = [
    ...endLabels(ends, format).map((text, i) => ({ y: place(ends[i]!), text })),
    ...inner.map((value) => ({ y: place(value), text: format(value) })),
  ].map((label): Label => ({ x: x + thick + 8, ...label }));
  const marks = labels.map(({ y }) => ({
    x: x + thick,
    y: y - 0.375,
    width: 4,
    height: 0.75,
    colour: colours.muted,
  }));
  const gradient = barLayer({ x, y, width: thick, height: length }, stops, { x1: 0, y1: 1, x2: 0, y2: 0 });
  const widest = Math.max(...labels.map(({ text }) => type.width(text, sizes.label)));
  return {
    layers: [gradient, boxLayer(marks), labelLayer(labels, colours.muted)],
    width: thick + 8 + widest,
    bottom: y + length,
  };
}

/** The ends stand on both sides of the bar. */
function levelBar(
  { x, y }: { x: number; y: number },
  { stops, ends, format = roundedTo(ends) }: RampScale,
  colours: Palette,
  type: Typesetter,
): Bar {
  const [first, last = ""] = endLabels(ends, format);
  const left = last === "" ? x : x + type.width(first!, sizes.label) + 5;
  const right = left + levelLength + 5;
  const labels = [
    { x: last === "" ? right : x, y: y + thick / 2, text: first! },
    { x: right, y: y + thick / 2, text: last },
  ].filter(({ text }) => text !== "");
  const gradient = barLayer({ x: left, y, width: levelLength, height: thick }, stops, {
    x1: 0,
    y1: 0,
    x2: 1,
    y2: 0,
  });
  const width = right - x + type.width(last || first!, sizes.label);
  return { layers: [gradient, labelLayer(labels, colours.muted)], width, bottom: y + thick };
}

/** The words of both ends; of a scale without extent, its one value. */
function endLabels([low, high]: RampScale["ends"], format: (value: number) => string): string[] {
  return high > low ? [format(low), format(high)] : [format(low)];
}

function roundedTo([low, high]: RampScale["ends"]): (value: number) => string {
  return (value) => rounded(value, (high - low) / 20);
}

function barLayer(
  { x, y, width, height }: { x: number; y: number; width: number; height: number },
  stops: readonly string[],
  direction: { x1: number; y1: number; x2: number; y2: number },
): Spec {
  const colours = stops.map((color, i) => ({ offset: i / (stops.length - 1), color }));
  return {
    data: { values: [{ x, y, x2: x + width, y2: y + height }] },
    mark: { type: "rect", color: { gradient: "linear", ...direction, stops: colours } },
    encoding: { x: pixels("x"), y: pixels("y"), x2: { field: "x2" }, y2: { field: "y2" } },
  };
}
