import type { Total } from "./covariance.js";

/** Mean and scatter of all rows; the scatter is left 0 where the covariance does not need it. */
export function totalOf(data: Float32Array, rows: number, latent: number, scattered: boolean): Total {
  const mean = new Float64Array(latent);
  const scatter = new Float64Array(latent * latent);
  for (let row = 0; row < rows; row++) {
    for (let j = 0; j < latent; j++) mean[j]! += data[row * latent + j]!;
  }
  for (let j = 0; j < latent; j++) mean[j]! /= rows;
  if (!scattered) return { mean, scatter };
  const difference = new Float64Array(latent);
  for (let row = 0; row < rows; row++) {
    for (let j = 0; j < latent; j++) difference[j] = data[row * latent + j]! - mean[j]!;
    for (let i = 0; i < latent; i++) {
      for (let j = 0; j <= i; j++) scatter[i * latent + j]! += difference[i]! * difference[j]!;
    }
  }
  return { mean, scatter };
}
