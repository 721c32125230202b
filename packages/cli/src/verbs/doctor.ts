import { createRequire } from "node:module";
import { availableParallelism } from "node:os";
import type { Command } from "commander";
import type { OutputFlags } from "../io.js";
import { action, verb } from "../verb.js";

export function doctorVerb(): Command {
  return verb({
    usage: "doctor",
    summary: "Say what is here: Node, ONNX Runtime, engines and why one is missing, threads, data sets",
    example: "vaekit doctor",
  }).action(
    action<OutputFlags>(async (_args, _options, io) => {
      const { version } = await import("@vaekit/export");
      const { engines, namedData, whyMissing } = await import("@vaekit/train");
      const runtimes = { node: await runtimeState("node"), web: await runtimeState("web") };
      const found: Record<string, { available: boolean; about: string; reason: string | null }> = {};
      for (const [name, { about }] of Object.entries(engines)) {
        const reason = await whyMissing(name as keyof typeof engines);
        found[name] = { available: reason === null, about, reason };
      }
      const data: Record<string, { available: boolean; place: string }> = {};
      for (const [name, source] of Object.entries(namedData)) data[name] = describe(source.describe);
      const report = {
        vaekit: version,
        node: process.versions.node,
        platform: `${process.platform} ${process.arch}`,
        threads: availableParallelism(),
        onnxruntime: runtimes,
        engines: found,
        data,
      };
      const lines = [
        `vaekit ${version}, Node ${report.node} on ${report.platform}, ${report.threads} threads`,
        ...Object.entries(runtimes).map(
          ([name, state]) =>
            `onnxruntime-${name}: ${state.version ?? "missing"}${state.reason ? `: ${state.reason}` : ""}`,
        ),
        ...Object.entries(found).map(
          ([name, { available, about, reason }]) =>
            `engine ${name}: ${available ? `ready (${about})` : `not here: ${reason}`}`,
        ),
        ...Object.entries(data).map(
          ([name, { available, place }]) => `data ${name}: ${available ? place : `not here: ${place}`}`,
        ),
      ];
      io.result(report, lines.join("\n"));
    }),
  );
}

/** Which version there is, and that it runs: loading it proves the native library. */
async function runtimeState(
  name: "node" | "web",
): Promise<{ version: string | null; reason: string | null }> {
  const { loadRuntime } = await import("@vaekit/infer");
  try {
    await loadRuntime(name);
    const main = createRequire(createRequire(import.meta.url).resolve("@vaekit/infer")).resolve(
      `onnxruntime-${name}`,
    );
    const folder = main.slice(0, main.lastIndexOf(`onnxruntime-${name}`) + `onnxruntime-${name}`.length);
    const { version } = createRequire(import.meta.url)(`${folder}/package.json`) as { version: string };
    return { version, reason: null };
  } catch (error) {
    return { version: null, reason: (error as Error).message.split("\n")[0]! };
  }
}

function describe(place: () => string): { available: boolean; place: string } {
  try {
    return { available: true, place: place() };
  } catch (error) {
    return { available: false, place: (error as Error).message };
  }
}
