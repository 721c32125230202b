import { boxOf } from "./box.js";
import { cloudOf } from "./cloud.js";
import { orbit, type Sides } from "./orbit.js";
import { type Plot, pointSize } from "./plot.js";
import { screenOf } from "./screen.js";
import { listenToTurning } from "./turning.js";

/**
 * Points in space, turned by dragging on `surface`.
 * @throws where the browser has no WebGL 2
 */
export function deepPlot(surface: HTMLElement, changed: () => void): Plot {
  const camera = orbit();
  const box = boxOf();
  const cloud = cloudOf({ columns: 3, depth: camera.startDistance, diameter: size });
  let points: Float32Array = new Float32Array();
  let places: Float32Array | null = null;
  let sides: Sides = [1, 1, 1];
  let paper = "#000000";
  let width = 100;
  let height = 100;
  let turning = false;
  const screen = screenOf({
    layers: [cloud, box],
    deep: true,
    paper: () => paper,
    matrix: camera.matrix,
    drawn: changed,
  });

  function size(): number {
    return pointSize(points.length / 3, width, height) * 1.1;
  }
  function moved(): void {
    places = null;
    screen.draw();
  }
  function turn(x: number, y: number): void {
    camera.turn(x, y);
    moved();
  }
  function pan(x: number, y: number): void {
    camera.pan(x, y);
    moved();
  }
  function zoom(factor: number): void {
    camera.zoom(factor);
    moved();
  }
  function reset(): void {
    camera.start(sides);
    moved();
  }
  const stopListening = listenToTurning(surface, { enabled: () => turning, turn, pan, zoom });
  return {
    canvas: screen.canvas,
    turns: true,
    points(given) {
      points = given;
      sides = halfSides(points);
      cloud.points(points);
      box.sides(sides);
      reset();
    },
    look(look) {
      paper = look.paper;
      box.colour(look.lines);
      cloud.look(look, 1);
      screen.draw();
    },
    resize(newWidth, newHeight) {
      [width, height] = [newWidth, newHeight];
      camera.resize(width, height);
      screen.resize(width, height);
      moved();
    },
    places() {
      places ??= camera.places(points);
      return places;
    },
    placeAt: () => null,
    pixelOf(point) {
      const [x, y] = camera.places(Float32Array.from(point));
      return Number.isNaN(x!) ? null : [x!, y!];
    },
    diameter: (depth) => (size() * camera.startDistance()) / depth,
    pan,
    zoom,
    turn,
    reset,
    gestures(on) {
      turning = on;
    },
    dispose() {
      stopListening();
      screen.dispose();
    },
  };
}

/** How far the points reach from the middle along each axis. */
function halfSides(points: Float32Array): Sides {
  const sides: [number, number, number] = [0, 0, 0];
  for (let i = 0; i < points.length; i++) sides[i % 3] = Math.max(sides[i % 3]!, Math.abs(points[i]!));
  return sides;
}
