import { byImportance } from "../../core/order.js";
import type { GridState, State } from "../../core/state.js";

export type GridKind = GridState["kind"];

/** Change what the grid shows. */
export function setGrid(state: State, change: Partial<GridState>): void {
  state.grid.value = { ...state.grid.peek(), ...change };
}

/** The dimensions of the plane: those that were chosen, or the two of largest KL. */
export function planeOf(state: State): { x: number; y: number } {
  const { plane } = state.grid.value;
  if (plane) return plane;
  const [x, y] = byImportance(state.site.reference.dimensions);
  return { x: x!, y: y ?? x! };
}

/** How a plane's positions are spread: as was chosen; else at the normal's quantiles where the prior is the standard normal. */
export function spreadOf(state: State): "normal" | "data" {
  const { spread } = state.grid.value;
  return spread ?? (state.model.peek()?.manifest.prior.name === "standard-normal" ? "normal" : "data");
}

/** Another dimension for one axis; the one of the other axis changes places with it. */
export function chooseDimension(state: State, axis: "x" | "y", dimension: number): void {
  const plane = planeOf(state);
  const other = axis === "x" ? "y" : "x";
  const taken = plane[other] === dimension ? { [other]: plane[axis] } : {};
  setGrid(state, { plane: { ...plane, ...taken, [axis]: dimension } });
}
