import type { FunctionComponent } from "preact";
import type { PanelName } from "../core/state.js";
import { ArithmeticPanel } from "./arithmetic/panel.js";
import { DrawPanel } from "./draw/panel.js";
import { GridPanel } from "./grid/panel.js";
import { MapPanel } from "./map/panel.js";
import { MorphPanel } from "./morph/panel.js";
import { SlidersPanel } from "./sliders/panel.js";

export const panelParts: { readonly [K in PanelName]: { title: string; Panel: FunctionComponent } } = {
  map: { title: "Map", Panel: MapPanel },
  sliders: { title: "Sliders", Panel: SlidersPanel },
  morph: { title: "Morph", Panel: MorphPanel },
  draw: { title: "Draw", Panel: DrawPanel },
  grid: { title: "Grid", Panel: GridPanel },
  arithmetic: { title: "Arithmetic", Panel: ArithmeticPanel },
};
