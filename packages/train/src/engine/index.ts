import { UsageError } from "@vaekit/infer";
import { choose } from "../choose.js";
import { tf } from "../tfjs.js";
import { createCompiledEngine } from "./compiled.js";
import { createEagerEngine } from "./eager.js";
import { checkKernels } from "./kernels.js";
import { loadTfjsNode } from "./tfjs-node.js";
import type { Engine, EngineName, Job } from "./types.js";

interface EngineKind {
  /** What it is, in a line. */
  about: string;
  /** Make ready what it needs. @throws when that is not installed */
  prepare(): Promise<void>;
  create(job: Job): Promise<Engine>;
}

const eager = (
  name: EngineName,
  backend: string,
  about: string,
  load: () => Promise<unknown>,
): EngineKind => ({
  about,
  async prepare() {
    const previous = tf.getBackend();
    await load();
    if (!(await tf.setBackend(backend))) throw new Error(`tfjs could not start its backend ${backend}`);
    await tf.setBackend(previous || "cpu");
  },
  async create(job) {
    checkKernels(name, backend, job);
    return createEagerEngine(name, backend, job);
  },
});

export const engines: { readonly [K in EngineName]: EngineKind } = {
  compiled: {
    about: "the traced step in ONNX Runtime",
    prepare: async () => {},
    create: createCompiledEngine,
  },
  "tfjs-node": eager("tfjs-node", "tensorflow", "eager tfjs on native TensorFlow", loadTfjsNode),
  wasm: eager("wasm", "wasm", "eager tfjs on WebAssembly", () => import("@tensorflow/tfjs-backend-wasm")),
  cpu: eager("cpu", "cpu", "eager tfjs in plain JavaScript", async () => {}),
};

/** @throws UsageError for an unknown engine, or one that is not installed here */
export async function checkEngine(name: string): Promise<void> {
  choose<EngineKind>(engines, name, "engine");
  const missing = await whyMissing(name as EngineName);
  if (missing) {
    throw new UsageError(
      `engine ${name} cannot run here: ${missing} Use --engine compiled, or see \`vaekit doctor\`.`,
    );
  }
}

/** @throws UsageError for an unknown engine, one that is not installed here, or one that lacks what the job needs */
export async function createEngine(name: EngineName, job: Job): Promise<Engine> {
  await checkEngine(name);
  return engines[name].create(job);
}

/** Null where the engine can run, else one line that says why not. */
export async function whyMissing(name: EngineName): Promise<string | null> {
  try {
    await engines[name].prepare();
    return null;
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    if (code === "ERR_MODULE_NOT_FOUND" || code === "MODULE_NOT_FOUND") {
      return "its package is not installed (npm drops @tensorflow/tfjs-node where its download is blocked).";
    }
    return `${message.split("\n")[0]}.`;
  }
}
