import { mkdtemp, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { Runtime, Session } from "@vaekit/infer";
import { syncDirectory, writeError } from "../files.js";
import type { Graph } from "../ir/graph.js";
import { encodeModel } from "./encode.js";
import { placeForExternal } from "./external-location.js";
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

/** out: the file that the model is to become; undefined for none. @throws as writeModel; nothing is left behind then */
export async function stageModel(
  out: string | undefined,
  graph: Graph,
  options: WriteOptions = {},
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

async function inDirectory(out: string, graph: Graph, options: WriteOptions): Promise<StagedModel> {
  const name = basename(out);
  const folder = await mkdtemp(join(dirname(out), `.${name}.`)).catch((cause) => {
    throw writeError(out, cause);
  });
  const discard = () => rm(folder, { recursive: true, force: true });
  const { model, data } = await writeModel(join(folder, name), graph, options).catch(async (error) => {
    await discard();
    throw error;
  });
  return {
    bytes: null,
    size: model.bytes + (data?.bytes ?? 0),
    open: (runtime) => openModel(model.path, { runtime }),
    async commit() {
      const beside = data && (await placeForExternal(dirname(out), basename(data.path), out));
      try {
        if (data) await rename(data.path, beside!);
        await rename(model.path, out);
        await syncDirectory(dirname(out));
      } catch (cause) {
        throw writeError(out, cause);
      }
      return beside ? [out, beside] : [out];
    },
    discard,
  };
}
