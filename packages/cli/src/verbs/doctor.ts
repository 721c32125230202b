import { createRequire } from "node:module";
import { availableParallelism } from "node:os";
import { exitCodes, UsageError } from "@vaekit/infer";
import type { Command } from "commander";
import type { Io, OutputFlags } from "../io.js";
import { action, verb } from "../verb.js";

interface DoctorFlags extends OutputFlags {
  web?: string;
  bundle?: string[];
}

export function doctorVerb(): Command {
  return verb({
    usage: "doctor",
    summary:
      "Say what is here: Node, ONNX Runtime, engines and why one is missing, threads, data sets; or check a web page",
    example: "vaekit doctor --web https://example.org/digits/ --bundle models/digits",
  })
    .option("--web <url or folder>", "check a deployed page, or the folder that will be deployed")
    .option(
      "--bundle <address>",
      "a bundle that the page loads, relative to the page; again for more (default: those found)",
      (address: string, before: string[] = []) => [...before, address],
    )
    .action(
      action<DoctorFlags>(async (_args, { web, bundle }, io) => {
        if (web !== undefined) return checkWeb(web, bundle, io);
        if (bundle) throw new UsageError("--bundle belongs to --web: give the page's address or folder too");
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

async function checkWeb(target: string, bundles: readonly string[] | undefined, io: Io): Promise<void> {
  const { checkDeployment } = await import("../deployment/check-web.js");
  const { openSite } = await import("../deployment/open-site.js");
  const { deploymentText } = await import("../deployment/text.js");
  const report = await checkDeployment(target, openSite(target), bundles);
  io.result(report, deploymentText(report));
  const problems = report.findings.filter(({ level }) => level === "problem");
  if (problems.length === 0) return;
  process.exitCode = problems.some(({ check }) => check === "bundle") ? exitCodes.bundle : exitCodes.data;
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
