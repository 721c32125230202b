import {
  BufferAttribute,
  BufferGeometry,
  type Camera,
  DynamicDrawUsage,
  Points,
  Scene,
  ShaderMaterial,
  WebGLRenderer,
} from "three";
import { rgbOf } from "../../draw/colour.js";
import { mix } from "./colours.js";
import { element } from "./dom.js";
import { faded, type Look, mixedOrder } from "./plot.js";

/** Round points on a canvas, as a camera sees them. Both plots have one. */
export interface Cloud {
  readonly canvas: HTMLCanvasElement;
  /** With what else the camera is to see. */
  readonly scene: Scene;
  /** points [rows, columns] */
  points(points: Float32Array, columns: 2 | 3): void;
  look(look: Look, opacity: number): void;
  /** CSS pixels. */
  resize(width: number, height: number): void;
  /** At the next frame, once for all that changed before it. */
  draw(): void;
}

export interface CloudOptions {
  camera: Camera;
  /** Whether points hide those behind them; where not, the later ones lie on the earlier ones. */
  deep: boolean;
  /** How far from the eye a point has the diameter; without: everywhere. */
  depth?(): number;
  /** CSS pixels. */
  diameter(): number;
  /** Before each frame, at its time (ms). What changes then is drawn in it, and another frame follows. */
  prepare?(now: number): void;
  /** After each frame. */
  drawn(): void;
}

const vertex = `
attribute vec3 tint;
uniform float size;
uniform float depth;
varying vec3 shade;
varying float side;
void main() {
  gl_Position = projectionMatrix * modelViewMatrix * vec4(position, 1.0);
  side = size * depth / gl_Position.w + 1.0;
  gl_PointSize = side;
  shade = tint;
}`;
/** A disc with an edge of one pixel. */
const fragment = `
uniform float opacity;
varying vec3 shade;
varying float side;
void main() {
  float cover = min(1.0, side * (0.5 - length(gl_PointCoord - 0.5)));
  if (cover <= 0.0) discard;
  gl_FragColor = vec4(shade, cover * opacity);
}`;

/** @throws where the browser has no WebGL 2 */
export function cloudOf({ camera, deep, depth, diameter, prepare, drawn }: CloudOptions): Cloud {
  const canvas = element("canvas", { "aria-hidden": "true" });
  // three would ask for a canvas that the page shows through, and soft edges would let it.
  const context = canvas.getContext("webgl2", { alpha: false, antialias: deep });
  if (!context) throw new Error("this browser has no WebGL 2");
  const renderer = new WebGLRenderer({ canvas, context });
  renderer.sortObjects = false;
  const uniforms = { size: { value: 1 }, depth: { value: 1 }, opacity: { value: 1 } };
  const material = new ShaderMaterial({
    vertexShader: vertex,
    fragmentShader: fragment,
    uniforms,
    alphaToCoverage: deep,
    transparent: !deep,
    depthTest: deep,
    depthWrite: deep,
  });
  const geometry = new BufferGeometry();
  const cloud = new Points(geometry, material);
  cloud.frustumCulled = false;
  const scene = new Scene();
  scene.add(cloud);
  let paper = "#000000";
  let mixed: Int32Array = new Int32Array();
  let frame = 0;

  function draw(): void {
    if (frame === 0) frame = requestAnimationFrame(render);
  }
  function render(now: number): void {
    frame = 0;
    // The other plot is shown.
    if (canvas.hidden) return;
    prepare?.(now);
    // In parallel projection all points are at 1.
    uniforms.depth.value = depth?.() ?? 1;
    uniforms.size.value = diameter() * renderer.getPixelRatio();
    // A context that was lost comes back without it.
    renderer.setClearColor(paper);
    renderer.render(scene, camera);
    drawn();
  }
  // three takes care that it can come back, and gives it all that it had.
  canvas.addEventListener("webglcontextrestored", draw);
  return {
    canvas,
    scene,
    draw,
    points(points, columns) {
      put(geometry, "position", points, columns);
      draw();
    },
    look(look, opacity) {
      paper = look.paper;
      uniforms.opacity.value = opacity;
      if (mixed.length !== look.index.length) mixed = mixedOrder(look.index.length);
      const order = orderOf(look, mixed);
      put(geometry, "tint", tintsOf(look), 3);
      put(geometry, "index", order, 1);
      geometry.setDrawRange(0, order.length);
      draw();
    },
    resize(width, height) {
      renderer.setPixelRatio(window.devicePixelRatio);
      renderer.setSize(width, height, false);
      draw();
    },
  };
}

/** In the place of what is there, where it has the room. */
function put(
  geometry: BufferGeometry,
  name: string,
  values: Float32Array | Uint32Array,
  columns: number,
): void {
  const there = name === "index" ? geometry.index : geometry.getAttribute(name);
  if (there instanceof BufferAttribute && there.array.length >= values.length) {
    there.array.set(values);
    there.needsUpdate = true;
    return;
  }
  const made = new BufferAttribute(values.slice(), columns).setUsage(DynamicDrawUsage);
  if (name === "index") geometry.setIndex(made);
  else geometry.setAttribute(name, made);
}

/** The rows that are shown: grey ones first, what stands out last, which is on top where nothing hides what is behind it. */
function orderOf({ index, grey, hidden, chosen }: Look, mixed: Int32Array): Uint32Array {
  const layer = (row: number) => (index[row]! < grey ? 1 : 0) + (chosen?.[row] ? 2 : 0);
  const next = [0, 0, 0, 0, 0];
  for (const row of mixed) if (!hidden[row]) next[layer(row) + 1]!++;
  for (let i = 1; i < next.length; i++) next[i]! += next[i - 1]!;
  const order = new Uint32Array(next[4]!);
  for (const row of mixed) if (!hidden[row]) order[next[layer(row)]!++] = row;
  return order;
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
