import {
  type Condition,
  conditionRows,
  type Manifest,
  NdArray,
  RandomStream,
  UsageError,
  type Vae,
} from "@vaekit/infer";
import type { Progress } from "@vaekit/latent";
import type { AnalyzeInput } from "@vaekit/latent/report";
import type { Dataset } from "@vaekit/train";
import { type ConditionOptions, conditionsOfData, givenConditions, toldConditions } from "./condition.js";

/** A model with data that fit it. */
export interface Opened {
  vae: Vae;
  decodes: boolean;
  /** Whether it has the graph of a prior of its own, and a decoder. */
  samples: boolean;
  data: Dataset;
}

/** How the work is stopped and told of. */
export interface Run {
  signal: AbortSignal;
  onProgress: (progress: Progress) => void;
}

/** Options that say what is looked at. */
export interface InputFlags extends ConditionOptions {
  data: string;
  rows: number | "all";
  seed?: number;
  name?: string;
  labelName?: string;
}

/** Rows that are encoded at once: Ctrl-C waits for as many. */
const encodedAtOnce = 1024;

/** Rows that are looked at, drawn at random, with their codes and all that the data know of them. */
export async function encodedInput(
  { vae, decodes, samples, data: all }: Opened,
  bundle: string,
  { rows, seed = 0, name, labelName, data: source, ...options }: InputFlags,
  run: Run,
): Promise<AnalyzeInput> {
  const { takeRows } = await import("@vaekit/train");
  const { condition, prior, likelihood, training } = vae.manifest;
  if (labelName !== undefined && !all.labels) {
    throw new UsageError(`--label-name: ${source} has no labels; leave it out`);
  }
  const index = drawnRows(rows === "all" ? all.count : rows, all.count, seed);
  const data = index.length === all.count ? all : takeRows(all, index);
  const drawn = data === all ? "" : `, of which ${data.count.toLocaleString("en")} were drawn at random`;
  const given = await givenConditions(condition, options, data.count);
  const told = toldConditions(condition, given ?? conditionsOfData(condition, data));
  const c = conditionRows("analyze", condition, told, data.count);
  const typical = condition && c && typicalCondition(condition, c);
  const points = pointsObjective(training);
  const { mu, logvar } = await encoded(vae, data, c, run);
  const drawable = [1, 3, 4].includes(data.shape[2]!);
  return {
    name: name ?? `${bundle} on ${source}`,
    codes: points === null ? { mu, logvar } : { mu },
    labels: data.labels,
    labelName,
    columns: columnsOf(data),
    pictures: drawable ? { data: data.values, shape: [data.count, ...data.shape] } : null,
    index,
    decode:
      decodes && drawable
        ? async (z) => {
            const { x_mean } = await vae.decode(new NdArray(z.data, z.shape), { c: typical?.c });
            return x_mean.toUint8();
          }
        : null,
    decodedUnder: decodes ? typical?.text : null,
    prior: prior.name,
    // A sample is decoded, too, where only its z is wanted.
    sample: samples ? async (count, seed) => (await vae.sample(count, { seed, c: typical?.c })).z : null,
    facts: [
      { label: "Model", value: bundle },
      { label: "Data", value: `${source}, ${all.count.toLocaleString("en")} examples${drawn}` },
      { label: "Likelihood", value: likelihood.name },
      ...(points === "ae" ? [] : [{ label: "Prior", value: prior.name }]),
      ...(points === null
        ? []
        : [{ label: "Codes", value: `points, the objective ${points} trains no variances` }]),
      ...(typical && decodes ? [{ label: "Decoded under", value: typical.text }] : []),
    ],
  };
}

/** The objective that a bundle was trained with where that leaves logvar as it began; null where logvar was trained. */
function pointsObjective({ objective }: Manifest["training"]): string | null {
  const { kind } = (objective ?? {}) as { kind?: unknown };
  return kind === "ae" || kind === "vq" ? kind : null;
}

/** Places of `most` of `count` rows or of all, ascending: whatever the order of the data is, each row is as likely as any other. */
function drawnRows(most: number, count: number, seed: number): number[] {
  if (most >= count) return Array.from({ length: count }, (_, i) => i);
  return Array.from(new RandomStream(seed, "sample").permutation(count).subarray(0, most).sort());
}

/** Posteriors of all rows, some at a time. */
async function encoded(
  vae: Vae,
  { values, shape, count }: Dataset,
  c: NdArray | null,
  { signal, onProgress }: Run,
): Promise<{ mu: NdArray; logvar: NdArray }> {
  const { latent } = vae.manifest;
  const size = shape.reduce((product, n) => product * n, 1);
  const [mu, logvar] = [new Float32Array(count * latent), new Float32Array(count * latent)];
  for (let from = 0; from < count; from += encodedAtOnce) {
    signal.throwIfAborted();
    onProgress({ stage: "encoding", done: from, total: count });
    const to = Math.min(count, from + encodedAtOnce);
    const across = c ? c.shape[1]! : 0;
    const part = c ? new NdArray(c.data.slice(from * across, to * across), [to - from, across]) : undefined;
    const found = await vae.encode(values.subarray(from * size, to * size), { c: part });
    mu.set(found.mu.data, from * latent);
    logvar.set(found.logvar.data, from * latent);
  }
  return { mu: new NdArray(mu, [count, latent]), logvar: new NdArray(logvar, [count, latent]) };
}

/** What moves through a conditional model's latent space are decoded under: the label that most rows have, or the columns' means. */
function typicalCondition(condition: Condition, { data, shape }: NdArray): { c: NdArray; text: string } {
  const [rows, size] = shape as [number, number];
  const mean = new Float32Array(size);
  for (let i = 0; i < data.length; i++) mean[i % size]! += data[i]! / rows;
  if (condition.kind === "columns") {
    const amount = (value: number) => `${Number(value.toPrecision(3))}`.replace(/^-/, "\u2212");
    const text = condition.names.map((name, i) => `${name} ${amount(mean[i]!)}`).join(", ");
    return { c: new NdArray(mean, [1, size]), text };
  }
  const label = mean.indexOf(Math.max(...mean));
  return {
    c: new NdArray(
      mean.map((_, i) => Number(i === label)),
      [1, size],
    ),
    text: `label ${label}`,
  };
}

function columnsOf({ columns, count }: Dataset): AnalyzeInput["columns"] {
  return columns?.names.map((name, at) => ({
    name,
    values: Float32Array.from({ length: count }, (_, i) => columns.values[i * columns.names.length + at]!),
  }));
}
