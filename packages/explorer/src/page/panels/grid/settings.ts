import { type Signal, signal } from "@preact/signals";
import type { State } from "../../core/state.js";
import { byImportance } from "../../stage/order.js";
import type { Spread } from "./manifold-plan.js";

/** What this panel alone needs, kept while another panel is open. */
export interface GridSettings {
  count: Signal<number>;
  allLabels: Signal<boolean>;
  size: Signal<number>;
  spread: Signal<Spread>;
  /** Whether the plane's dimensions are somebody's choice. */
  planeChosen: boolean;
}

const kept = new WeakMap<State, GridSettings>();

export function settingsOf(state: State): GridSettings {
  let settings = kept.get(state);
  if (!settings) {
    settings = {
      count: signal(64),
      allLabels: signal(false),
      size: signal(12),
      // Only for the standard normal prior its quantiles are where codes are.
      spread: signal(state.model.peek()?.manifest.prior.name === "standard-normal" ? "normal" : "data"),
      planeChosen: state.grid.peek().kind === "manifold",
    };
    kept.set(state, settings);
  }
  return settings;
}

export type GridKind = State["grid"]["value"]["kind"];

/** Another kind of grid; the first plane is that of the two dimensions of largest KL. */
export function chooseKind(state: State, kind: GridKind): void {
  const settings = settingsOf(state);
  const grid = { ...state.grid.peek(), kind };
  if (kind === "manifold" && !settings.planeChosen) {
    const [x, y] = byImportance(state.site.reference.dimensions);
    grid.x = x!;
    grid.y = y ?? x!;
    settings.planeChosen = true;
  }
  state.grid.value = grid;
}

/** Another dimension for one axis; the one of the other axis changes places with it. */
export function chooseDimension(state: State, axis: "x" | "y", dimension: number): void {
  const grid = state.grid.peek();
  const other = axis === "x" ? "y" : "x";
  const taken = grid[other] === dimension ? { [other]: grid[axis] } : {};
  settingsOf(state).planeChosen = true;
  state.grid.value = { ...grid, ...taken, [axis]: dimension };
}
