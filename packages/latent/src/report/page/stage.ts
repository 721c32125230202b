import { count } from "../../map/numbers.js";
import { button, element, shape } from "./dom.js";
import { type Tooltip, tooltipIn } from "./tooltip.js";

/** Where the points are drawn, with what lies over them. */
export interface Stage {
  box: HTMLElement;
  /** What takes pointers and keys; plots put their canvases into it. */
  surface: HTMLElement;
  tooltip: Tooltip;
  /** Mark a point; radius 0: none. */
  ring(x: number, y: number, radius: number): void;
  /** Show a line of x, y pairs; none: take it away. */
  line(line: readonly number[]): void;
}

export function stageOf(rows: number, zoom: (factor: number) => void, reset: () => void): Stage {
  const surface = element("div", {
    class: "surface",
    id: "map-surface",
    tabindex: "0",
    role: "application",
    "aria-label": `Map of ${count(rows)} rows. Arrow keys step from point to point, Enter selects.`,
    "aria-description": "A selects all, 0 shows all points again, Escape lets go.",
  });
  const overlay = shape("svg", { class: "overlay", "aria-hidden": "true" });
  const ring = shape("circle", { class: "ring", r: "0" });
  const lasso = shape("path", { class: "lasso" });
  overlay.append(lasso, ring);
  surface.append(overlay);
  const view = element(
    "div",
    { role: "group", "aria-label": "View", class: "view" },
    button("+", { "aria-label": "Zoom in", title: "Zoom in" }, () => zoom(1.5)),
    button("−", { "aria-label": "Zoom out", title: "Zoom out" }, () => zoom(1 / 1.5)),
    button("⤢", { "aria-label": "Show all points again", title: "Show all points again" }, reset),
  );
  const box = element("div", { class: "stage" }, surface, view);
  return {
    box,
    surface,
    tooltip: tooltipIn(box),
    ring(x, y, radius) {
      for (const [name, value] of Object.entries({ cx: x, cy: y, r: radius }))
        ring.setAttribute(name, `${value}`);
    },
    line(line) {
      lasso.setAttribute("d", line.length < 4 ? "" : `M${line.join(" ")}Z`);
    },
  };
}
