import { classColour, ramp } from "@vaekit/latent/map";
import type { SiteManifest } from "../../../site/manifest.js";
import type { Colouring } from "../../core/reference.js";

export type Palette = SiteManifest["palettes"]["light"];

/** What points of one colour have in common. */
export interface Group {
  name: string;
  rows: number;
}

/** A colouring made ready: each row has the number of its colour. */
export interface Paint {
  name: string;
  /** [rows]: index into the colours. */
  index: Uint8Array;
  /** The first number of those that are grey: the rest, none, missing. */
  grey: number;
  /** One for each colour; null where colours stand for numbers. */
  groups: readonly Group[] | null;
  /** Smallest and largest number; null for groups. */
  range: readonly [low: number, high: number] | null;
  /** Rows without a number. */
  missing: number;
  colours(palette: Palette): string[];
  textOf(row: number): string;
}

const steps = 64;
/** The rest shares one group. */
const mostGroups = 20;

/** colouring: undefined paints all rows alike */
export function paintOf(colouring: Colouring | undefined, rows: number): Paint {
  if (!colouring) return plain(rows);
  const { name, values } = colouring;
  return colouring.kind === "categorical" ? classes(name, colouring.names, values) : numbers(name, values);
}

function plain(rows: number): Paint {
  return {
    name: "colour",
    index: new Uint8Array(rows),
    grey: 1,
    groups: [{ name: "all", rows }],
    range: null,
    missing: 0,
    colours: (palette) => [classColour(0, palette)],
    textOf: () => "",
  };
}

/** In the order of their names; where there are too many, the smallest share a group. Those and rows without a class are grey. */
function classes(name: string, names: readonly string[], values: ArrayLike<number>): Paint {
  const counts = new Float64Array(names.length);
  let without = 0;
  for (let row = 0; row < values.length; row++) {
    if (values[row]! >= 0) counts[values[row]!]!++;
    else without++;
  }
  const bySize = names.map((_, label) => label).sort((a, b) => counts[b]! - counts[a]! || a - b);
  const shown = bySize
    .slice(0, names.length <= mostGroups ? mostGroups : mostGroups - 1)
    .sort((a, b) => a - b);
  const groups: Group[] = shown.map((label) => ({ name: names[label]!, rows: counts[label]! }));
  const groupOf = new Uint8Array(names.length).fill(shown.length);
  for (const [group, label] of shown.entries()) groupOf[label] = group;
  const others = names.length - shown.length;
  const named = groups.reduce((sum, { rows }) => sum + rows, 0);
  if (others > 0) groups.push({ name: `${others} others`, rows: values.length - without - named });
  if (without > 0) groups.push({ name: "none", rows: without });
  return {
    name,
    index: Uint8Array.from(values, (label) => (label < 0 ? groups.length - 1 : groupOf[label]!)),
    grey: shown.length,
    groups,
    range: null,
    missing: 0,
    colours: (palette) =>
      groups.map((_, i) => {
        if (i < shown.length) return classColour(i, palette);
        return others > 0 && i === shown.length ? palette.other : palette.none;
      }),
    textOf: (row) => (values[row]! < 0 ? "none" : names[values[row]!]!),
  };
}

function numbers(name: string, values: ArrayLike<number>): Paint {
  const known = Array.from(values).filter((value) => !Number.isNaN(value));
  const low = known.reduce((least, value) => Math.min(least, value), known[0] ?? 0);
  const high = known.reduce((most, value) => Math.max(most, value), known[0] ?? 0);
  const stepOf = (value: number) => {
    if (Number.isNaN(value)) return steps;
    return high > low ? Math.min(steps - 1, Math.floor(((value - low) / (high - low)) * steps)) : steps / 2;
  };
  return {
    name,
    index: Uint8Array.from(values, stepOf),
    grey: steps,
    groups: null,
    range: [low, high],
    missing: values.length - known.length,
    // What is nearest to the paper would not be seen.
    colours: ({ sequential, none }) => [
      ...ramp(sequential.slice(Math.floor(sequential.length / 4)), steps),
      none,
    ],
    textOf: (row) => short(values[row]!),
  };
}

/** Four significant digits. */
export function short(value: number): string {
  if (Number.isNaN(value)) return "missing";
  if (Number.isInteger(value) && Math.abs(value) < 1e7) return count(value);
  return `${Number(value.toPrecision(4))}`;
}

/** 12345 -> "12,345" */
export function count(value: number): string {
  return value.toLocaleString("en-US");
}
