import {
  type Condition,
  checkDirectory,
  conditionRows,
  NdArray,
  type Vae,
  writeDirectory,
} from "@vaekit/infer";
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
import { openBundleData } from "../open.js";
import { integerBetween, integerFromZero, oneOf, positiveInteger } from "../options.js";
import { action, verb } from "../verb.js";

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
  const { vae, data: all } = await openBundleData(bundle, source);
  try {
    const analysis = await abortable(
      io,
      () => {},
      async (signal) => {
        const input = await encodedInput(vae, all, bundle, flags);
        return analyze(input, {
          clusters,
          projections: tsne ? projections : projections.filter((name) => name !== "tsne"),
          seed,
          signal,
          onProgress: analysisProgress(process.stderr),
        });
      },
    );
    const files = await reportFiles(analysis, { theme });
    await writeDirectory(out, Object.fromEntries([...files].map(([name, content]) => [name, [content]])));
    io.result(...analysisResult(out, analysis, analysisSentences(analysis)));
  } finally {
    await vae.dispose();
  }
}

/** Rows that are looked at, evenly spaced, with their codes and all that the data know of them. */
async function encodedInput(
  vae: Vae,
  all: Dataset,
  bundle: string,
  { rows, name, data: source, ...options }: AnalyzeFlags,
): Promise<AnalyzeInput> {
  const { takeRows } = await import("@vaekit/train");
  const { condition, prior, likelihood } = vae.manifest;
  const kept = rows === "all" ? all.count : Math.min(rows, all.count);
  const index = Array.from({ length: kept }, (_, i) => Math.floor((i * all.count) / kept));
  const data = kept === all.count ? all : takeRows(all, index);
  const given = await givenConditions(condition, options, data.count);
  const c = toldConditions(condition, given ?? conditionsOfData(condition, data));
  const typical =
    condition && typicalCondition(condition, conditionRows("analyze", condition, c, data.count)!);
  return {
    name: name ?? `${bundle} on ${source}`,
    codes: await vae.encode(data.values, { c }),
    labels: data.labels,
    columns: columnsOf(data),
    pictures: { data: data.values, shape: [data.count, ...data.shape] },
    index,
    decode: async (z) => {
      const { x_mean } = await vae.decode(new NdArray(z.data, z.shape), { c: typical?.c });
      return x_mean.toUint8();
    },
    prior: prior.name,
    facts: [
      { label: "Model", value: bundle },
      { label: "Data", value: `${source}, ${all.count.toLocaleString("en")} examples` },
      { label: "Likelihood", value: likelihood.name },
      { label: "Prior", value: prior.name },
      ...(typical ? [{ label: "Decoded under", value: typical.text }] : []),
    ],
  };
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
  return text === "all" ? text : positiveInteger("--rows")(text);
}
