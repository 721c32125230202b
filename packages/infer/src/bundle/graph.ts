import { BundleError } from "../errors.js";
import type { Runtime, Session, SessionOptions } from "../runtime/types.js";
import type { Manifest } from "./manifest.js";
import type { GraphName } from "./names.js";
import { checkPorts } from "./ports.js";
import { type BundleSource, readVerified } from "./source.js";

export type CheckPorts = typeof checkPorts;

/**
 * One graph of a bundle, loaded: its sha256 is the manifest's, and so are its inputs and outputs.
 * @throws BundleError when it is missing or damaged, does not load, or is another graph than the manifest says
 */
export async function loadGraph(
  source: BundleSource,
  manifest: Manifest,
  graph: GraphName,
  runtime: Runtime,
  options: SessionOptions = {},
): Promise<Session> {
  const bytes = await readVerified(source, manifest, `${graph}.onnx`);
  return graphSession(source, manifest, graph, bytes, runtime, checkPorts, options);
}

/** A graph whose bytes were read and verified; check: that its inputs and outputs are the manifest's. @throws BundleError as `loadGraph` */
export async function graphSession(
  source: BundleSource,
  manifest: Manifest,
  graph: GraphName,
  bytes: Uint8Array,
  runtime: Runtime,
  check: CheckPorts,
  options: SessionOptions = {},
): Promise<Session> {
  const session = await createSession(runtime, bytes, options, `${source.name}/${graph}.onnx`);
  try {
    check(source.name, manifest, graph, session);
    return session;
  } catch (error) {
    await session.dispose();
    throw error;
  }
}

/** Bytes that are what was exported and do not load are a matter of versions, so the runtime's own words are kept. */
async function createSession(
  runtime: Runtime,
  model: Uint8Array,
  options: SessionOptions,
  where: string,
): Promise<Session> {
  try {
    return await runtime.createSession(model, options);
  } catch (cause) {
    const { message } = cause as Error;
    throw new BundleError(`${where}: ${runtime.explain?.(message) ?? message}`, { cause });
  }
}
