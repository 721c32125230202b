import {
  createBufferInfoFromArrays,
  createProgramInfo,
  drawBufferInfo,
  setBuffersAndAttributes,
  setUniforms,
} from "twgl.js";
import { rgbOf } from "../draw/colour.js";
import type { Sides } from "./orbit.js";
import type { Layer } from "./screen.js";

/** The edges of a box around the middle. */
export interface Box extends Layer {
  sides(half: Sides): void;
  colour(colour: string): void;
}

const vertex = `#version 300 es
in vec3 position;
uniform mat4 matrix;
uniform vec3 sides;
void main() {
  gl_Position = matrix * vec4(position * sides, 1.0);
}`;
const fragment = `#version 300 es
precision mediump float;
uniform vec3 line;
out vec4 colour;
void main() {
  colour = vec4(line, 1.0);
}`;

/** Corner i is at -1 or 1 on each axis, by the bits of i. */
const corners = Float32Array.from({ length: 24 }, (_, i) => ((i / 3) & (1 << (i % 3)) ? 1 : -1));
/** Pairs of corners that differ in one bit. */
const edges = Uint16Array.from(
  [1, 2, 4].flatMap((bit) => [0, 1, 2, 3, 4, 5, 6, 7].flatMap((i) => (i & bit ? [] : [i, i | bit]))),
);

export function boxOf(): Box {
  let sides: Sides = [1, 1, 1];
  let line: number[] = [0, 0, 0];
  return {
    sides(half) {
      sides = half;
    },
    colour(colour) {
      line = rgbOf(colour).map((value) => value / 255);
    },
    mount(gl) {
      const program = createProgramInfo(gl, [vertex, fragment]);
      const position = { numComponents: 3, data: corners };
      const buffers = createBufferInfoFromArrays(gl, { position, indices: edges });
      return (matrix) => {
        gl.useProgram(program.program);
        setBuffersAndAttributes(gl, program, buffers);
        setUniforms(program, { matrix, sides, line });
        drawBufferInfo(gl, buffers, gl.LINES);
      };
    },
  };
}
