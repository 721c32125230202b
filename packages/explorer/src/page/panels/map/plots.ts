import { type Plots, plotsOn } from "@vaekit/latent/map";
import { canvasPlot } from "./canvas-plot.js";

/** Whether this browser draws with WebGL 2, which the maps in space need. */
export function hasWebgl(): boolean {
  const context = document.createElement("canvas").getContext("webgl2");
  context?.getExtension("WEBGL_lose_context")?.loseContext();
  return context !== null;
}

/** The plots of a surface: on WebGL, or a flat one on a plain canvas. */
export function plotsFor(surface: HTMLElement, webgl: boolean, moved: () => void): Plots {
  if (webgl) return plotsOn(surface, moved);
  const plot = canvasPlot(moved);
  surface.prepend(plot.canvas);
  new ResizeObserver(() => {
    if (surface.clientWidth > 0 && surface.clientHeight > 0)
      plot.resize(surface.clientWidth, surface.clientHeight);
  }).observe(surface);
  return {
    show() {
      plot.resize(surface.clientWidth, surface.clientHeight);
      return plot;
    },
    current: () => plot,
  };
}
