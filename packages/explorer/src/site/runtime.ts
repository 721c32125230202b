import { type BundleSource, type GraphName, type NdArray, UsageError, Vae } from "@vaekit/infer";
import { tinyRuntime } from "@vaekit/infer/tiny";
import type { SiteRuntime } from "./manifest.js";

/** What the graphs are tried with: rows of codes, of what the model is told, of pictures. */
export interface Probe {
  z: NdArray;
  c: NdArray | null;
  x: NdArray<Uint8Array>;
}

export interface ChosenRuntime {
  runtime: SiteRuntime;
  /** Why another than "tiny"; "" for that. */
  reason: string;
}

/** Largest relative error of an output, against onnxruntime's. */
const tolerance = 1e-3;

/**
 * What runs the site's graphs: the tiny runtime where it can run all of them and computes what onnxruntime does.
 * call: whose words an error has; vae: the same graphs by onnxruntime
 * @throws UsageError where "tiny" was asked for and cannot be
 */
export async function chooseRuntime(
  call: string,
  source: BundleSource,
  vae: Vae,
  graphs: readonly GraphName[],
  wanted: SiteRuntime | "auto",
  probe: Probe,
): Promise<ChosenRuntime> {
  if (wanted === "wasm" || wanted === "webgpu") {
    return { runtime: wanted, reason: "It was asked for when the site was deployed." };
  }
  const reasons: string[] = [];
  for (const graph of graphs) {
    // A prior is drawn from together with the decoder, whose failure was told of.
    if (graph === "prior" && reasons.length > 0) continue;
    const reason = await obstacle(source, vae, graph, probe);
    if (reason) reasons.push(reason);
  }
  if (reasons.length === 0) return { runtime: "tiny", reason: "" };
  const reason = reasons.join(" ");
  if (wanted === "auto") return { runtime: "wasm", reason };
  throw new UsageError(
    `${call}: this model does not run in the tiny runtime. ${reason} Take runtime "auto", or "wasm".`,
  );
}

/** What keeps the tiny runtime from running a graph, in a sentence; null for nothing. */
async function obstacle(
  source: BundleSource,
  vae: Vae,
  graph: GraphName,
  probe: Probe,
): Promise<string | null> {
  let tiny: Vae;
  try {
    const graphs: GraphName[] = graph === "prior" ? ["decoder", "prior"] : [graph];
    tiny = await Vae.load(source, { graphs, runtime: tinyRuntime });
  } catch (error) {
    const cause = tinyCause(error);
    if (!cause) throw error;
    return sentence(graph, cause);
  }
  try {
    const [expected, got] = [await outputs(vae, graph, probe), await outputs(tiny, graph, probe)];
    const worst = Math.max(...expected.map((array, i) => relativeError(got[i]!.data, array.data)));
    if (worst <= tolerance) return null;
    return `The page's own runtime computes other numbers than onnxruntime for the ${graph} (relative error ${worst.toPrecision(2)}).`;
  } finally {
    await tiny.dispose();
  }
}

async function outputs(vae: Vae, graph: GraphName, { z, c, x }: Probe): Promise<NdArray[]> {
  const told = c ? { c } : {};
  if (graph === "encoder") return Object.values(await vae.encode(x, told));
  if (graph === "prior") return [(await vae.sample(z.shape[0]!, { seed: 1, ...told })).z];
  return Object.values(await vae.decode(z, told));
}

/** Largest |a - b| over the largest |b|. */
function relativeError(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let [most, largest] = [0, 0];
  for (let i = 0; i < b.length; i++) {
    const difference = Math.abs(a[i]! - b[i]!);
    if (!(difference <= most)) most = difference;
    largest = Math.max(largest, Math.abs(b[i]!));
  }
  return most === 0 ? 0 : most / largest;
}

/** The tiny runtime's own words in what loading threw; null for any other failure. */
function tinyCause(error: unknown): string | null {
  for (let each = error; each instanceof Error; each = each.cause) {
    if ((each as { code?: unknown }).code === "TINY") return each.message;
  }
  return null;
}

function sentence(graph: GraphName, message: string): string {
  const operators = [...new Set(Array.from(message.matchAll(/^ {2}(\S+) {2}\(/gm), ([, name]) => name!))];
  if (operators.length > 0) {
    return `The ${graph} has operators that only onnxruntime runs: ${operators.sort().join(", ")}.`;
  }
  return `The ${graph} needs onnxruntime: ${message.replace(/^tiny runtime: /, "").replace(/\.?$/, ".")}`;
}
