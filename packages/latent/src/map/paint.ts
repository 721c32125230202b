import type { Palette } from "../draw/theme.js";
import { classColour, ramp } from "./colours.js";
import { count, short } from "./numbers.js";

/** What colours the rows of a map. */
export type Colouring =
  | {
      name: string;
      kind: "categorical";
      names: readonly string[];
      /** [rows]: index into names; negative for none. */
      values: ArrayLike<number>;
      /** What rows without a class are called. Default "none". */
      none?: string;
    }
  | {
      name: string;
      kind: "continuous";
      /** [rows]; NaN for missing. */
      values: ArrayLike<number>;
    };

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

/** colouring: undefined paints all rows alike */
export function paintOf(colouring: Colouring | undefined, rows: number): Paint {
  if (!colouring) return plain(rows);
  return colouring.kind === "categorical" ? classes(colouring) : numbers(colouring);
}

function plain(rows: number): Paint {
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
function classes({ name, names, values, none = "none" }: Colouring & { kind: "categorical" }): Paint {
  const counts = new Float64Array(names.length);
  let without = 0;
  for (let row = 0; row < values.length; row++) {
    if (values[row]! >= 0) counts[values[row]!]!++;
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
    const rows = values.length - without - groups.reduce((sum, group) => sum + group.rows, 0);
    groups.push({ name: `other (${count(others)})`, rows });
  }
  if (without > 0) groups.push({ name: none, rows: without });
  const textOf = (row: number) => (values[row]! < 0 ? none : names[values[row]!]!);
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
    textOf,
    valueOf: textOf,
    numberOf: () => Number.NaN,
  };
}

function numbers({ name, values }: Colouring & { kind: "continuous" }): Paint {
  let low = Infinity;
  let high = -Infinity;
  let missing = 0;
  for (let row = 0; row < values.length; row++) {
    // A NaN is neither.
    if (values[row]! < low) low = values[row]!;
    if (values[row]! > high) high = values[row]!;
    if (Number.isNaN(values[row]!)) missing++;
  }
  if (low > high) [low, high] = [0, 0];
  const index = Uint8Array.from(values, (value) => {
    const share = high > low ? (value - low) / (high - low) : 0.5;
    return Number.isNaN(value) ? steps : Math.min(steps - 1, Math.floor(share * steps));
  });
  return {
    name,
    index,
    grey: steps,
    groups: null,
    range: [low, high],
    missing,
    // As in the figures: what is nearest to the paper would not be seen.
    colours: ({ sequential, none }) => [
      ...ramp(sequential.slice(Math.floor(sequential.length / 4)), steps),
      none,
    ],
    textOf: (row) => short(values[row]!),
    valueOf: (row) => (Number.isNaN(values[row]!) ? "" : Number(values[row]!.toPrecision(7))),
    numberOf: (row) => values[row]!,
  };
}
