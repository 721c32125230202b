import { useExplorer } from "../core/context.js";

/** What runs the model here, and what the browser or the server lacks that it could have used. */
export function RunsOn() {
  const state = useExplorer();
  const { runtime, threads } = state.model.value!;
  const asked = state.site.model.runtime;
  return <p class="runs-on">{sentences(asked, runtime, threads).join(" ")}</p>;
}

function sentences(asked: string, runtime: string, threads: number): string[] {
  if (runtime === "tiny")
    return ["Runs in this page on one thread: a model this small needs neither WebGPU nor more threads."];
  if (runtime === "webgpu") return ["Runs on WebGPU."];
  const isolated = globalThis.crossOriginIsolated;
  return [
    `Runs on WebAssembly with ${threads === 1 ? "one thread" : `${threads} threads`}.`,
    ...(asked === "webgpu"
      ? ["WebGPU is not available in this browser; everything works without, slower."]
      : []),
    ...(isolated
      ? []
      : ["Threads are not available, as the server does not isolate the page; everything works without."]),
  ];
}
