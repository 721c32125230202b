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
      const inPlace = await inPlaceRuntime();
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
        onnxruntime: { ...runtimes, inPlace },
        engines: found,
        data,
      };
      const lines = [
        `vaekit ${version}, Node ${report.node} on ${report.platform}, ${report.threads} threads`,
        ...Object.entries(runtimes).map(
          ([name, state]) =>
            `onnxruntime-${name}: ${state.version ?? "missing"}${state.reason ? `: ${state.reason}` : ""}`,
        ),
        inPlace === "native"
          ? "training steps: ONNX Runtime's C API, without copies"
          : "training steps: onnxruntime-node, which copies all outputs; `npm install koffi` makes them faster",
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

/** What runs graphs with preallocated outputs: found out by running one. */
async function inPlaceRuntime(): Promise<string> {
  const { encodeModel, Graph } = await import("@vaekit/export");
  const { createInPlaceSession } = await import("@vaekit/infer");
  const graph = new Graph();
  graph.output("y", graph.op("Neg", [graph.input("x", "float32", [])]));
  const session = await createInPlaceSession(encodeModel(graph));
  const scalar = (value: number) => ({ dtype: "float32" as const, shape: [], data: Float32Array.of(value) });
  await session.run({ x: scalar(1) }, { y: scalar(0) });
  await session.dispose();
  return session.runtime;
}

function describe(place: () => string): { available: boolean; place: string } {
  try {
    return { available: true, place: place() };
  } catch (error) {
    return { available: false, place: (error as Error).message };
  }
}
