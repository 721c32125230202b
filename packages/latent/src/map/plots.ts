import type { Plot } from "./plot.js";
import { deepPlot } from "./plot-deep.js";
import { flatPlot } from "./plot-flat.js";

/** Of the points' space. */
type Dimensions = 2 | 3;

/** The two plots of a surface, each made when it is first needed. */
export interface Plots {
  /** The one for embeddings of so many dimensions, shown instead of the other. @throws where the browser cannot draw it */
  show(dimensions: Dimensions): Plot;
  /** The one that is shown. */
  current(): Plot;
  /** Both plots, and following the surface's size. */
  dispose(): void;
}

/** flat: makes the plot of embeddings in the plane; default on WebGL */
export function plotsOn(
  surface: HTMLElement,
  moved: () => void,
  flat: (changed: () => void) => Plot = flatPlot,
): Plots {
  const made: { [dimensions in Dimensions]?: Plot } = {};
  let shown: Plot | null = null;
  const observer = new ResizeObserver(() => {
    // Not there, as on paper.
    if (surface.clientWidth === 0 || surface.clientHeight === 0) return;
    for (const plot of Object.values(made)) plot.resize(surface.clientWidth, surface.clientHeight);
  });
  observer.observe(surface);
  return {
    show(dimensions) {
      let plot = made[dimensions];
      if (!plot) {
        plot = dimensions === 2 ? flat(moved) : deepPlot(surface, moved);
        made[dimensions] = plot;
        surface.prepend(plot.canvas);
        plot.resize(surface.clientWidth, surface.clientHeight);
      }
      shown = plot;
      for (const each of Object.values(made)) {
        each.canvas.hidden = each !== plot;
        each.gestures(false);
      }
      return plot;
    },
    current: () => shown!,
    dispose() {
      observer.disconnect();
      for (const plot of Object.values(made)) plot.dispose();
    },
  };
}
