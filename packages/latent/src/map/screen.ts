import { rgbOf } from "../draw/colour.js";

/** Something that is drawn on a screen. */
export interface Layer {
  /** -> its drawing; called where the graphics hold nothing of it: at the start, and when they come back after a loss. */
  mount(gl: WebGL2RenderingContext): Drawing;
}

/** matrix: from the points' space to the clip space, [4, 4] by columns; ratio: pixels of the device in one of CSS. */
export type Drawing = (matrix: Float32Array, ratio: number) => void;

export interface Screen {
  readonly canvas: HTMLCanvasElement;
  /** CSS pixels. */
  resize(width: number, height: number): void;
  /** At the next frame, once for all that changed before it. */
  draw(): void;
  /** Take the canvas away and free the graphics. */
  dispose(): void;
}

export interface ScreenOptions {
  /** Drawn one after the other. */
  layers: readonly Layer[];
  /** Whether what is near hides what is behind it. */
  deep: boolean;
  paper(): string;
  matrix(): Float32Array;
  /** Before each frame, at its time (ms). What changes then is drawn in it. */
  prepare?(now: number): void;
  /** After each frame. */
  drawn(): void;
}

/**
 * A canvas that WebGL draws.
 * @throws where the browser has no WebGL 2
 */
export function screenOf({ layers, deep, paper, matrix, prepare, drawn }: ScreenOptions): Screen {
  const canvas = document.createElement("canvas");
  canvas.setAttribute("aria-hidden", "true");
  // The page would show through the soft edges of points on a canvas with alpha.
  const gl = canvas.getContext("webgl2", { alpha: false, antialias: deep, depth: deep });
  if (!gl) throw new Error("this browser has no WebGL 2");
  let size: [width: number, height: number] = [100, 100];
  let drawings: Drawing[] = [];
  let frame = 0;
  let disposed = false;

  function draw(): void {
    if (frame === 0 && !disposed) frame = requestAnimationFrame(render);
  }
  function render(now: number): void {
    frame = 0;
    // The other plot is shown, or the graphics are lost.
    if (canvas.hidden || !gl || gl.isContextLost()) return;
    if (drawings.length === 0) drawings = mounted(gl, layers, deep);
    prepare?.(now);
    const ratio = window.devicePixelRatio;
    fit(gl, size, ratio);
    gl.viewport(0, 0, canvas.width, canvas.height);
    const [red, green, blue] = rgbOf(paper());
    gl.clearColor(red / 255, green / 255, blue / 255, 1);
    gl.clear(gl.COLOR_BUFFER_BIT | gl.DEPTH_BUFFER_BIT);
    const view = matrix();
    for (const drawing of drawings) drawing(view, ratio);
    drawn();
  }
  canvas.addEventListener("webglcontextlost", (event) => {
    // Else it does not come back.
    event.preventDefault();
    drawings = [];
  });
  canvas.addEventListener("webglcontextrestored", draw);
  return {
    canvas,
    draw,
    resize(width, height) {
      size = [width, height];
      draw();
    },
    dispose() {
      disposed = true;
      cancelAnimationFrame(frame);
      canvas.remove();
      gl.getExtension("WEBGL_lose_context")?.loseContext();
    },
  };
}

function mounted(gl: WebGL2RenderingContext, layers: readonly Layer[], deep: boolean): Drawing[] {
  if (deep) {
    gl.enable(gl.DEPTH_TEST);
    gl.enable(gl.SAMPLE_ALPHA_TO_COVERAGE);
  } else {
    gl.enable(gl.BLEND);
    gl.blendFunc(gl.SRC_ALPHA, gl.ONE_MINUS_SRC_ALPHA);
  }
  return layers.map((layer) => layer.mount(gl));
}

/** Within the frame that draws it again: a canvas whose size is set is empty. */
function fit({ canvas }: WebGL2RenderingContext, size: readonly [number, number], ratio: number): void {
  const [width, height] = [Math.floor(size[0] * ratio), Math.floor(size[1] * ratio)];
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
}
