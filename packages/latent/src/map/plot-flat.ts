import { cloudOf } from "./cloud.js";
import { plane } from "./plane.js";
import { type Plot, pointOpacity, pointSize, zoomedSize } from "./plot.js";
import { screenOf } from "./screen.js";

/** How long points fly to their places in another embedding (ms). */
const flightTime = 700;
const still = "(prefers-reduced-motion: reduce)";

/**
 * Points in a plane.
 * @throws where the browser has no WebGL 2
 */
export function flatPlot(changed: () => void): Plot {
  const view = plane();
  const cloud = cloudOf({ columns: 2, diameter: () => diameter });
  let points: Float32Array = new Float32Array();
  let places: Float32Array | null = null;
  let paper = "#000000";
  let width = 100;
  let height = 100;
  let diameter = 1;
  let flight: { from: Float32Array; at: Float32Array; began: number } | null = null;
  const screen = screenOf({
    layers: [cloud],
    deep: false,
    paper: () => paper,
    matrix: view.matrix,
    prepare: fly,
    drawn: changed,
  });

  function moved(): void {
    places = null;
    diameter = pointSize(points.length / 2, width, height) * zoomedSize(view.scale());
    screen.draw();
  }
  function fly(now: number): void {
    if (!flight) return;
    const { from, at, began } = flight;
    const time = Math.min(1, Math.max(0, (now - began) / flightTime));
    const share = time * time * (3 - 2 * time);
    for (let i = 0; i < at.length; i++) at[i] = from[i]! + share * (points[i]! - from[i]!);
    cloud.points(at);
    if (time === 1) flight = null;
    else screen.draw();
  }
  function reset(): void {
    view.start();
    moved();
  }
  return {
    canvas: screen.canvas,
    turns: false,
    points(given) {
      const from = flight ? flight.at : points;
      const flies = from.length === given.length && !window.matchMedia(still).matches;
      flight = flies ? { from, at: from.slice(), began: performance.now() } : null;
      points = given;
      if (!flight) cloud.points(points);
      reset();
    },
    look(look) {
      paper = look.paper;
      cloud.look(look, pointOpacity(points.length / 2));
      screen.draw();
    },
    resize(newWidth, newHeight) {
      [width, height] = [newWidth, newHeight];
      view.resize(width, height);
      screen.resize(width, height);
      moved();
    },
    places() {
      places ??= view.places(points);
      return places;
    },
    placeAt: view.pointAt,
    pixelOf: view.placeOf,
    diameter: () => diameter,
    pan(x, y) {
      view.pan(x, y);
      moved();
    },
    zoom(factor, x, y) {
      view.zoom(factor, x, y);
      moved();
    },
    turn() {},
    reset,
    gestures() {},
    dispose: screen.dispose,
  };
}
