import type { ReferenceExamples } from "@vaekit/export";
import type { Condition, Manifest } from "@vaekit/infer";
import type { Dataset } from "@vaekit/train";
import type { Command } from "commander";
import { conditionsOfData } from "../condition.js";
import type { OutputFlags } from "../io.js";
import { integerFromZero, positiveNumber } from "../options.js";
import { quote } from "../quote.js";
import { action, verb } from "../verb.js";
import { otherwiseText } from "../verify-text.js";

interface ExportOptions extends OutputFlags {
  out: string;
  force?: boolean;
  weights: string;
  tolerance?: number;
  reference: number;
  referencePictures?: boolean;
}

/** Real examples that an export is verified on, beside random ones; more where the change in ELBO is measured. */
const sampleRows = { fp32: 64, fp16: 1000, int8: 1000 };

export function exportVerb(): Command {
  return verb({
    usage: "export <run>",
    summary: "Turn a run into a bundle: encoder, decoder and scorer as ONNX, verified against tfjs",
    example: "vaekit export runs/digits --out models/digits",
  })
    .requiredOption("--out <bundle>", "directory for the bundle")
    .option("--force", "replace what is at --out")
    .option(
      "--weights <format>",
      "how large weights are stored: fp32, fp16 (half the size) or int8 (a quarter)",
      "fp32",
    )
    .option(
      "--tolerance <x>",
      "largest error of an output relative to its scale (default: 1e-5; of fp16 2e-3, of int8 0.15, against float32)",
      positiveNumber("--tolerance"),
    )
    .option(
      "--reference <n>",
      "examples of the training data, evenly spread, whose codes the bundle keeps for maps and neighbours",
      integerFromZero("--reference"),
      1000,
    )
    .option(
      "--reference-pictures",
      "keep these examples themselves too: whoever gets the bundle can look at them",
    )
    .action(
      action<ExportOptions>(async ([run], { out, force, weights: format, tolerance, ...keep }, io) => {
        const { checkPlace, checkWeights, exportBundle } = await import("@vaekit/export");
        const weights = checkWeights(format);
        await checkPlace(out, force);
        const { loadRun, openData, sliceRows, takeRows } = await import("@vaekit/train");
        const { vae, config, metrics, statistics, stopped } = await loadRun(run!, {
          onWarning: (message) => io.note(`note: ${message}`),
        });
        if (stopped) io.note(`note: ${run} stopped before its last epoch; its newest checkpoint is exported`);
        try {
          const { source } = config.data;
          const all = source === null ? null : await openData(source);
          const real = all && sliceRows(all, 0, Math.min(sampleRows[weights], all.count));
          const index = all && spread(all.count, keep.reference);
          const { model, data, format: _, version: __, ...settings } = config;
          const manifest = await exportBundle(vae, out, {
            force,
            weights,
            tolerance,
            samples: real?.values,
            conditions: real ? conditionsOfData(vae.condition, real) : undefined,
            statistics,
            reference: index?.length
              ? referenceOf(vae.condition, takeRows(all!, index), index, keep)
              : undefined,
            training: {
              ...settings,
              model,
              data: { source, count: data.count },
              metrics: metrics.at(-1) ?? null,
            },
          });
          const rows = Object.entries(manifest.verified).flatMap(([graph, { outputs }]) =>
            Object.entries(outputs).map(
              ([name, error]) =>
                `  ${`${graph}.${name}`.padEnd(20)} ${error.maxAbsolute.toExponential(1)} absolute, ` +
                `${error.maxRelative.toExponential(1)} relative${otherwiseText(error)}`,
            ),
          );
          io.result(
            {
              bundle: out,
              verified: manifest.verified,
              weights: manifest.weights ?? null,
              files: manifest.files,
            },
            `bundle: ${out}\nONNX Runtime agrees with tfjs; largest errors:\n${rows.join("\n")}\n${weightsText(manifest)}` +
              `Next: npx vaekit sample ${quote(out)} --count 64 --out samples.png`,
          );
        } finally {
          vae.dispose();
        }
      }),
    );
}

/** Indices spread evenly over the data, which may stand in an order. */
function spread(count: number, wanted: number): number[] {
  const rows = Math.min(wanted, count);
  return Array.from({ length: rows }, (_, i) => Math.floor((i * count) / rows));
}

function referenceOf(
  condition: Condition | null,
  chosen: Dataset,
  index: readonly number[],
  { referencePictures: pictures }: Pick<ExportOptions, "referencePictures">,
): ReferenceExamples {
  const conditions = conditionsOfData(condition, chosen);
  return { examples: chosen.values, conditions, index, labels: chosen.labels ?? undefined, pictures };
}

/** What smaller weights cost; empty where they are float32. */
function weightsText({ weights }: Manifest): string {
  if (!weights) return "";
  const { format, bytes, graphs, elbo, tolerance } = weights;
  const errors = Object.values(graphs).flatMap(({ outputs }) =>
    Object.values(outputs).map(({ maxRelative }) => maxRelative),
  );
  const change = elbo
    ? `ELBO ${elbo.before.toFixed(3)} -> ${elbo.after.toFixed(3)} nats on ${elbo.examples} examples`
    : "ELBO not measured: the run names no data";
  return (
    `${format} weights: ${bytes.before} -> ${bytes.after} bytes; ${change}; largest error of an output ` +
    `${Math.max(...errors).toExponential(1)} of its scale (at most ${tolerance})\n`
  );
}
