import type { Reference } from "../../core/reference.js";
import { className, labelCondition, type State } from "../../core/state.js";

/** Rows of the reference that belong together. */
export interface Group {
  /** What it is one of: "digit", "cluster", "selection". */
  of: string;
  /** "digit 7", "cluster 2", "selection" */
  name: string;
  /** Alone, where what it is one of stands beside it. */
  short: string;
  rows: number[];
  /** What the model is told with its codes; null: what it is told now. */
  condition: Float32Array | null;
}

/** Labels, clusters and other categories in the order of the colourings, then the map's selection where there is one. */
export function groupsOf(state: State, reference: Reference, selection: readonly number[]): Group[] {
  const groups = reference.colourings.flatMap((colouring): Group[] => {
    if (colouring.kind !== "categorical") return [];
    const { name: of, values, names, tensor } = colouring;
    const found = names.map((name, index): Group => {
      const isLabel = tensor === "labels";
      const short = isLabel ? className(state.site, index) : name;
      return {
        of,
        name: short.startsWith(of) ? short : `${of} ${short}`,
        short,
        rows: [],
        condition: isLabel ? labelCondition(state, index) : null,
      };
    });
    values.forEach((value, row) => {
      found[value]?.rows.push(row);
    });
    return found;
  });
  if (selection.length > 0) {
    groups.push({
      of: "selection",
      name: "the selection",
      short: "Selected on the map",
      rows: [...selection],
      condition: null,
    });
  }
  return groups;
}
