import {
  BundleError,
  type Condition,
  checkDirectory,
  conditionRows,
  DataError,
  NdArray,
  UsageError,
  type Vae,
  writeDirectory,
} from "@vaekit/infer";
import type { Progress } from "@vaekit/latent";
import type { AnalyzeInput, PageTheme } from "@vaekit/latent/report";
import type { Dataset } from "@vaekit/train";
import type { Command } from "commander";
import { analysisProgress, analysisResult } from "../analysis-text.js";
import {
  type ConditionOptions,
  conditionsOfData,
  givenConditions,
  toldConditions,
  withConditionOptions,
} from "../condition.js";
import { abortable } from "../interrupt.js";
import type { Io, OutputFlags } from "../io.js";
import { integerBetween, integerFromZero, oneOf } from "../options.js";
import { action, verb } from "../verb.js";

interface Opened {
  vae: Vae;
  decodes: boolean;
  data: Dataset;
}

/** How the work is stopped and told of. */
interface Run {
  signal: AbortSignal;
  onProgress: (progress: Progress) => void;
}

interface AnalyzeFlags extends OutputFlags, ConditionOptions {
  data: string;
  out: string;
  rows: number | "all";
  name?: string;
  clusters?: number;
  tsne: boolean;
  theme: PageTheme;
  seed?: number;
  force?: boolean;
}

/** Fewest rows that a report can be made of. */
const fewestRows = 10;
/** Rows that are encoded at once: Ctrl-C waits for as many. */
const encodedAtOnce = 1024;
/** Rows that are looked at by default: a report of these takes minutes, and its page is quick. */
const defaultRows = 5000;
const reportFolder = {
  what: "a report",
  names: new Set(["index.html", "report.json", "rows.csv", "figures", "projector"]),
  mark: "report.json",
};

export function analyzeVerb(): Command {
  const command = verb({
    usage: "analyze <bundle>",
    summary:
      "Look into a model's latent space: which dimensions are used and for what, maps, clusters, outliers and holes, and what the " +
      "decoder makes of moves through it; one HTML file that opens offline, with its figures and numbers beside it",
    example: "vaekit analyze models/digits --data mnist:test --out report",
  })
    .requiredOption("--data <source>", "a named data set such as mnist:test, or the path of an IDX file")
    .requiredOption("--out <folder>", "where the report is written")
    .option(
      "--rows <n>",
      'examples that are looked at, evenly spaced among the data, or "all"',
      rowsOrAll,
      defaultRows,
    )
    .option("--name <text>", "the report's title (default: the bundle's folder and the data)")
    .option(
      "--clusters <k>",
      "clusters of k-means and the mixture (default: as many as are recommended)",
      integerBetween("--clusters", 2, 1000),
    )
    .option("--no-tsne", "no t-SNE, which takes the longest of the maps")
    .option(
      "--theme <theme>",
      "auto, light or dark: what the page opens with, and what the figures' files are in",
      oneOf("--theme", ["auto", "light", "dark"]),
      "auto",
    )
    .option("--seed <n>", "decides all that is random (default: 0)", integerFromZero("--seed"))
    .option("--force", "replace the report in --out");
  return withConditionOptions(command).action(
    action<AnalyzeFlags>(async ([bundle], flags, io) => run(bundle!, flags, io)),
  );
}

async function run(bundle: string, flags: AnalyzeFlags, io: Io): Promise<void> {
  const { data: source, out, force = false, theme, clusters, tsne, seed } = flags;
  await checkDirectory(out, reportFolder, force);
  const { analysisSentences, analyze, projections, reportFiles } = await import("@vaekit/latent/report");
  const opened = await openForAnalysis(bundle, source, io);
  const { vae } = opened;
  const progress = analysisProgress(process.stderr);
  try {
    const analysis = await abortable(
      io,
      () => {},
      async (signal) => {
        const run = { signal, onProgress: progress.show };
        const input = await encodedInput(opened, bundle, flags, run);
        const analysis = await analyze(input, {
          clusters,
          projections: tsne ? projections : projections.filter((name) => name !== "tsne"),
          seed,
          ...run,
        });
        const files = await reportFiles(analysis, { theme, ...run });
        await writeDirectory(out, Object.fromEntries([...files].map(([name, content]) => [name, [content]])));
        return analysis;
      },
    );
    progress.end();
    io.result(...analysisResult(out, analysis, analysisSentences(analysis)));
  } finally {
    progress.end();
    await vae.dispose();
  }
}

