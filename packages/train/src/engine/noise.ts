import { RandomStream, type StreamName, sizeOf } from "@vaekit/infer";
import type { NoiseSpecs } from "../objective/types.js";
import type { Job, Noise } from "./types.js";

/** The noise that a training step takes, or an evaluation of `rows` examples. */
export function noiseSpecs(job: Job, rows: number, training: boolean): NoiseSpecs {
  const { vae, objective, binarize } = job;
  const draws = rows * (training ? objective.samples : 1);
  const ofRows = (noise: Readonly<Record<string, readonly number[]>>, count: number): NoiseSpecs =>
    Object.fromEntries(
      Object.entries(noise).map(([name, shape]) => [name, { shape: [count, ...shape], of: "uniform" }]),
    );
  return {
    eps: { shape: [draws, vae.latent], of: "normal" },
    ...(binarize && { uniform: { shape: [rows, vae.features], of: "uniform" } }),
    ...(training && {
      ...ofRows(vae.encoder.noise, rows),
      ...ofRows(vae.decoder.noise, draws),
      ...objective.noise({ rows, latent: vae.latent }),
    }),
  };
}

/** Streams of what is drawn most often; all else has forks of "noise". */
const streams: Readonly<Record<string, StreamName>> = { eps: "noise", uniform: "binarize" };

/**
 * Draw a step's noise: it depends on the seed, the step and the noise's place alone, so that a resumed run draws the
 * same. into: arrays to use again
 */
export function drawNoise(specs: NoiseSpecs, seed: number, step: number, into: Noise = {}): Noise {
  return Object.fromEntries(
    Object.entries(specs).map(([name, { shape, of }], i) => {
      const ofStep = new RandomStream(seed, streams[name] ?? "noise").fork(step);
      const stream = streams[name] ? ofStep : ofStep.fork(i);
      return [name, stream[of](into[name] ?? new Float32Array(sizeOf(shape)))];
    }),
  );
}
