import {
  type Condition,
  conditionRows,
  type Manifest,
  NdArray,
  type ReferenceCodes,
  type Vae,
} from "@vaekit/infer";
import { someRows } from "@vaekit/latent";
import { checkLabels } from "./check-examples.js";
import { type Decodable, type Decoded, decodeExamples, takeRows } from "./decode-examples.js";
import type { SiteExamples } from "./options.js";
import { roundCodes } from "./round.js";

/** Codes that a map is made of, as the site keeps them, with what is known of each. */
export interface Examples extends Decoded {
  /** Posterior means, or draws from the prior, rounded [rows, latent] */
  mu: NdArray;
  /** [rows, latent]; null for draws from the prior */
  logvar: NdArray | null;
  /** [rows] */
  labels: NdArray<Int32Array> | null;
  columns: readonly { name: string; values: ArrayLike<number> }[];
  /** What the decoder is told of each [rows, size]; null for a model that is told nothing. */
  c: NdArray | null;
  /** Whether the thumbnails are of the data's own pictures, or of the decoder's. */
  picturesOf: "data" | "decoder";
  /** Under what the decoder made them, in a sentence, where that is one thing for all rows; "" else. */
  told: string;
  of: "examples" | "prior";
}

/** More are a crowd on a map, and megabytes on the way. */
const mostRows = 5000;
/** Where there are no examples. */
const draws = 1000;

export interface ExamplesOptions {
  given: SiteExamples | null;
  classes: readonly string[] | null;
  labelName: string;
  /** Pictures of which the first are asked for in full. */
  wanted: number;
  seed: number;
  signal?: AbortSignal;
}

/**
 * What the map shows: examples that were given, those that the bundle keeps, or draws from the prior.
 * @throws DataError, UsageError for labels that cannot be shown or named
 */
export async function examplesOf(
  call: string,
  vae: Vae,
  { given, classes, labelName, wanted, seed, signal }: ExamplesOptions,
): Promise<Examples> {
  const { manifest } = vae;
  // One example makes no map; the bundle may keep so few.
  const keepsSome = (manifest.reference?.examples ?? 0) > 1;
  const kept = given ?? (keepsSome ? keptExamples(await vae.reference()) : null);
  checkLabels(call, kept, { classes, labelName, condition: manifest.condition });
  const chosen = kept ? fromExamples(call, manifest, kept, seed) : await drawn(call, vae, seed);
  const decoded = await decodeExamples(vae, chosen, wanted, signal);
  const { pictures, cIsKnown, ...rest } = chosen;
  return {
    ...rest,
    ...decoded,
    picturesOf: pictures ? "data" : "decoder",
    told: pictures || cIsKnown ? "" : toldToAll(manifest.condition, labelName, rest.of),
  };
}

type Chosen = Decodable & Omit<Examples, keyof Decoded | "picturesOf" | "told">;

function keptExamples({ mu, logvar, labels, pictures }: ReferenceCodes): SiteExamples {
  return { mu, logvar, labels: labels?.data, pictures };
}

function fromExamples(call: string, manifest: Manifest, given: SiteExamples, seed: number): Chosen {
  const { condition, latent } = manifest;
  const rows = given.mu.shape[0]!;
  const index = someRows(rows, mostRows, seed);
  const take = (array: NdArray | null | undefined) => (array ? takeRows(array, index) : null);
  const labels = given.labels ? Int32Array.from(index, (row) => given.labels![row]!) : null;
  const columns = (given.columns ?? []).map(({ name, values }) => ({
    name,
    values: Float32Array.from(index, (row) => values[row]!),
  }));
  const mu = take(given.mu)!;
  const told = take(given.c) ?? (condition && knownConditions(call, condition, { labels, columns }));
  return {
    mu: new NdArray(roundCodes(mu.data, latent), mu.shape),
    logvar: take(given.logvar),
    labels: labels && new NdArray(labels, [index.length]),
    columns,
    c: told ?? usualConditions(call, condition, index.length),
    cIsKnown: condition === null || told !== null,
    pictures: given.pictures ? { of: given.pictures, index } : null,
    of: "examples",
  };
}

/** Draws from the prior; where the model is told labels, all of them in turn. */
async function drawn(call: string, vae: Vae, seed: number): Promise<Chosen> {
  const { condition, latent } = vae.manifest;
  const labels =
    condition?.kind === "labels" ? Int32Array.from({ length: draws }, (_, i) => i % condition.classes) : null;
  const c = labels ? conditionRows(call, condition, labels, draws) : usualConditions(call, condition, draws);
  const { z } = await vae.sample(draws, { seed, ...(c && { c }) });
  return {
    mu: new NdArray(roundCodes(z.data, latent), z.shape),
    logvar: null,
    labels: labels && new NdArray(labels, [draws]),
    columns: [],
    ...{ c, cIsKnown: condition === null || labels !== null, pictures: null, of: "prior" },
  };
}

/** Rows of what a model was told of these rows: their labels, or their columns; null where they are not there. */
function knownConditions(
  call: string,
  condition: Condition,
  { labels, columns }: Pick<Examples, "columns"> & { labels: Int32Array | null },
): NdArray | null {
  if (condition.kind === "labels") return labels && conditionRows(call, condition, labels, labels.length);
  const told = condition.names.map((wanted) => columns.find(({ name }) => name === wanted)?.values);
  const rows = told[0]?.length ?? 0;
  const table = Float32Array.from(
    { length: rows * told.length },
    (_, i) => told[i % told.length]?.[Math.floor(i / told.length)] ?? Number.NaN,
  );
  if (rows === 0 || table.some(Number.isNaN)) return null;
  return new NdArray(table, [rows, told.length]);
}

/** One row for all: label 0, or the columns' means. */
function usualConditions(call: string, condition: Condition | null, rows: number): NdArray | null {
  if (!condition) return null;
  return conditionRows(call, condition, condition.kind === "labels" ? [0] : [...condition.mean], rows);
}

function toldToAll(condition: Condition | null, labelName: string, of: Examples["of"]): string {
  if (!condition) return "";
  const columns = condition.kind === "columns" ? condition.names.join(", ") : "";
  const what = columns ? `at the mean of ${columns}` : `for ${labelName} 0`;
  const why = of === "examples" ? ", as the examples' own is not known" : "";
  return `The pictures are the decoder's ${what}${why}.`;
}
