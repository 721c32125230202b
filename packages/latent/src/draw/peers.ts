import { createRequire } from "node:module";
import { UsageError } from "../errors.js";

type Vega = typeof import("vega");
type VegaLite = typeof import("vega-lite");
type Resvg = typeof import("@resvg/resvg-js");

/** What figures are drawn with: optional peers, loaded when the first figure is drawn. */
export const drawingPeers = ["vega", "vega-lite", "@resvg/resvg-js", "roboto-fontface"] as const;

export async function loadVega(): Promise<{ vega: Vega; vegaLite: VegaLite }> {
  const [vega, vegaLite] = await Promise.all([
    peer("vega", () => import("vega")),
    peer("vega-lite", () => import("vega-lite")),
  ]);
  return { vega, vegaLite };
}

export function loadResvg(): Promise<Resvg> {
  return peer("@resvg/resvg-js", () => import("@resvg/resvg-js"));
}

/** The path of a file of a peer. @throws UsageError where the peer is not installed */
export function peerFile(name: string, file: string): Promise<string> {
  return peer(name, async () => createRequire(import.meta.url).resolve(`${name}/${file}`));
}

/**
 * load(), with an error that says what to install where `name` is not there.
 * @throws UsageError for a package that is not found; any other error of load() as it is
 */
export async function peer<T>(name: string, load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (error) {
    if (!isMissing(error, name)) throw error;
    throw new UsageError(
      `draw: the package ${name} is not installed. Figures need it: npm install ${drawingPeers.join(" ")}`,
      { cause: error },
    );
  }
}

function isMissing(error: unknown, name: string): boolean {
  if (!(error instanceof Error)) return false;
  const { code } = error as NodeJS.ErrnoException;
  return (code === "ERR_MODULE_NOT_FOUND" || code === "MODULE_NOT_FOUND") && error.message.includes(name);
}
