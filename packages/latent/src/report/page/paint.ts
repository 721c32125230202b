import type { Palette } from "../../draw/theme.js";
import { classColour, ramp } from "../../map/colours.js";
import { short } from "./dom.js";
import type { PageColouring } from "./page-data.js";
import { unpackFloats, unpackIntegers } from "./unpack.js";

/** What points of one colour have in common. */
export interface PaintGroup {
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
  groups: PaintGroup[] | null;
  /** Smallest and largest number; null for groups. */
  range: [low: number, high: number] | null;
  /** Rows without a number. */
  missing: number;
  colours(palette: Palette): string[];
  /** What the row has, as text. */
  textOf(row: number): string;
  /** The same for files: numbers stay numbers. */
  valueOf(row: number): string | number;
  /** The row's number; NaN for words. */
  numberOf(row: number): number;
}

const steps = 64;
/** As in the figures. */
const mostGroups = 20;

export function paintOf(colouring: PageColouring, rows: number): Paint {
  return colouring.kind === "categorical" ? classes(colouring) : values(colouring, rows);
}

/** For a map without colourings. */
export function plainPaint(rows: number): Paint {
  return {
    name: "",
    index: new Uint8Array(rows),
    grey: 1,
    groups: [{ name: "all rows", rows }],
    range: null,
    missing: 0,
    colours: (palette) => [classColour(0, palette)],
    textOf: () => "",
    valueOf: () => "",
    numberOf: () => Number.NaN,
  };
}

/** Classes in the order of their names; where there are too many, the smallest share a group. Those and rows without a class are grey. */
function classes({ name, names, data, none = "none" }: PageColouring & { kind: "categorical" }): Paint {
  const labels = unpackIntegers(data);
  const counts = new Float64Array(names.length);
  let without = 0;
  for (const label of labels) {
    if (label >= 0) counts[label]!++;
    else without++;
  }
  const all = Array.from(counts.keys());
  const shown =
    names.length <= mostGroups
      ? all
      : all
          .sort((a, b) => counts[b]! - counts[a]! || a - b)
          .slice(0, mostGroups - 1)
          .sort((a, b) => a - b);
  const groups = shown.map((label) => ({ name: names[label]!, rows: counts[label]! }));
  const groupOf = new Uint8Array(names.length).fill(shown.length);
  for (const [group, label] of shown.entries()) groupOf[label] = group;
  const others = names.length - shown.length;
  if (others > 0) {
    const rows = labels.length - without - groups.reduce((sum, group) => sum + group.rows, 0);
    groups.push({ name: `other (${others.toLocaleString("en-US")})`, rows });
  }
  if (without > 0) groups.push({ name: none, rows: without });
  const textOf = (row: number) => (labels[row]! < 0 ? none : names[labels[row]!]!);
  return {
    name,
    index: Uint8Array.from(labels, (label) => (label < 0 ? groups.length - 1 : groupOf[label]!)),
    grey: shown.length,
    groups,
    range: null,
    missing: 0,
    colours: (palette) =>
      groups.map((_, i) => {
        if (i < shown.length) return classColour(i, palette);
        return others > 0 && i === shown.length ? palette.other : palette.none;
      }),
    textOf,
    valueOf: textOf,
    numberOf: () => Number.NaN,
  };
}

function values({ name, data }: PageColouring & { kind: "continuous" }, rows: number): Paint {
  const numbers = unpackFloats(data);
  let low = Infinity;
  let high = -Infinity;
  for (const value of numbers) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  if (low > high) [low, high] = [0, 0];
  const index = new Uint8Array(rows);
  for (let row = 0; row < rows; row++) {
    const share = high > low ? (numbers[row]! - low) / (high - low) : 0.5;
    index[row] = Number.isNaN(numbers[row]!) ? steps : Math.min(steps - 1, Math.floor(share * steps));
  }
  return {
    name,
    index,
    grey: steps,
    groups: null,
    range: [low, high],
    missing: numbers.reduce((sum, value) => sum + (Number.isNaN(value) ? 1 : 0), 0),
    // As in the figures: what is nearest to the paper would not be seen.
    colours: ({ sequential, none }) => [
      ...ramp(sequential.slice(Math.floor(sequential.length / 4)), steps),
      none,
    ],
    textOf: (row) => short(numbers[row]!),
    valueOf: (row) => (Number.isNaN(numbers[row]!) ? "" : Number(numbers[row]!.toPrecision(7))),
    numberOf: (row) => numbers[row]!,
  };
}
