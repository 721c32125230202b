import {
  BoxGeometry,
  EdgesGeometry,
  LineBasicMaterial,
  LineSegments,
  Matrix4,
  PerspectiveCamera,
  Vector3,
} from "three";
import { OrbitControls } from "three/addons/controls/OrbitControls.js";
import { cloudOf } from "./cloud.js";
import { type Plot, pointSize } from "./plot.js";

const fieldOfView = 40;
/** Part of the view that the box takes at the start. */
const margin = 0.94;
const startAt = new Vector3(1.6, 1.1, 2.8);

/**
 * Points in space, turned by dragging on `surface`.
 * @throws where the browser has no WebGL 2
 */
export function deepPlot(surface: HTMLElement, changed: () => void): Plot {
  const camera = new PerspectiveCamera(fieldOfView, 1, 0.05, 60);
  const cloud = cloudOf({ camera, deep: true, depth: () => distance, diameter: size, drawn: changed });
  const box = new LineSegments(new EdgesGeometry(new BoxGeometry(2, 2, 2)), new LineBasicMaterial());
  cloud.scene.add(box);
  const controls = new OrbitControls(camera, surface);
  controls.enableZoom = false;
  controls.enabled = false;

  let width = 100;
  let height = 100;
  let points: Float32Array = new Float32Array();
  let places: Float32Array | null = null;
  /** Of the camera from the middle at the start. */
  let distance = 4;
  function size(): number {
    return pointSize(points.length / 3, width, height) * 1.1;
  }
  function moved(): void {
    places = null;
    cloud.draw();
  }
  controls.addEventListener("change", moved);
  return {
    canvas: cloud.canvas,
    turns: true,
    points(given) {
      points = given;
      cloud.points(points, 3);
      const sides = halfSides(points);
      box.scale.set(...sides);
      distance = distanceTo(sides);
      controls.target.set(0, 0, 0);
      camera.position.copy(startAt).setLength(distance);
      controls.update();
      controls.saveState();
      moved();
    },
    look(look) {
      box.material.color.set(look.lines);
      cloud.look(look, 1);
    },
    resize(newWidth, newHeight) {
      [width, height] = [newWidth, newHeight];
      camera.aspect = width / height;
      // On what is higher than wide, the width is what has to hold the cloud.
      camera.fov =
        camera.aspect < 1
          ? (2 * Math.atan(Math.tan((fieldOfView * Math.PI) / 360) / camera.aspect) * 180) / Math.PI
          : fieldOfView;
      camera.updateProjectionMatrix();
      cloud.resize(width, height);
      moved();
    },
    places() {
      if (places) return places;
      camera.updateMatrixWorld();
      places = placesOf(points, camera, width, height);
      return places;
    },
    diameter: (depth) => (size() * distance) / depth,
    pan(x, y) {
      controls.pan(x, y);
      controls.update();
    },
    zoom(factor) {
      const way = camera.position.clone().sub(controls.target);
      way.setLength(Math.min(20, Math.max(0.15, way.length() / factor)));
      camera.position.copy(controls.target).add(way);
      controls.update();
    },
    turn(x, y) {
      controls.rotateLeft((2 * Math.PI * x) / height);
      controls.rotateUp((2 * Math.PI * y) / height);
      controls.update();
    },
    reset() {
      controls.reset();
      moved();
    },
    gestures(on) {
      controls.enabled = on;
    },
  };
}

/** How far the points reach from the middle along each axis. */
function halfSides(points: Float32Array): [x: number, y: number, z: number] {
  const sides: [number, number, number] = [0, 0, 0];
  for (let i = 0; i < points.length; i++) sides[i % 3] = Math.max(sides[i % 3]!, Math.abs(points[i]!));
  return sides;
}

/** From where the whole of a box is seen, in the shorter direction of the view too. */
function distanceTo(sides: readonly [x: number, y: number, z: number]): number {
  const toView = new Matrix4().lookAt(startAt, new Vector3(), new Vector3(0, 1, 0)).transpose();
  const slope = margin * Math.tan((fieldOfView * Math.PI) / 360);
  let distance = 0.5;
  for (let corner = 0; corner < 8; corner++) {
    const signs = [1, 2, 4].map((bit) => (corner & bit ? 1 : -1));
    const at = new Vector3(...sides).multiply(new Vector3(signs[0], signs[1], signs[2])).applyMatrix4(toView);
    distance = Math.max(distance, at.z + Math.max(Math.abs(at.x), Math.abs(at.y)) / slope);
  }
  return distance;
}

function placesOf(
  points: Float32Array,
  camera: PerspectiveCamera,
  width: number,
  height: number,
): Float32Array {
  const at = new Vector3();
  const places = new Float32Array(points.length);
  for (let i = 0; i < points.length; i += 3) {
    at.set(points[i]!, points[i + 1]!, points[i + 2]!).applyMatrix4(camera.matrixWorldInverse);
    const depth = -at.z;
    at.applyMatrix4(camera.projectionMatrix);
    places[i] = depth <= 0 ? Number.NaN : ((at.x + 1) * width) / 2;
    places[i + 1] = ((1 - at.y) * height) / 2;
    places[i + 2] = depth;
  }
  return places;
}
