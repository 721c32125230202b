import { BundleError, checkDirectory, UsageError, writeDirectory } from "@vaekit/infer";
import type { AnalyzeOptions, PageTheme, Projection } from "@vaekit/latent/report";
import type { Command } from "commander";
import { encodedInput, type InputFlags, type Opened } from "../analysis-input.js";
import { analysisProgress, analysisResult } from "../analysis-text.js";
import { withConditionOptions } from "../condition.js";
import { abortable } from "../interrupt.js";
import type { Io, OutputFlags } from "../io.js";
import { checkFit } from "../open.js";
import { integerBetween, integerFromZero, oneOf } from "../options.js";
import { action, verb } from "../verb.js";

interface AnalyzeFlags extends OutputFlags, InputFlags {
  out: string;
  clusters?: number;
  maxClusters?: number;
  projections?: Projection[];
  tsne: boolean;
  "3d": boolean;
  theme: PageTheme;
  force?: boolean;
}

/** Fewest rows that a report can be made of. */
const fewestRows = 10;
const defaultRows = 5000;
/** As in @vaekit/latent/report, which is loaded when there is something to analyze. */
const projectionNames = ["pca", "umap", "tsne"] as const satisfies readonly Projection[];
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
      'examples that are looked at, drawn at random from the data (--seed), or "all"',
      rowsOrAll,
      defaultRows,
    )
    .option("--name <text>", "the report's title (default: the bundle's folder and the data)")
    .option(
      "--clusters <k>",
      "clusters of k-means and the mixture (default: as many as are recommended)",
      integerBetween("--clusters", 2, 1000),
    )
    .option(
      "--max-clusters <k>",
      "most clusters that are tried to find the number (default: 15)",
      integerBetween("--max-clusters", 3, 100),
    )
    .option("--label-name <word>", 'what the data\'s labels are, such as digit (default: "label")', word)
    .option(
      "--projections <list>",
      "maps that are made: of pca,umap,tsne (default: all; PCA always is)",
      projectionList,
    )
    .option("--no-3d", "no maps in three dimensions")
    .option("--no-tsne", "no map by t-SNE")
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
  const { data: source, out, force = false, theme } = flags;
  const options = analyzeOptions(flags);
  await checkDirectory(out, reportFolder, force);
  const { analysisSentences, analyze, reportFiles } = await import("@vaekit/latent/report");
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
        const analysis = await analyze(input, { ...options, ...run });
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

/** @throws UsageError for options that contradict each other */
function analyzeOptions(flags: AnalyzeFlags): AnalyzeOptions {
  const { clusters, maxClusters, projections = projectionNames, tsne, seed } = flags;
  if (clusters !== undefined && maxClusters !== undefined) {
    throw new UsageError(
      "--clusters says how many there are, --max-clusters how many are tried; give one of them",
    );
  }
  if (!tsne && flags.projections?.includes("tsne")) {
    throw new UsageError("--projections asks for tsne, --no-tsne leaves it out; give one of them");
  }
  return {
    clusters,
    mostClusters: maxClusters,
    projections: projections.filter((name) => tsne || name !== "tsne"),
    threeDimensions: flags["3d"],
    seed,
  };
}

/** What encodes of a bundle, and its decoder where it was not packed without, with data that fit. The caller disposes of the Vae. */
async function openForAnalysis(bundle: string, source: string, io: Io): Promise<Opened> {
  const { openBundle, readManifest, Vae } = await import("@vaekit/infer");
  const { openData } = await import("@vaekit/train");
  const files = await openBundle(bundle);
  const manifest = await readManifest(files);
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
  const samples = decodes && (await has("prior"));
  const data = await openData(source);
  checkFit(bundle, manifest, source, data);
  return {
    vae: await Vae.load(bundle, {
      graphs: ["encoder", ...(decodes ? ["decoder" as const] : []), ...(samples ? ["prior" as const] : [])],
    }),
    decodes,
    samples,
    data,
  };
}

function rowsOrAll(text: string): number | "all" {
  const rows = Number(text);
  if (text === "all" || (text.trim() !== "" && Number.isSafeInteger(rows) && rows >= fewestRows)) {
    return text === "all" ? text : rows;
  }
  throw new UsageError(`--rows takes an integer of at least ${fewestRows}, or "all"; got "${text}"`);
}

function projectionList(text: string): Projection[] {
  const names = text.split(",").map((part) => projectionNames.find((name) => name === part.trim()));
  const known = names.filter((name) => name !== undefined);
  if (known.length === names.length) return known;
  throw new UsageError(
    `--projections takes some of ${projectionNames.join(", ")}, such as umap,tsne; got "${text}"`,
  );
}

function word(text: string): string {
  if (text.trim() !== "") return text;
  throw new UsageError(`--label-name takes what the labels are, such as digit; got "${text}"`);
}
