import { type Chunk, readBuilt, readChunks } from "./built.js";
import { encodeText } from "./integrity.js";
import type { SiteRuntime } from "./manifest.js";

/** Chunks of onnxruntime, by the runtimes whose sites ask for them. */
const runtimeChunks: Readonly<Record<string, readonly SiteRuntime[]>> = {
  "infer/src/runtime/web.ts": ["wasm"],
  "infer/src/runtime/webgpu.ts": ["webgpu"],
  "infer/src/webgpu.ts": ["webgpu"],
};
/** A site's model is no archive. */
const neverAsked = ["infer/src/bundle/archive.ts"];

export interface PageFiles {
  files: Map<string, Uint8Array>;
  script: string;
  style: string;
  /** Scripts that the page imports later. */
  lazy: string[];
}

/**
 * The page's scripts and style: only what a site with this runtime can ask for. A script that it never asks for, but that others
 * name, is there with nothing in it, so that every name in a site leads to a file.
 */
export function pageFiles(runtime: SiteRuntime): PageFiles {
  const chunks = readChunks("page");
  const entry = Object.keys(chunks).find((key) => chunks[key]!.isEntry)!;
  const left = (key: string) => leftOut(chunks[key]?.src ?? key, runtime);
  const { reached, named } = follow(chunks, entry, left);
  const files = new Map<string, Uint8Array>();
  for (const key of reached) files.set(chunks[key]!.file, readBuilt("page", chunks[key]!.file));
  for (const key of named) {
    if (reached.has(key)) continue;
    files.set(
      chunks[key]!.file,
      encodeText('throw new Error("this site was deployed without this script");\n'),
    );
  }
  const style = Object.values(chunks).find(({ file }) => file.endsWith(".css"))!.file;
  files.set(style, readBuilt("page", style));
  const script = chunks[entry]!.file;
  const lazy = [...files.keys()].filter((file) => file.endsWith(".js") && file !== script);
  return { files, script, style, lazy };
}

function leftOut(source: string, runtime: SiteRuntime): boolean {
  const asks = Object.entries(runtimeChunks).find(([end]) => source.endsWith(end))?.[1];
  return neverAsked.some((end) => source.endsWith(end)) || (asks ? !asks.includes(runtime) : false);
}

/** Chunks that a page may load, and those that it names but are left out. */
function follow(chunks: Readonly<Record<string, Chunk>>, entry: string, left: (key: string) => boolean) {
  const reached = new Set<string>();
  const named = new Set<string>();
  const visit = (key: string) => {
    if (reached.has(key)) return;
    reached.add(key);
    const { imports = [], dynamicImports = [] } = chunks[key]!;
    for (const next of imports) visit(next);
    for (const next of dynamicImports) {
      named.add(next);
      if (!left(next)) visit(next);
    }
  };
  visit(entry);
  return { reached, named };
}
