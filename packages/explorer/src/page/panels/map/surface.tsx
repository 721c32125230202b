import { useLayoutEffect, useRef } from "preact/hooks";
import type { MapView } from "./map-view.js";

/** The view's surface, put into the page, and buttons to come nearer. */
export function MapSurface({ view }: { view: MapView }) {
  const place = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    place.current!.append(view.surface);
    const end = view.start();
    return () => {
      end();
      view.surface.remove();
    };
  }, [view]);
  return (
    <>
      <div class="map-place" ref={place} />
      <fieldset class="map-zoom">
        <legend class="hidden">View</legend>
        <button type="button" aria-label="Zoom in" title="Zoom in" onClick={() => view.zoom(1.5)}>
          +
        </button>
        <button type="button" aria-label="Zoom out" title="Zoom out" onClick={() => view.zoom(1 / 1.5)}>
          −
        </button>
        <button
          type="button"
          aria-label="Show all points again"
          title="Show all points again"
          onClick={() => view.plot().reset()}
        >
          ⤢
        </button>
      </fieldset>
    </>
  );
}
