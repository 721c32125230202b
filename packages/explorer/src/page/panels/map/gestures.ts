import { listenToKeys, listenToPointers, rowsInside, rowTowards } from "@vaekit/latent/map";
import type { State } from "../../core/state.js";
import type { MapView } from "./map-view.js";

/** How far from a point a click still means it, in pixels. */
const clickReach = 10;

/** Mouse, fingers and keys on the map's surface. */
export function listen(state: State, view: MapView): void {
  const { surface, overlay, tool, dragging, current } = view;
  /** What the drag that goes on draws. */
  let drawing: "lasso" | "explore" = "lasso";
  let touch = false;

  listenToPointers(surface, {
    hover(at) {
      const row = at ? view.rowAt(at.x, at.y, clickReach) : -1;
      if (row !== current.peek()) view.point(row, false);
      surface.classList.toggle("over", row >= 0);
    },
    click(x, y, add) {
      const row = view.rowAt(x, y, clickReach);
      view.point(row, false);
      if (row >= 0 && add) view.select([row], true);
      else if (row >= 0) view.goTo(row);
      else if (tool.peek() === "explore") view.explore(x, y);
    },
    draws(event) {
      const explores = tool.peek() === "explore" && !view.plot().turns;
      const draws = event.shiftKey || tool.peek() === "lasso" || explores;
      drawing = explores && !event.shiftKey ? "explore" : "lasso";
      touch = event.pointerType === "touch";
      if (draws) view.plot().gestures(false);
      return draws;
    },
    line(line, done, add) {
      const [x, y] = line.slice(-2);
      if (done) view.plot().gestures(tool.peek() !== "lasso");
      if (drawing === "explore") {
        dragging.value = done || x === undefined || y === undefined ? null : { x, y, touch };
        if (x !== undefined && y !== undefined) view.explore(x, y);
        return;
      }
      overlay.lasso(done ? [] : line);
      if (done && line.length >= 6) view.select(rowsInside(view.plot().places(), view.hidden(), line), add);
    },
    pan: (x, y) => view.plot().pan(x, y),
    zoom: (factor, x, y) => view.plot().zoom(factor, x, y),
    elsewhere: () => view.plot().turns,
  });
  listenToKeys(surface, {
    step(direction) {
      const plot = view.plot();
      const from = current.peek();
      const next =
        from < 0
          ? view.rowAt(surface.clientWidth / 2, surface.clientHeight / 2, Number.POSITIVE_INFINITY)
          : rowTowards(plot.places(), view.hidden(), from, direction);
      if (next >= 0) view.point(next, true);
    },
    move(x, y) {
      if (view.plot().turns) view.plot().turn(x, y);
      else view.plot().pan(-x, -y);
    },
    zoom: view.zoom,
    reset: () => view.plot().reset(),
    choose: () => current.peek() >= 0 && view.goTo(current.peek()),
    chooseAll() {
      view.select(
        Array.from(view.hidden().keys()).filter((row) => !view.hidden()[row]),
        false,
      );
    },
    leave() {
      if (current.peek() >= 0) view.point(-1, false);
      else if (state.selection.peek().length > 0) view.select([], false);
      else return false;
      return true;
    },
  });
  surface.addEventListener("keydown", ({ key, ctrlKey, metaKey, altKey }) => {
    if (key === "s" && !ctrlKey && !metaKey && !altKey && current.peek() >= 0)
      view.select([current.peek()], true);
  });
}
