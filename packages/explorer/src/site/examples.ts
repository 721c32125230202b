import {
  type Condition,
  conditionRows,
  type Manifest,
  NdArray,
  type ReferenceCodes,
  sizeOf,
  type Vae,
} from "@vaekit/infer";
import { someRows } from "@vaekit/latent";
import type { SiteExamples } from "./options.js";
import { roundCodes } from "./round.js";

/** Codes that a map is made of, as the site keeps them, with what is known of each. */
export interface Examples {
  /** Posterior means, or draws from the prior, rounded [rows, latent] */
  mu: NdArray;
  /** [rows, latent]; null for draws from the prior */
  logvar: NdArray | null;
  /** [rows] */
  labels: NdArray<Int32Array> | null;
  columns: readonly { name: string; values: ArrayLike<number> }[];
  /** What a conditional model is told of each [rows, size]; null for a model that is told nothing. */
  c: NdArray | null;
  /** [rows, height, width, channels] */
  pictures: NdArray<Uint8Array>;
  /** Whether `pictures` are the data's own, or the decoder's. */
  picturesOf: "data" | "decoder";
  /** Mean squared error of each row's reconstruction, pixels from 0 to 1 [rows]; null where it is not known. */
  error: Float32Array | null;
  of: "examples" | "prior";
}

/** More are a crowd on a map, and megabytes on the way. */
const mostRows = 5000;
/** Where there are no examples. */
const draws = 1000;
const decodedAtOnce = 512;

/** What the map shows: examples that were given, those that the bundle keeps, or draws from the prior. */
export async function examplesOf(
  vae: Vae,
  given: SiteExamples | null,
  seed: number,
  signal?: AbortSignal,
): Promise<Examples> {
  const { manifest } = vae;
  const kept = given ?? (manifest.reference ? keptExamples(await vae.reference()) : null);
  const chosen = kept ? await fromExamples(manifest, kept, seed) : await drawn(vae, seed);
  const decoded = await decodeAll(vae, chosen.mu, chosen.c, signal);
  const { pictures } = chosen;
  return {
    ...chosen,
    pictures: pictures ?? decoded,
    picturesOf: pictures ? "data" : "decoder",
    error: pictures && errors(pictures, decoded),
  };
}

type Chosen = Omit<Examples, "pictures" | "picturesOf" | "error"> & { pictures: NdArray<Uint8Array> | null };

function keptExamples({ mu, logvar, labels, pictures }: ReferenceCodes): SiteExamples {
  return { mu, logvar, labels: labels?.data, pictures };
}

async function fromExamples(manifest: Manifest, given: SiteExamples, seed: number): Promise<Chosen> {
  const { condition, latent } = manifest;
  const rows = given.mu.shape[0]!;
  const index = someRows(rows, mostRows, seed);
  const take = <T extends Float32Array | Uint8Array>(array: NdArray<T> | null | undefined) =>
    array ? takeRows(array, index) : null;
  const labels = given.labels && Int32Array.from(index, (row) => given.labels![row]!);
  const mu = take(given.mu)!;
  return {
    mu: new NdArray(roundCodes(mu.data, latent), mu.shape),
    logvar: take(given.logvar),
    labels: labels ? new NdArray(labels, [index.length]) : null,
    columns: (given.columns ?? []).map(({ name, values }) => ({
      name,
      values: Float32Array.from(index, (row) => values[row]!),
    })),
    c: take(given.c) ?? conditionsOf(condition, labels ?? null, index.length),
    pictures: take(given.pictures),
    of: "examples",
  };
}

/** Draws from the prior; where the model is told labels, all of them in turn. */
async function drawn(vae: Vae, seed: number): Promise<Chosen> {
  const { condition, latent } = vae.manifest;
  const labels =
    condition?.kind === "labels" ? Int32Array.from({ length: draws }, (_, i) => i % condition.classes) : null;
  const c = conditionsOf(condition, labels, draws);
  const { z } = await vae.sample(draws, { seed, ...(c && { c }) });
  return {
    mu: new NdArray(roundCodes(z.data, latent), z.shape),
    logvar: null,
    labels: labels && new NdArray(labels, [draws]),
    columns: [],
    ...{ c, pictures: null, of: "prior" },
  };
}

/** Rows of what a model is told: the labels, where it is told labels and there are some; else what is usual. */
function conditionsOf(condition: Condition | null, labels: Int32Array | null, rows: number): NdArray | null {
  if (!condition) return null;
  if (condition.kind === "labels") {
    const told = labels?.every((label) => label < condition.classes) ? labels : new Int32Array(rows);
    return conditionRows("siteFiles", condition, told, rows);
  }
  return conditionRows("siteFiles", condition, [...condition.mean], rows);
}

async function decodeAll(
  vae: Vae,
  z: NdArray,
  c: NdArray | null,
  signal?: AbortSignal,
): Promise<NdArray<Uint8Array>> {
  const rows = z.shape[0]!;
  const { shape } = vae.manifest.data;
  const size = sizeOf(shape);
  const pixels = new Uint8Array(rows * size);
  for (let from = 0; from < rows; from += decodedAtOnce) {
    signal?.throwIfAborted();
    const to = Math.min(rows, from + decodedAtOnce);
    const told = c ? { c: slice(c, from, to) } : {};
    const { x_mean } = await vae.decode(slice(z, from, to), told);
    pixels.set(x_mean.toUint8().data, from * size);
  }
  return new NdArray(pixels, [rows, ...shape]);
}

function slice(array: NdArray, from: number, to: number): NdArray {
  const size = sizeOf(array.shape.slice(1));
  return new NdArray(array.data.slice(from * size, to * size), [to - from, ...array.shape.slice(1)]);
}

function takeRows<T extends Float32Array | Uint8Array>(
  { data, shape }: NdArray<T>,
  index: Uint32Array,
): NdArray<T> {
  const size = sizeOf(shape.slice(1));
  const taken = data.slice(0, index.length * size) as T;
  index.forEach((row, i) => {
    taken.set(data.subarray(row * size, (row + 1) * size), i * size);
  });
  return new NdArray(taken, [index.length, ...shape.slice(1)]);
}

function errors(pictures: NdArray<Uint8Array>, decoded: NdArray<Uint8Array>): Float32Array {
  const rows = pictures.shape[0]!;
  const size = pictures.data.length / rows;
  return Float32Array.from({ length: rows }, (_, row) => {
    let sum = 0;
    for (let i = row * size; i < (row + 1) * size; i++)
      sum += ((pictures.data[i]! - decoded.data[i]!) / 255) ** 2;
    return sum / size;
  });
}
