import type { DrawnClass } from "./classes.js";
import { short, ticks } from "./numbers.js";
import { boxLayer, type Label, labelLayer, literal, pixels, type Spec } from "./spec.js";
import type { Typesetter } from "./text.js";
import { type Palette, sizes } from "./theme.js";

export interface Legend {
  layers: Spec[];
  /** Pixels that it takes beside the drawing area. */
  width: number;
}

const gap = 18;
const rowHeight = 18;
const longestName = 150;

/** Markers with names right of a drawing area, in as many columns as its height asks for. */
export function classLegend(
  classes: readonly DrawnClass[],
  at: { left: number; height: number; title?: string },
  colours: Palette,
  type: Typesetter,
): Legend {
  const title = at.title === undefined ? "" : type.fit(at.title, longestName + 20, sizes.label, 500);
  const top = title ? rowHeight + 8 : 8;
  const fitting = Math.max(Math.floor((at.height - top + rowHeight / 2) / rowHeight), 4);
  const rows = Math.ceil(classes.length / Math.ceil(classes.length / fitting));
  const names = classes.map(({ name }) => type.fit(name, longestName, sizes.label));
  const markers: Spec[] = [];
  const labels: Label[] = [];
  let x = at.left + gap;
  for (let from = 0; from < classes.length; from += rows) {
    const column = names.slice(from, from + rows);
    column.forEach((text, i) => {
      const { colour, shape } = classes[from + i]!;
      markers.push({ x: x + 6, y: top + i * rowHeight, colour, shape });
      labels.push({ x: x + 18, y: top + i * rowHeight, text });
    });
    x += 18 + Math.max(...column.map((text) => type.width(text, sizes.label))) + 14;
  }
  const layers = [markerLayer(markers), labelLayer(labels, colours.ink)];
  if (title) layers.push(titleLayer(title, at.left + gap, colours));
  const wide = Math.max(x - 14, at.left + gap + type.width(title, sizes.label, 500));
  return { layers, width: wide - at.left };
}

/** A bar of colours with numbers right of a drawing area; stops: from its lower end to its upper. */
export function rampLegend(
  stops: readonly string[],
  [low, high]: readonly [number, number],
  at: { left: number; height: number; title?: string; format?: (value: number) => string; missing?: boolean },
  colours: Palette,
  type: Typesetter,
): Legend {
  const { format = (value) => short(value) } = at;
  const title = at.title === undefined ? "" : type.fit(at.title, longestName + 20, sizes.label, 500);
  const top = title ? rowHeight + 2 : 0;
  const height = Math.max(Math.min(at.height - top - (at.missing ? 26 : 0), 180), 60);
  const x = at.left + gap;
  const bar: Spec = {
    data: { values: [{ x, y: top, x2: x + 12, y2: top + height }] },
    mark: {
      type: "rect",
      color: {
        gradient: "linear",
        x1: 0,
        y1: 1,
        x2: 0,
        y2: 0,
        stops: stops.map((color, i) => ({ offset: i / (stops.length - 1), color })),
      },
    },
    encoding: { x: pixels("x"), y: pixels("y"), x2: { field: "x2" }, y2: { field: "y2" } },
  };
  const marks = high > low ? ticks(low, high, Math.max(height / 38, 2)) : [low];
  const place = (value: number) => top + height - (high > low ? (value - low) / (high - low) : 0.5) * height;
  const labels = marks.map((value): Label => ({ x: x + 20, y: place(value), text: format(value) }));
  const lines = marks.map((value) => ({
    x: x + 12,
    y: place(value) - 0.375,
    width: 4,
    height: 0.75,
    colour: colours.muted,
  }));
  const layers = [bar, boxLayer(lines), labelLayer(labels, colours.muted)];
  if (at.missing) {
    const y = top + height + 18;
    layers.push(markerLayer([{ x: x + 6, y, colour: colours.none, shape: "circle" }]));
    layers.push(labelLayer([{ x: x + 20, y, text: "no value" }], colours.muted));
  }
  if (title) layers.push(titleLayer(title, x, colours));
  const wide = Math.max(
    20 + Math.max(...labels.map(({ text }) => type.width(text, sizes.label)), at.missing ? 48 : 0),
    type.width(title, sizes.label, 500),
  );
  return { layers, width: gap + wide };
}

function titleLayer(text: string, x: number, { ink }: Palette): Spec {
  return labelLayer([{ x, y: 6, text }], ink, { fontWeight: 500 });
}

function markerLayer(values: Spec[]): Spec {
  return {
    data: { values },
    mark: { type: "point", filled: true, opacity: 1, size: 64 },
    encoding: { x: pixels("x"), y: pixels("y"), color: literal("colour"), shape: literal("shape") },
  };
}
