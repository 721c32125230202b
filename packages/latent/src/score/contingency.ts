import { DataError } from "../errors.js";
import type { Labels } from "../rows.js";
import { type LabelCodes, labelCodes } from "./label-codes.js";

/** How often each pair of labels occurs: entry e is count[e] > 0 rows with the labels a.names[first[e]] and b.names[second[e]]. */
export interface Contingency {
  rows: number;
  a: LabelCodes;
  b: LabelCodes;
  first: Int32Array;
  second: Int32Array;
  count: Int32Array;
}

/**
 * The contingency table of two labellings of the same rows as a list of its entries that are not 0: at most `rows` of them,
 * however many labels there are. Entries in order of `first`.
 * @throws DataError for labellings of different length, no labels, NaN
 */
export function contingency(call: string, truth: Labels, clusters: Labels): Contingency {
  if (truth?.length !== clusters?.length) {
    throw new DataError(
      `${call}: the labellings have ${truth?.length ?? "no"} and ${clusters?.length ?? "no"} labels; ` +
        "give two for the same rows",
    );
  }
  const a = labelCodes(call, truth);
  const b = labelCodes(call, clusters);
  const rows = a.codes.length;
  const { order, starts } = rowsByCode(a);

  const first = new Int32Array(rows);
  const second = new Int32Array(rows);
  const count = new Int32Array(rows);
  const entryOf = new Int32Array(b.names.length).fill(-1);
  let entries = 0;
  for (let code = 0; code < a.names.length; code++) {
    const from = entries;
    for (let at = starts[code]!; at < starts[code + 1]!; at++) {
      const other = b.codes[order[at]!]!;
      let entry = entryOf[other]!;
      if (entry < from) {
        entry = entries++;
        entryOf[other] = entry;
        first[entry] = code;
        second[entry] = other;
      }
      count[entry] = count[entry]! + 1;
    }
  }
  return {
    rows,
    a,
    b,
    first: first.subarray(0, entries),
    second: second.subarray(0, entries),
    count: count.subarray(0, entries),
  };
}

/** Rows sorted by code: those of code c are order[starts[c] .. starts[c + 1] - 1], ascending. */
export function rowsByCode({ codes, sizes }: LabelCodes): { order: Int32Array; starts: Int32Array } {
  const starts = new Int32Array(sizes.length + 1);
  for (let code = 0; code < sizes.length; code++) starts[code + 1] = starts[code]! + sizes[code]!;
  const next = starts.slice();
  const order = new Int32Array(codes.length);
  for (let i = 0; i < codes.length; i++) {
    const code = codes[i]!;
    const at = next[code]!;
    next[code] = at + 1;
    order[at] = i;
  }
  return { order, starts };
}
