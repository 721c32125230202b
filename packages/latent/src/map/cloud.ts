import {
  createBufferInfoFromArrays,
  createProgramInfo,
  drawBufferInfo,
  setAttribInfoBufferFromArray,
  setBuffersAndAttributes,
  setUniforms,
} from "twgl.js";
import { rgbOf } from "../draw/colour.js";
import { mix } from "./colours.js";
import { faded, type Look, mixedOrder } from "./plot.js";
import type { Layer } from "./screen.js";

/** Round points. Both plots have them. */
export interface Cloud extends Layer {
  /** points [rows, columns] */
  points(points: Float32Array): void;
  look(look: Look, opacity: number): void;
}

export interface CloudOptions {
  columns: 2 | 3;
  /** How far from the eye a point has the diameter; without: everywhere. */
  depth?(): number;
  /** CSS pixels. */
  diameter(): number;
}

const vertex = `#version 300 es
in vec3 position;
in vec4 tint;
uniform mat4 matrix;
uniform float size;
uniform float depth;
out vec3 shade;
out float side;
void main() {
  gl_Position = matrix * vec4(position, 1.0);
  side = size * depth / gl_Position.w + 1.0;
  gl_PointSize = side;
  shade = tint.rgb;
}`;
/** A disc with an edge of one pixel. */
const fragment = `#version 300 es
precision highp float;
uniform float opacity;
in vec3 shade;
in float side;
out vec4 colour;
void main() {
  float cover = min(1.0, side * (0.5 - length(gl_PointCoord - 0.5)));
  if (cover <= 0.0) discard;
  colour = vec4(shade, cover * opacity);
}`;

export function cloudOf({ columns, depth, diameter }: CloudOptions): Cloud {
  let position: Float32Array = new Float32Array();
  let tint: Uint8Array = new Uint8Array();
  let order: Uint32Array = new Uint32Array();
  let opacity = 1;
  let mixed: Int32Array = new Int32Array();
  /** What the graphics have an older version of. */
  const stale = { position: true, look: true };
  return {
    points(points) {
      position = points;
      stale.position = true;
    },
    look(look, given) {
      opacity = given;
      if (mixed.length !== look.index.length) mixed = mixedOrder(look.index.length);
      tint = tintsOf(look);
      order = orderOf(look, mixed);
      stale.look = true;
    },
    mount(gl) {
      const program = createProgramInfo(gl, [vertex, fragment]);
      const drawType = gl.DYNAMIC_DRAW;
      const buffers = createBufferInfoFromArrays(gl, {
        position: { numComponents: columns, data: position, drawType },
        tint: { numComponents: 4, data: tint, drawType },
        indices: { numComponents: 1, data: order, drawType },
      });
      const { position: positions, tint: tints } = buffers.attribs!;
      stale.position = stale.look = false;
      return (matrix, ratio) => {
        if (stale.position) setAttribInfoBufferFromArray(gl, positions!, position);
        if (stale.look) {
          setAttribInfoBufferFromArray(gl, tints!, tint);
          gl.bindBuffer(gl.ELEMENT_ARRAY_BUFFER, buffers.indices!);
          gl.bufferData(gl.ELEMENT_ARRAY_BUFFER, order, drawType);
        }
        stale.position = stale.look = false;
        // New points, whose look is still to come.
        if (position.length / columns !== tint.length / 4) return;
        gl.useProgram(program.program);
        setBuffersAndAttributes(gl, program, buffers);
        const size = diameter() * ratio;
        // In parallel projection all points are at 1.
        setUniforms(program, { matrix, size, depth: depth?.() ?? 1, opacity });
        drawBufferInfo(gl, buffers, gl.POINTS, order.length);
      };
    },
  };
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

/** [rows, 4] red, green, blue, 255 */
function tintsOf({ index, colours, chosen, paper }: Look): Uint8Array {
  const bright = colours.map(rgbOf);
  const pale = colours.map((colour) => rgbOf(mix(colour, paper, faded)));
  const tints = new Uint8Array(index.length * 4).fill(255);
  for (let row = 0; row < index.length; row++) {
    tints.set((chosen && !chosen[row] ? pale : bright)[index[row]!]!, row * 4);
  }
  return tints;
}
