import { existsSync, rmSync } from "node:fs";
import { mkdtemp, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { DataError, type Runtime, type Session, syncDirectory, UsageError, writeError } from "@vaekit/infer";
import type { Graph } from "../ir/graph.js";
import { encodeModel } from "./encode.js";
import { placeForExternal } from "./external-location.js";
import { externalTensors, readProto } from "./external-read.js";
import { openModel } from "./external-session.js";
import { type WriteOptions, writeModel } from "./external-write.js";

/** A model that can be run before anybody sees it: in memory, or in a directory of its own beside its place. */
export interface StagedModel {
  /** The model; null where it is a file. */
  bytes: Uint8Array | null;
  /** Bytes, external data included. */
  size: number;
  open(runtime: Runtime): Promise<Session>;
  /** Move files to their places, replacing what is there, the weights first. Returns their paths. */
  commit(): Promise<string[]>;
  /** Remove what was not committed. */
  discard(): Promise<void>;
}

export interface StageOptions extends WriteOptions {
  /** Replace weights that are beside `out` already. Default false. */
  force?: boolean;
}

/** Folders with models that were neither committed nor discarded yet. */
const stagedFolders = new Set<string>();

/** Remove what every model of this process staged, at once: for a handler that ends the process. */
export function discardStaged(): void {
  for (const folder of stagedFolders) rmSync(folder, { recursive: true, force: true });
  stagedFolders.clear();
}

/**
 * out: the file that the model is to become; undefined for none.
 * @throws as writeModel, and UsageError for weights that would replace a file without force; nothing is left behind then
 */
export async function stageModel(
  out: string | undefined,
  graph: Graph,
  options: StageOptions = {},
): Promise<StagedModel> {
  return out === undefined ? inMemory(encodeModel(graph, options)) : inDirectory(out, graph, options);
}

function inMemory(bytes: Uint8Array): StagedModel {
  return {
    bytes,
    size: bytes.length,
    open: (runtime) => runtime.createSession(bytes),
    commit: async () => [],
    discard: async () => {},
  };
}

async function inDirectory(
  out: string,
  graph: Graph,
  { force = false, ...options }: StageOptions,
): Promise<StagedModel> {
  const name = basename(out);
  const folder = await mkdtemp(join(dirname(out), `.${name}.`)).catch((cause) => {
    throw writeError(out, cause);
  });
  stagedFolders.add(folder);
  const discard = async () => {
    await rm(folder, { recursive: true, force: true });
    stagedFolders.delete(folder);
  };
  const { model, data } = await writeModel(join(folder, name), graph, options).catch(async (error) => {
    await discard();
    // The user knows nothing of the folder.
    throw error instanceof DataError && error.cause ? writeError(out, error.cause) : error;
  });
  const inTheWay = `${out}.data`;
  if (data && !force && existsSync(inTheWay)) {
    await discard();
    throw new UsageError(
      `${inTheWay} exists already. Use --force (force: true) to replace it, or another place.`,
    );
  }
  return {
    bytes: null,
    size: model.bytes + (data?.bytes ?? 0),
    open: (runtime) => openModel(model.path, { runtime }),
    async commit() {
      const beside = data && (await placeForExternal(dirname(out), basename(data.path), out));
      const stale = data ? null : await weightsBeside(out);
      try {
        if (data) await rename(data.path, beside!);
        await rename(model.path, out);
        if (stale) await rm(stale, { force: true });
        await syncDirectory(dirname(out));
      } catch (cause) {
        throw writeError(out, cause);
      }
      return beside ? [out, beside] : [out];
    },
    discard,
  };
}

/** `<path>.data`, where the model at `path` keeps weights there and it is a plain file; else null. */
async function weightsBeside(path: string): Promise<string | null> {
  if (!existsSync(path) || !existsSync(`${path}.data`)) return null;
  const location = `${basename(path)}.data`;
  try {
    if (!externalTensors(await readProto(path), path).has(location)) return null;
    return await placeForExternal(dirname(path), location, path);
  } catch {
    // What is replaced need not be a model.
    return null;
  }
}
