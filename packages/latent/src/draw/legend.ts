import type { DrawnClass } from "./classes.js";
import { type Label, labelLayer, literal, pixels, type Spec } from "./spec.js";
import type { Typesetter } from "./text.js";
import { type Palette, sizes } from "./theme.js";

export interface Legend {
  layers: Spec[];
  /** Pixels that it takes beside the drawing area. */
  width: number;
}

/** Pixels between a drawing area and its legend, of a row of it, and of its longest name. */
export const gap = 18;
export const rowHeight = 18;
export const longestName = 150;

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

export function titleLayer(text: string, x: number, { ink }: Palette, y = 6): Spec {
  return labelLayer([{ x, y, text }], ink, { fontWeight: 500 });
}

export function markerLayer(values: Spec[]): Spec {
  return {
    data: { values },
    mark: { type: "point", filled: true, opacity: 1, size: 64 },
    encoding: { x: pixels("x"), y: pixels("y"), color: literal("colour"), shape: literal("shape") },
  };
}
