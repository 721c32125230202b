import {
  BoxGeometry,
  BufferAttribute,
  BufferGeometry,
  EdgesGeometry,
  LineBasicMaterial,
  LineSegments,
  PerspectiveCamera,
  Points,
  Scene,
  ShaderMaterial,
  Vector3,
  WebGLRenderer,
} from "three";
import { OrbitControls } from "three/addons/controls/OrbitControls.js";
import { rgbOf } from "../../draw/colour.js";
import { mix } from "./colours.js";
import { element } from "./dom.js";
import { faded, type Look, type Plot, pointSize } from "./plot.js";

const distance = 4.3;
const fieldOfView = 40;

const vertex = `
attribute vec3 tint;
uniform float size;
varying vec3 shade;
void main() {
  vec4 place = modelViewMatrix * vec4(position, 1.0);
  gl_Position = projectionMatrix * place;
  gl_PointSize = size * ${distance.toFixed(1)} / -place.z;
  shade = tint;
}`;
/** A disc with a soft edge. */
const fragment = `
varying vec3 shade;
void main() {
  float r = length(gl_PointCoord - 0.5) * 2.0;
  float cover = 1.0 - smoothstep(1.0 - fwidth(r), 1.0, r);
  if (cover <= 0.0) discard;
  gl_FragColor = vec4(shade, cover);
}`;

/**
 * Points in space, turned by dragging on `surface`.
 * @throws where the browser has no WebGL 2
 */
export function deepPlot(surface: HTMLElement, changed: () => void): Plot {
  const canvas = element("canvas", { "aria-hidden": "true" });
  // three would ask for a canvas that the page shows through, and soft edges would let it.
  const context = canvas.getContext("webgl2", { alpha: false, antialias: true });
  if (!context) throw new Error("this browser has no WebGL 2");
  const renderer = new WebGLRenderer({ canvas, context });
  const scene = new Scene();
  const camera = new PerspectiveCamera(fieldOfView, 1, 0.05, 60);
  const material = new ShaderMaterial({
    vertexShader: vertex,
    fragmentShader: fragment,
    alphaToCoverage: true,
    uniforms: { size: { value: 4 } },
  });
  const geometry = new BufferGeometry();
  const cloud = new Points(geometry, material);
  cloud.frustumCulled = false;
  const box = new LineSegments(new EdgesGeometry(new BoxGeometry(2, 2, 2)), new LineBasicMaterial());
  scene.add(cloud, box);
  camera.position.set(1.6, 1.1, 2.8).setLength(distance);
  const controls = new OrbitControls(camera, surface);
  controls.enableZoom = false;
  controls.enabled = false;
  controls.saveState();

  let width = 100;
  let height = 100;
  let points: Float32Array = new Float32Array();
  let places: Float32Array | null = null;
  let frame = 0;
  const size = () => pointSize(points.length / 3, width, height) * 1.1;
  function render(): void {
    places = null;
    if (frame !== 0) return;
    frame = requestAnimationFrame(() => {
      frame = 0;
      material.uniforms.size!.value = size() * renderer.getPixelRatio();
      renderer.render(scene, camera);
    });
    changed();
  }
  controls.addEventListener("change", render);
  return {
    canvas,
    turns: true,
    points(given) {
      points = given;
      geometry.setAttribute("position", new BufferAttribute(given, 3));
      cloud.geometry.computeBoundingBox();
      cloud.geometry.boundingBox?.getSize(box.scale).multiplyScalar(0.5);
      controls.reset();
      render();
    },
    look(look) {
      renderer.setClearColor(look.paper);
      box.material.color.set(look.lines);
      geometry.setAttribute("tint", new BufferAttribute(tintsOf(look), 3));
      geometry.setIndex(new BufferAttribute(shownOf(look), 1));
      render();
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
      renderer.setPixelRatio(window.devicePixelRatio);
      renderer.setSize(width, height, false);
      render();
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
      render();
    },
    gestures(on) {
      controls.enabled = on;
    },
  };
}

/** [rows, 3] red, green, blue */
function tintsOf({ index, colours, chosen, paper }: Look): Float32Array {
  const bright = colours.map(numbers);
  const pale = colours.map((colour) => numbers(mix(colour, paper, faded)));
  const tints = new Float32Array(index.length * 3);
  for (let row = 0; row < index.length; row++) {
    tints.set((chosen && !chosen[row] ? pale : bright)[index[row]!]!, row * 3);
  }
  return tints;
}

/** What the screen is to show: the shader writes it without three's linear space between. */
function numbers(colour: string): number[] {
  return rgbOf(colour).map((value) => value / 255);
}

function shownOf({ hidden }: Look): Uint32Array {
  const shown: number[] = [];
  for (let row = 0; row < hidden.length; row++) if (!hidden[row]) shown.push(row);
  return Uint32Array.from(shown);
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
