import type { Command } from "commander";
import type { OutputFlags } from "../io.js";
import { quote } from "../quote.js";
import { action, verb } from "../verb.js";

interface ExportOptions extends OutputFlags {
  out: string;
  force?: boolean;
}

/** Real examples that an export is verified on, beside random ones. */
const sampleRows = 64;

export function exportVerb(): Command {
  return verb({
    usage: "export <run>",
    summary: "Turn a run into a bundle: encoder, decoder and scorer as ONNX, verified against tfjs",
    example: "vaekit export runs/digits --out models/digits",
  })
    .requiredOption("--out <bundle>", "directory for the bundle")
    .option("--force", "replace what is at --out")
    .action(
      action<ExportOptions>(async ([run], { out, force }, io) => {
        const { checkPlace, exportBundle } = await import("@vaekit/export");
        await checkPlace(out, force);
        const { loadRun, openData } = await import("@vaekit/train");
        const { vae, config, metrics, statistics, stopped } = await loadRun(run!, {
          onWarning: (message) => io.note(`note: ${message}`),
        });
        if (stopped) io.note(`note: ${run} stopped before its last epoch; its newest checkpoint is exported`);
        try {
          const { source } = config.data;
          const samples =
            source === null ? undefined : (await openData(source, { limit: sampleRows })).values;
          const { model, data, format: _, version: __, ...settings } = config;
          const manifest = await exportBundle(vae, out, {
            force,
            samples,
            statistics,
            training: {
              ...settings,
              model,
              data: { source, count: data.count },
              metrics: metrics.at(-1) ?? null,
            },
          });
          const rows = Object.entries(manifest.verified).flatMap(([graph, { outputs }]) =>
            Object.entries(outputs).map(
              ([name, { maxAbsolute, maxRelative }]) =>
                `  ${`${graph}.${name}`.padEnd(20)} ${maxAbsolute.toExponential(1)} absolute, ${maxRelative.toExponential(1)} relative`,
            ),
          );
          io.result(
            { bundle: out, verified: manifest.verified, files: manifest.files },
            `bundle: ${out}\nONNX Runtime agrees with tfjs; largest errors:\n${rows.join("\n")}\n` +
              `Next: npx vaekit sample ${quote(out)} --count 64 --out samples.png`,
          );
        } finally {
          vae.dispose();
        }
      }),
    );
}
