import { readFile } from "node:fs/promises";
import { dirname } from "node:path";
import { DataError, UsageError } from "@vaekit/infer";
import { nearest } from "@vaekit/train";
import { quote } from "../../quote.js";
import { configOptions } from "./options.js";
import type { TrainOptions } from "./types.js";

/**
 * Options from a JSON file, under their names on the command line without dashes: `klWarmup`. Each is written as there,
 * or as JSON: numbers, lists, objects such as {"kind": "iwae", "samples": 50}, and null for none.
 * @throws UsageError for an option that does not exist or has a wrong value; DataError for a file that is no JSON object
 */
export async function readConfig(path: string): Promise<TrainOptions> {
  const text = await readFile(path, "utf8").catch((cause: NodeJS.ErrnoException) => {
    const problem = cause.code === "ENOENT" ? "no such file" : `cannot be read (${cause.code})`;
    throw new DataError(`--config ${path}: ${problem}. Give a JSON file of options.`, { cause });
  });
  let raw: unknown;
  try {
    raw = JSON.parse(text);
  } catch (cause) {
    throw new DataError(`${path}: cannot be read as JSON: ${(cause as Error).message}`, { cause });
  }
  if (!isObject(raw)) {
    throw new DataError(`${path}: must be a JSON object of options, such as {"latent": 32}`);
  }
  if (isRun(raw)) {
    throw new UsageError(
      `--config ${path}: that is what a run keeps of itself, not options. Go on with the run by ` +
        `--resume ${quote(dirname(path))}, or write the options into a file: {"latent": 32, "epochs": 20}.`,
    );
  }
  const names = Object.keys(configOptions);
  return Object.fromEntries(
    Object.entries(raw).map(([name, value]) => {
      if (!Object.hasOwn(configOptions, name)) {
        const near = nearest(name, names);
        throw new UsageError(
          `${path}: there is no option "${name}".${near ? ` Did you mean "${near}"?` : ""}`,
        );
      }
      return [name, readValue(`${path}: ${name}`, configOptions[name]!, value)];
    }),
  );
}

function readValue(
  where: string,
  { parse, object }: (typeof configOptions)[string],
  value: unknown,
): unknown {
  if (!isObject(value)) {
    return parse(value === null ? "none" : Array.isArray(value) ? value.join(",") : String(value));
  }
  if (object) return value;
  throw new UsageError(`${where} takes no object, got ${JSON.stringify(value)}`);
}

function isRun({ format, model }: Record<string, unknown>): boolean {
  return typeof format === "string" && isObject(model);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