/** What encodes of a bundle, and its decoder where it was not packed without, with data that fit. The caller disposes of the Vae. */
async function openForAnalysis(bundle: string, source: string, io: Io): Promise<Opened> {
  const { openBundle, readManifest, Vae } = await import("@vaekit/infer");
  const { openData } = await import("@vaekit/train");
  const files = await openBundle(bundle);
  const manifest = await readManifest(files);
  const { shape } = manifest.data;
  const has = async (graph: string) => {
    const file = `${graph}.onnx`;
    const { bytes = 0, sha256 } = manifest.files[file] ?? {};
    return (await files.read(file, bytes + 1, { sha256 })) !== null;
  };
  if (!(await has("encoder"))) {
    throw new BundleError(
      `${bundle} has no encoder, which gives the codes that a report is about. Give a bundle that was packed whole.`,
    );
  }
  const decodes = await has("decoder");
  if (!decodes) io.note(`note: ${bundle} has no decoder: the report is without decoded pictures`);
  const data = await openData(source);
  if (`${data.shape}` !== `${shape}`) {
    throw new DataError(
      `${source} has examples of [${data.shape}], ${bundle} takes [${shape}]. Give data of the same kind.`,
    );
  }
  return {
    vae: await Vae.load(bundle, { graphs: decodes ? ["encoder", "decoder"] : ["encoder"] }),
    decodes,
    data,
  };
}

/** Rows that are looked at, evenly spaced, with their codes and all that the data know of them. */
async function encodedInput(
  { vae, decodes, data: all }: Opened,
  bundle: string,
  { rows, name, data: source, ...options }: AnalyzeFlags,
  run: Run,
): Promise<AnalyzeInput> {
  const { takeRows } = await import("@vaekit/train");
  const { condition, prior, likelihood } = vae.manifest;
  const kept = rows === "all" ? all.count : Math.min(rows, all.count);
  const index = Array.from({ length: kept }, (_, i) => Math.floor((i * all.count) / kept));
  const data = kept === all.count ? all : takeRows(all, index);
  const given = await givenConditions(condition, options, data.count);
  const told = toldConditions(condition, given ?? conditionsOfData(condition, data));
  const c = conditionRows("analyze", condition, told, data.count);
  const typical = condition && c && typicalCondition(condition, c);
  const drawable = [1, 3, 4].includes(data.shape[2]!);
  return {
    name: name ?? `${bundle} on ${source}`,
    codes: await encoded(vae, data, c, run),
    labels: data.labels,
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
    prior: prior.name,
    facts: [
      { label: "Model", value: bundle },
      { label: "Data", value: `${source}, ${all.count.toLocaleString("en")} examples` },
      { label: "Likelihood", value: likelihood.name },
      { label: "Prior", value: prior.name },
      ...(typical && decodes ? [{ label: "Decoded under", value: typical.text }] : []),
    ],
  };
}

/** Posteriors of all rows, some at a time. */
async function encoded(
  vae: Vae,
  { values, shape, count }: Dataset,
  c: NdArray | null,
  { signal, onProgress }: Run,
): Promise<AnalyzeInput["codes"]> {
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
    const text = condition.names.map((name, i) => `${name} ${Number(mean[i]!.toPrecision(3))}`).join(", ");
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

function rowsOrAll(text: string): number | "all" {
  const rows = Number(text);
  if (text === "all" || (text.trim() !== "" && Number.isSafeInteger(rows) && rows >= fewestRows)) {
    return text === "all" ? text : rows;
  }
  throw new UsageError(`--rows takes an integer of at least ${fewestRows}, or "all"; got "${text}"`);
}
