import { basename, dirname, resolve } from "node:path";
import { manifestName, UsageError } from "@vaekit/infer";

export interface NamedBundle {
  name: string;
  directory: string;
}

/** First parts of paths that are the server's own. */
const reserved = new Set([
  "v2",
  "docs",
  "metrics",
  "openapi.json",
  "encode",
  "decode",
  "sample",
  "sample.png",
  "reconstruct",
  "score",
]);

/**
 * `models/digits` and `models/digits.zip` are served as digits, `numbers=models/digits` as numbers.
 * @throws UsageError for names that no path can have, or that two bundles share
 */
export function nameBundles(sources: readonly string[]): NamedBundle[] {
  if (sources.length === 0)
    throw new UsageError("serve: no bundle was given; give at least one directory or .zip file");
  const bundles = sources.map(nameBundle);
  const twice = bundles.find(({ name }, i) => bundles.findIndex((other) => other.name === name) !== i);
  if (twice) {
    throw new UsageError(
      `serve: two bundles are called ${twice.name}; give one another name: other=${twice.directory}`,
    );
  }
  return bundles;
}

function nameOfPath(path: string): string {
  const whole = resolve(path);
  const name = basename(whole);
  return name === manifestName ? basename(dirname(whole)) : name.replace(/\.zip$/i, "");
}

function nameBundle(source: string): NamedBundle {
  const at = source.indexOf("=");
  const directory = source.slice(at + 1);
  const name = at >= 0 ? source.slice(0, at) : nameOfPath(directory);
  const valid = /^[A-Za-z0-9][\w.-]{0,63}$/.test(name) && !reserved.has(name);
  if (valid && directory !== "") return { name, directory };
  throw new UsageError(
    `serve: "${source}": ${directory === "" ? "there is no directory or .zip file" : `"${name}" cannot be a bundle's name in a path`}. ` +
      "Give a name of letters, digits, dots and dashes: digits=path/to/bundle",
  );
}
