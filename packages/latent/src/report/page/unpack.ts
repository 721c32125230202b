import type { PageEmbedding } from "./page-data.js";

function bytes(text: string): ArrayBuffer {
  const characters = atob(text);
  const unpacked = new Uint8Array(characters.length);
  for (let i = 0; i < characters.length; i++) unpacked[i] = characters.charCodeAt(i);
  return unpacked.buffer;
}

export function unpackIntegers(text: string): Int32Array {
  return new Int32Array(bytes(text));
}

export function unpackFloats(text: string): Float32Array {
  return new Float32Array(bytes(text));
}

/** -> [rows, dimensions] in the embedding's own units */
export function unpackEmbedding({ data, dimensions, range }: PageEmbedding): Float32Array {
  const steps = new Uint16Array(bytes(data));
  const points = new Float32Array(steps.length);
  for (let i = 0; i < steps.length; i++) {
    const [from, to] = range[i % dimensions]!;
    points[i] = from + (steps[i]! / 65535) * (to - from);
  }
  return points;
}
