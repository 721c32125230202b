import type { Command } from "commander";
import type { OutputFlags } from "../io.js";
import { positiveNumber } from "../options.js";
import { action, verb } from "../verb.js";

interface VerifyOptions extends OutputFlags {
  tolerance?: number;
}

export function verifyVerb(): Command {
  return verb({
    usage: "verify <bundle>",
    summary:
      "Check a bundle: every file's sha256, and its outputs against those of tfjs at export, in Node and WebAssembly",
    example: "vaekit verify models/digits",
  })
    .option(
      "--tolerance <x>",
      "largest error relative to an output's scale (default: 1e-5)",
      positiveNumber("--tolerance"),
    )
    .action(
      action<VerifyOptions>(async ([bundle], { tolerance }, io) => {
        const { verifyBundle } = await import("@vaekit/export");
        const { loadRuntime } = await import("@vaekit/infer");
        const runtimes = [await loadRuntime("node"), await loadRuntime("web")];
        const report = await verifyBundle(bundle!, { tolerance, runtimes });
        const rows = Object.entries(report.runtimes).flatMap(([runtime, graphs]) =>
          Object.entries(graphs).flatMap(([graph, outputs]) =>
            Object.entries(outputs).map(
              ([name, { maxRelative }]) =>
                `  ${runtime.padEnd(5)} ${`${graph}.${name}`.padEnd(20)} ${maxRelative.toExponential(1)}`,
            ),
          ),
        );
        const files = Object.keys(report.manifest.files).length;
        io.result(
          { bundle, verified: true, tolerance: report.tolerance, runtimes: report.runtimes },
          `${bundle}: ${files} files are as exported; errors relative to each output's scale (at most ${report.tolerance}):\n${rows.join("\n")}`,
        );
      }),
    );
}
