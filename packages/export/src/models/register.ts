import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { DataError } from "@vaekit/infer";
import { loadTfjs, type Tfjs } from "./tfjs.js";

/** What a --register file may export as its default: it gets the copy of tfjs that models are loaded with. */
export type Register = (tfjs: Tfjs) => void | Promise<void>;

export interface Registration {
  path: string;
  /** Classes that tfjs's serialization knows since. */
  classes: string[];
  /** Where the file gets tfjs-core from, when that is another copy than the one that models are loaded with. */
  otherCopy: string | null;
}

const core = "@tensorflow/tfjs-core";

/**
 * Run a file of the user's that registers custom layers (tf.serialization.registerClass) or ops (tf.registerOp).
 * @throws DataError when it is missing or fails
 */
export async function runRegister(path: string): Promise<Registration> {
  const tfjs = await loadTfjs();
  const before = new Set(registeredClasses(tfjs));
  const full = resolve(path);
  try {
    const module = (await import(pathToFileURL(full).href)) as { default?: unknown };
    if (typeof module.default === "function") await (module.default as Register)(tfjs);
  } catch (cause) {
    const failed = `it failed: ${(cause as Error).message}`;
    const isScript = cause instanceof SyntaxError && /token 'export'|import statement/.test(cause.message);
    const hint = isScript ? ". Node took it for a CommonJS script: let its name end in .mjs" : "";
    const what = existsSync(full) ? `${failed}${hint}` : "no such file";
    throw new DataError(
      `--register ${path}: ${what}. ` +
        "It is an ES module that calls tf.serialization.registerClass, or exports default ({ tf, layers }) => { ... }.",
      { cause },
    );
  }
  const classes = registeredClasses(tfjs).filter((name) => !before.has(name));
  return { path, classes, otherCopy: otherCopyFrom(full) };
}

/** What registrations did, for the error when a class is missing still. */
export function describeRegistrations(registrations: readonly Registration[]): string {
  return registrations
    .map(({ path, classes, otherCopy }) => {
      const did = `${path} registered ${classes.length > 0 ? classes.join(", ") : "no class"}`;
      return otherCopy
        ? `${did}; its ${core} is another copy than vaekit's (${otherCopy}), which knows nothing of these models: ` +
            "export default ({ tf, layers }) => { ... } from it and use what it is given"
        : did;
    })
    .join("\n");
}

export function registeredClasses({ tf }: Tfjs): string[] {
  return Object.keys(tf.serialization.SerializationMap.getMap().classNameMap);
}

function otherCopyFrom(file: string): string | null {
  const resolveFrom = (from: string) => {
    try {
      return createRequire(from).resolve(core);
    } catch {
      return null;
    }
  };
  const theirs = resolveFrom(file);
  return theirs !== null && theirs !== resolveFrom(import.meta.url) ? theirs : null;
}
