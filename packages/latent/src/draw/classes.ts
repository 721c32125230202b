import type { Labels } from "../rows.js";
import { short } from "./numbers.js";
import { clean } from "./text.js";
import type { Palette } from "./theme.js";

/** Shapes of markers, as Vega names them; each dozen of classes has the next one. */
export const markerShapes = ["circle", "square", "diamond", "triangle-up"] as const;
export type MarkerShape = (typeof markerShapes)[number];

/** The most classes that a figure tells apart: a dozen of colours times four shapes. */
export const mostClasses = 48;

export interface DrawnClass {
  name: string;
  kind: "class" | "other" | "noise";
  size: number;
  colour: string;
  shape: MarkerShape;
}

export interface Classes {
  /** Position in `list` of each row's class. */
  of: Int32Array;
  /** Classes in the order of their names; then "other", then noise, where there are such. */
  list: DrawnClass[];
  /** Different labels, noise left out. */
  distinct: number;
}

/**
 * The classes that labels are drawn as. The integer label -1 is noise (as clusterings give it), in grey. Where there are more than
 * `most` different labels, the largest `most` - 1 stay and the rest becomes "other", in another grey.
 */
export function classesOf(labels: Labels, most: number, colours: Palette): Classes {
  const sizes = new Map<string | number, number>();
  let fractions = false;
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i]!;
    sizes.set(label, (sizes.get(label) ?? 0) + 1);
    fractions ||= typeof label === "number" && !Number.isInteger(label);
  }
  const noise = fractions ? 0 : (sizes.get(-1) ?? 0);
  if (noise > 0) sizes.delete(-1);
  const all = [...sizes];
  const kept = all.length <= most ? all : all.sort((a, b) => b[1] - a[1]).slice(0, most - 1);
  kept.sort(([a], [b]) => compare(a, b));

  const list = kept.map(
    ([label, size], i): DrawnClass => ({ name: nameOf(label), kind: "class", size, ...look(i, colours) }),
  );
  const position = new Map(kept.map(([label], i) => [label, i]));
  const shape = "circle";
  const rest = kept.length < all.length ? list.length : -1;
  if (rest >= 0) {
    const size = all.reduce((sum, [label, size]) => (position.has(label) ? sum : sum + size), 0);
    list.push({
      name: `other (${all.length - kept.length})`,
      kind: "other",
      size,
      colour: colours.other,
      shape,
    });
  }
  if (noise > 0) {
    position.set(-1, list.length);
    list.push({ name: "noise", kind: "noise", size: noise, colour: colours.none, shape });
  }
  const of = Int32Array.from({ length: labels.length }, (_, i) => position.get(labels[i]!) ?? rest);
  return { of, list, distinct: all.length };
}

/** Colour and shape of the i-th class. */
export function look(i: number, { categorical }: Palette): { colour: string; shape: MarkerShape } {
  const shape = markerShapes[Math.floor(i / categorical.length) % markerShapes.length]!;
  return { colour: categorical[i % categorical.length]!, shape };
}

export function nameOf(label: string | number): string {
  if (typeof label === "number")
    return Number.isInteger(label) ? String(label).replace("-", "−") : short(label, 4);
  return clean(label) || "(empty)";
}

const collator = new Intl.Collator("en", { numeric: true });

function compare(a: string | number, b: string | number): number {
  if (typeof a === "number" && typeof b === "number") return a - b;
  if (typeof a !== typeof b) return typeof a === "number" ? -1 : 1;
  return collator.compare(String(a), String(b));
}
