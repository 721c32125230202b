import { type Place, spread } from "./fingers.js";

/** By CSS pixels. */
export interface TurnActions {
  enabled(): boolean;
  turn(x: number, y: number): void;
  pan(x: number, y: number): void;
  zoom(factor: number): void;
}

/** Dragging turns; with the right button, Shift or Ctrl it moves; two fingers move and zoom. -> stops it */
export function listenToTurning(surface: HTMLElement, actions: TurnActions): () => void {
  const ending = new AbortController();
  const { signal } = ending;
  const held = new Map<number, Place>();
  let pans = false;

  surface.addEventListener(
    "pointerdown",
    (event) => {
      if (!actions.enabled() || event.button === 1) return;
      pans = event.button === 2 || event.ctrlKey || event.metaKey || event.shiftKey;
      held.set(event.pointerId, { x: event.clientX, y: event.clientY });
      surface.setPointerCapture(event.pointerId);
    },
    { signal },
  );
  surface.addEventListener(
    "pointermove",
    (event) => {
      const before = held.get(event.pointerId);
      if (!before) return;
      const old = held.size === 2 ? spread(held) : null;
      const place = { x: event.clientX, y: event.clientY };
      held.set(event.pointerId, place);
      if (!actions.enabled()) return;
      if (old) {
        const now = spread(held);
        actions.pan(now.x - old.x, now.y - old.y);
        if (old.size > 0 && now.size > 0) actions.zoom(now.size / old.size);
      } else if (held.size === 1) {
        (pans ? actions.pan : actions.turn)(place.x - before.x, place.y - before.y);
      }
    },
    { signal },
  );
  const release = (event: PointerEvent) => held.delete(event.pointerId);
  surface.addEventListener("pointerup", release, { signal });
  surface.addEventListener("pointercancel", release, { signal });
  surface.addEventListener(
    "contextmenu",
    (event) => {
      if (actions.enabled()) event.preventDefault();
    },
    { signal },
  );
  return () => ending.abort();
}
