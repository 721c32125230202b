import { OrthographicCamera } from "three";
import { cloudOf } from "./cloud.js";
import { type Plot, pointOpacity, pointSize } from "./plot.js";

const margin = 0.94;
/** How long points fly to their places in another embedding (ms). */
const flightTime = 700;
const still = "(prefers-reduced-motion: reduce)";

/**
 * Points in a plane.
 * @throws where the browser has no WebGL 2
 */
export function flatPlot(changed: () => void): Plot {
  const camera = new OrthographicCamera(-1, 1, 1, -1, -1, 1);
  const cloud = cloudOf({
    camera,
    deep: false,
    diameter: () => diameter,
    prepare: fly,
    drawn: changed,
  });
  let width = 100;
  let height = 100;
  let points: Float32Array = new Float32Array();
  let places: Float32Array | null = null;
  /** Half the height shows 1 / scale. */
  let scale = 1;
  let centre: [x: number, y: number] = [0, 0];
  let diameter = 1;
  let flight: { from: Float32Array; at: Float32Array; began: number } | null = null;

  const start = () => margin * Math.min(1, width / height);
  function moved(): void {
    places = null;
    diameter = pointSize(points.length / 2, width, height) * zoomedSize(scale);
    const [x, y] = [width / height / scale, 1 / scale];
    [camera.left, camera.right] = [centre[0] - x, centre[0] + x];
    [camera.bottom, camera.top] = [centre[1] - y, centre[1] + y];
    camera.updateProjectionMatrix();
    cloud.draw();
  }
  function fly(now: number): void {
    if (!flight) return;
    const { from, at, began } = flight;
    const time = Math.min(1, Math.max(0, (now - began) / flightTime));
    const share = time * time * (3 - 2 * time);
    for (let i = 0; i < at.length; i++) at[i] = from[i]! + share * (points[i]! - from[i]!);
    cloud.points(at, 2);
    if (time === 1) flight = null;
  }
  return {
    canvas: cloud.canvas,
    turns: false,
    points(given) {
      const from = flight ? flight.at : points;
      const flies = from.length === given.length && !window.matchMedia(still).matches;
      flight = flies ? { from, at: from.slice(), began: performance.now() } : null;
      points = given;
      if (!flight) cloud.points(points, 2);
      scale = start();
      centre = [0, 0];
      moved();
    },
    look: (look) => cloud.look(look, pointOpacity(points.length / 2)),
    resize(newWidth, newHeight) {
      const zoomed = scale / start();
      [width, height] = [newWidth, newHeight];
      scale = zoomed * start();
      cloud.resize(width, height);
      moved();
    },
    places() {
      if (places) return places;
      const rows = points.length / 2;
      places = new Float32Array(rows * 3);
      for (let row = 0; row < rows; row++) {
        places[row * 3] = width / 2 + ((points[row * 2]! - centre[0]) * scale * height) / 2;
        places[row * 3 + 1] = height / 2 - ((points[row * 2 + 1]! - centre[1]) * scale * height) / 2;
      }
      return places;
    },
    diameter: () => diameter,
    pan(x, y) {
      const pixel = 2 / (scale * height);
      centre = [centre[0] - x * pixel, centre[1] + y * pixel];
      moved();
    },
    zoom(factor, x, y) {
      const before = 2 / (scale * height);
      scale = Math.min(400, Math.max(0.2, scale * factor));
      const after = 2 / (scale * height);
      centre = [
        centre[0] + (x - width / 2) * (before - after),
        centre[1] - (y - height / 2) * (before - after),
      ];
      moved();
    },
    turn() {},
    reset() {
      scale = start();
      centre = [0, 0];
      moved();
    },
    gestures() {},
  };
}

/** Points grow more slowly than what is between them. */
function zoomedSize(scale: number): number {
  return scale > 1 ? Math.asinh(scale) / Math.asinh(1) : Math.max(0.25, scale);
}
