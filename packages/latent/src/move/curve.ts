import { chord, type Decoder, type Outputs } from "./decode.js";

/** A curve through latent space as points joined by straight lines, [points * latent], and the length in output space of each line. */
export interface Curve {
  z: Float32Array;
  chords: Float64Array;
  length: number;
}

/** Decode a curve's points, in order, and measure the chords between their outputs. */
export async function measure(
  decoder: Decoder,
  z: Float32Array,
  latent: number,
  batch: number,
): Promise<Curve> {
  const points = z.length / latent;
  const chords = new Float64Array(points - 1);
  let last: Outputs | null = null;
  for (let start = 0; start < points; start += batch) {
    const end = Math.min(points, start + batch);
    const outputs = await decoder.decode(z.slice(start * latent, end * latent));
    const { width } = decoder;
    if (last) chords[start - 1] = chord(last, 0, outputs, 0, width);
    for (let i = start + 1; i < end; i++) {
      chords[i - 1] = chord(outputs, i - 1 - start, outputs, i - start, width);
    }
    // A copy: decoders may write their next answer over this one.
    last = outputs.slice((end - 1 - start) * width, (end - start) * width);
  }
  return { z, chords, length: chords.reduce((sum, each) => sum + each, 0) };
}

/** The same curve with each line cut into `parts` equal ones. */
export function subdivide(z: Float32Array, latent: number, parts: number): Float32Array {
  const lines = z.length / latent - 1;
  const fine = new Float32Array((lines * parts + 1) * latent);
  for (let i = 0; i < lines * parts; i++) {
    const line = Math.floor(i / parts);
    const t = (i % parts) / parts;
    for (let j = 0; j < latent; j++) {
      fine[i * latent + j] = (1 - t) * z[line * latent + j]! + t * z[(line + 1) * latent + j]!;
    }
  }
  fine.set(z.subarray(lines * latent), lines * parts * latent);
  return fine;
}

/** `count` points of a curve at equal distances along its length in output space, both ends included. */
export function resample({ z, chords, length }: Curve, latent: number, count: number): Float32Array {
  const lines = chords.length;
  const out = new Float32Array(count * latent);
  let line = 0;
  let before = 0;
  for (let i = 0; i < count - 1; i++) {
    const share = i / (count - 1);
    const wanted = share * length;
    while (line < lines - 1 && before + chords[line]! < wanted) before += chords[line++]!;
    let t = chords[line]! > 0 ? Math.min(1, (wanted - before) / chords[line]!) : 0;
    if (length === 0) {
      // What decodes to one and the same has no length to share out.
      line = Math.min(lines - 1, Math.floor(share * lines));
      t = share * lines - line;
    }
    for (let j = 0; j < latent; j++) {
      out[i * latent + j] = (1 - t) * z[line * latent + j]! + t * z[(line + 1) * latent + j]!;
    }
  }
  out.set(z.subarray(lines * latent), (count - 1) * latent);
  return out;
}
