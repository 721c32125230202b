import { type Place, spread } from "./fingers.js";

export interface PointerActions {
  /** The pointer is at x, y without a button held; null: it left. */
  hover(at: Place | null): void;
  /** Pressed and released in one place. */
  click(x: number, y: number, add: boolean): void;
  /** Whether dragging draws a line; asked when a drag begins. Where it does, `line` is told that it is done, whatever happens. */
  draws(event: PointerEvent): boolean;
  /** The line so far, x and y in turn; done: it is complete, or empty where it was broken off or there was no drag. */
  line(line: readonly number[], done: boolean, add: boolean): void;
  pan(x: number, y: number): void;
  zoom(factor: number, x: number, y: number): void;
  /** Whether fingers and buttons are handled by something else on the same element. */
  elsewhere(): boolean;
}

const still = 5;
/** For so long after the page scrolled the wheel goes on scrolling it (ms). */
const scrolling = 350;

/** Mouse, pen and fingers on an element, as actions. Places are CSS pixels from its corner. */
export function listenToPointers(surface: HTMLElement, actions: PointerActions): void {
  const held = new Map<number, Place>();
  let start: Place | null = null;
  let line: number[] | null = null;
  let several = false;
  let scrolled = 0;

  const at = (event: MouseEvent) => {
    const box = surface.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  };
  const adds = (event: PointerEvent) => event.ctrlKey || event.metaKey;
  /** The line that is drawn, if one is. */
  const end = (drawn: readonly number[], event: PointerEvent) => {
    if (line) actions.line(drawn, true, adds(event));
    line = null;
  };
  surface.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    const place = at(event);
    held.set(event.pointerId, place);
    end([], event);
    several = held.size > 1;
    start = several ? null : place;
    line = !several && actions.draws(event) ? [place.x, place.y] : null;
    surface.setPointerCapture(event.pointerId);
  });
  surface.addEventListener("pointermove", (event) => {
    const place = at(event);
    const before = held.get(event.pointerId);
    if (!before) {
      if (event.pointerType !== "touch" && event.buttons === 0) actions.hover(place);
      return;
    }
    if (start && Math.hypot(place.x - start.x, place.y - start.y) < still) return;
    if (start) actions.hover(null);
    start = null;
    if (line) {
      line.push(place.x, place.y);
      actions.line(line, false, adds(event));
    } else if (!actions.elsewhere()) {
      if (held.size === 2) {
        const old = spread(held);
        held.set(event.pointerId, place);
        const now = spread(held);
        actions.pan(now.x - old.x, now.y - old.y);
        if (old.size > 0) actions.zoom(now.size / old.size, now.x, now.y);
      } else if (held.size === 1) actions.pan(place.x - before.x, place.y - before.y);
    }
    held.set(event.pointerId, place);
  });
  const release = (event: PointerEvent) => {
    if (!held.delete(event.pointerId)) return;
    const up = event.type === "pointerup";
    end(line && up && !start ? line : [], event);
    if (start && !several && up) actions.click(start.x, start.y, adds(event));
    start = null;
  };
  surface.addEventListener("pointerup", release);
  surface.addEventListener("pointercancel", release);
  surface.addEventListener("pointerleave", (event) => {
    // A finger that is lifted leaves; what it tapped stays.
    if (event.pointerType !== "touch") actions.hover(null);
  });
  window.addEventListener("scroll", () => {
    scrolled = performance.now();
  });
  surface.addEventListener(
    "wheel",
    (event) => {
      // Who scrolls past the map does not want to stop in it.
      if (performance.now() - scrolled < scrolling && !event.ctrlKey) return;
      event.preventDefault();
      const { x, y } = at(event);
      const lines = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 : 1;
      actions.zoom(Math.exp(-event.deltaY * lines * (event.ctrlKey ? 0.01 : 0.0015)), x, y);
    },
    { passive: false },
  );
}
