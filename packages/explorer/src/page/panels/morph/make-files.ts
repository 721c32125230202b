import type { Model } from "../../core/model.js";
import { pngOf } from "../../core/paint.js";
import { evenly, frameCount, frameDelays, frameOrder, inARow } from "./frames.js";
import { gifWriter } from "./gif.js";
import { codeAlong, type Part } from "./path.js";
import type { AtEnd } from "./player.js";

export interface FileJob {
  model: Model;
  condition: Float32Array | null;
  parts: readonly Part[];
  /** Pictures on the way there, both ends included. */
  count: number;
  scale: number;
  /** Told the share that is done. */
  onProgress: (share: number) => void;
  signal: AbortSignal;
}

/** Longest time in milliseconds that the page waits for a few frames. */
const piece = 12;

/** seconds: of the way there, whose frames are fewer than asked for where browsers would slow them down */
export async function makeGif(job: FileJob, seconds: number, atEnd: AtEnd): Promise<Uint8Array<ArrayBuffer>> {
  const { model, scale, onProgress, signal } = job;
  const count = frameCount(job.count, seconds);
  const pictures = await decodeAll({ ...job, count }, 0.5);
  const order = frameOrder(count, atEnd);
  const delays = frameDelays(order.length, count, seconds);
  const gif = gifWriter({ shape: model.shape, scale, forever: atEnd !== "stop" });
  let began = performance.now();
  for (const [i, at] of order.entries()) {
    gif.add(pictures[at]!, delays[i]!);
    if (performance.now() - began < piece) continue;
    onProgress(0.5 + (0.5 * (i + 1)) / order.length);
    await new Promise((resolve) => setTimeout(resolve));
    signal.throwIfAborted();
    began = performance.now();
  }
  return gif.finish();
}

export async function makeStrip(job: FileJob): Promise<Blob> {
  const { shape } = job.model;
  const pictures = await decodeAll(job, 1);
  const strip = inARow(pictures, shape);
  return pngOf(strip, [shape[0], pictures.length * shape[1], shape[2]], job.scale);
}

/** share: how much of the work it is */
async function decodeAll(job: FileJob, share: number): Promise<Uint8Array[]> {
  const { model, condition, parts, count, onProgress, signal } = job;
  const { latent, shape } = model;
  const z = new Float32Array(count * latent);
  evenly(count).forEach((at, i) => {
    z.set(codeAlong(parts, at), i * latent);
  });
  const size = shape[0] * shape[1] * shape[2];
  const pictures: Uint8Array[] = [];
  const onRows = (_: number, pixels: Uint8Array) => {
    for (let i = 0; i < pixels.length; i += size) pictures.push(pixels.slice(i, i + size));
    onProgress((share * pictures.length) / count);
  };
  await model.decodeMany(z, condition, onRows, signal);
  return pictures;
}
