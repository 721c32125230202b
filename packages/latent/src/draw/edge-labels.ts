import { type Label, labelLayer, type Spec } from "./spec.js";
import type { Typesetter } from "./text.js";
import { type Palette, sizes } from "./theme.js";

/** Labels along an edge of cells. */
export interface EdgeLabels {
  layers: Spec[];
  /** Pixels that they take outside the cells. */
  size: number;
}

export interface Edge {
  names: readonly string[];
  title?: string;
  /** Pixels from the middle of a cell to the next, and to that of the first. */
  pitch: number;
  first: number;
  /** Pixels of the whole edge, which the title may take. */
  length: number;
  /** Longest name in pixels; the rest is cut. Default 140 left, 90 above or below where they stand upright. */
  longest?: number;
}

const distance = 7;
/** Pixels of a title above or below, which has room beside narrow cells. */
const shortestTitle = 112;
/** Least pixels between level names. */
const apart = 4;

/** Names left of rows, every k-th where rows are too thin for all. */
export function leftLabels(
  { names, title, ...edge }: Edge,
  { ink, muted }: Palette,
  type: Typesetter,
): EdgeLabels {
  const size = fontSize(edge.pitch);
  const every = Math.max(Math.ceil((size + 1) / edge.pitch), 1);
  const texts = names.map((name) => type.fit(name, edge.longest ?? 140, size));
  const labels = texts.flatMap((text, i): Label[] =>
    i % every === 0 ? [{ x: -distance, y: edge.first + i * edge.pitch, text }] : [],
  );
  const wide = Math.max(0, ...labels.map(({ text }) => type.width(text, size)));
  const layers = [labelLayer(labels, muted, { align: "right", fontSize: size })];
  let taken = distance + wide;
  if (title) {
    taken += 10 + sizes.axisTitle / 2;
    const text = type.fit(title, edge.length, sizes.axisTitle);
    const at = [{ x: -taken, y: edge.length / 2, text, angle: 270 }];
    layers.push(labelLayer(at, ink, { align: "center", fontSize: sizes.axisTitle }));
    taken += sizes.axisTitle / 2;
  }
  return { layers, size: taken };
}

/**
 * Names above columns (side -1, at y = 0) or below them (side 1, at y = `at`): level where the widest fits its column, else upright; every
 * k-th where columns are too narrow even for that.
 */
export function levelLabels(
  { names, title, side, at, ...edge }: Edge & { side: -1 | 1; at: number },
  { ink, muted }: Palette,
  type: Typesetter,
): EdgeLabels {
  const size = fontSize(Math.max(edge.pitch, sizes.small));
  const widest = Math.max(0, ...names.map((name) => type.width(name, size)));
  const numbers = names.every((name) => /^[\d.,%−\s]*$/.test(name));
  const level = widest + apart <= edge.pitch || (numbers && widest <= 40);
  const step = level ? widest + apart : size + 1;
  const every = Math.max(Math.ceil(step / edge.pitch), 1);
  const limit = edge.longest ?? 90;
  const labels = names.flatMap((name, i): Label[] => {
    if (i % every !== 0) return [];
    const text = level ? name : type.fit(name, limit, size);
    return [{ x: edge.first + i * edge.pitch, y: at + side * distance, text, angle: level ? 0 : 270 }];
  });
  const align = level ? "center" : side < 0 ? "left" : "right";
  const baseline = level ? (side < 0 ? "bottom" : "top") : "middle";
  const layers = [labelLayer(labels, muted, { align, baseline, fontSize: size })];
  let taken = distance + (level ? size : Math.max(0, ...labels.map(({ text }) => type.width(text, size))));
  if (title) {
    taken += 8;
    const text = type.fit(title, Math.max(edge.length, shortestTitle), sizes.axisTitle);
    const where = [{ x: edge.length / 2, y: at + side * taken, text }];
    const mark = { align: "center", baseline: side < 0 ? "bottom" : "top", fontSize: sizes.axisTitle };
    layers.push(labelLayer(where, ink, mark));
    taken += sizes.axisTitle;
  }
  return { layers, size: taken };
}

function fontSize(pitch: number): number {
  return pitch >= sizes.label + 2 ? sizes.label : sizes.small;
}
