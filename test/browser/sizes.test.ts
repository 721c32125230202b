import { builtinModules } from "node:module";
import { basename } from "node:path";
import { gzipSync } from "node:zlib";
import { build, type Metafile } from "esbuild";
import { describe, expect, it } from "vitest";
import { entries } from "./support/site.ts";

interface Bundled {
  /** Bytes of all chunks, each gzipped by itself as servers do. */
  all: number;
  /** Of those that every page downloads: the entry's chunk and what it imports at once. */
  atOnce: number;
  /** What is imported and not bundled. */
  outside: string[];
  inputs: string[];
}

/** An entry as a page loads it: minified, in chunks, onnxruntime left out. */
async function bundle(entry: string): Promise<Bundled> {
  const { outputFiles, metafile } = await build({
    entryPoints: [entry],
    bundle: true,
    minify: true,
    format: "esm",
    splitting: true,
    platform: "browser",
    target: "es2022",
    external: ["onnxruntime-web", "onnxruntime-web/*", "onnxruntime-node", ...builtinModules, "node:*"],
    outdir: "out",
    write: false,
    metafile: true,
    logLevel: "silent",
  });
  const sizes = new Map(
    outputFiles.map(({ path, contents }) => [basename(path), gzipSync(contents, { level: 9 }).length]),
  );
  const chunks = new Map(Object.entries(metafile.outputs).map(([path, chunk]) => [basename(path), chunk]));
  const first = [...chunks].find(([, { entryPoint }]) => entryPoint)![0];
  const needed = new Set([first]);
  for (const name of needed) {
    for (const { kind, path, external } of chunks.get(name)!.imports) {
      if (kind === "import-statement" && !external) needed.add(basename(path));
    }
  }
  const sum = (names: Iterable<string>) => [...names].reduce((total, name) => total + sizes.get(name)!, 0);
  return {
    all: sum(sizes.keys()),
    atOnce: sum(needed),
    outside: outsideOf(metafile),
    inputs: Object.keys(metafile.inputs),
  };
}

function outsideOf({ inputs }: Metafile): string[] {
  const all = Object.values(inputs).flatMap(({ imports }) => imports);
  return [...new Set(all.filter(({ external }) => external).map(({ path }) => path))].sort();
}

const kB = 1000;
const limits = [
  ["@vaekit/infer/web", 30 * kB, 0, ["onnxruntime-web/wasm"]],
  ["@vaekit/infer/web/webgpu", 30 * kB, 0, ["onnxruntime-web/webgpu"]],
  // What comes later: hashing for pages from http on another machine, products for those that forbid WebAssembly.
  ["@vaekit/infer/tiny", 15 * kB, 4 * kB, []],
] as const;

describe("what a page downloads beside onnxruntime", () => {
  it.each(limits)("%s is under %i bytes, gzipped", async (entry, limit, more, runtimes) => {
    const { all, atOnce, outside, inputs } = await bundle(entries[entry]);
    expect(outside).toEqual(runtimes);
    expect(inputs.filter((path) => /(-node|native[\w-]*|c-api)\.ts$/.test(path))).toEqual([]);
    console.log(`${entry}: ${atOnce} bytes at once, ${all} with what is imported when it is needed`);
    expect(atOnce).toBeLessThan(limit);
    expect(all).toBeLessThan(limit + more);
    expect(atOnce).toBeGreaterThan(5 * kB);
  });

  it("@vaekit/infer is the same as /web for bundlers of pages", async () => {
    const bare = await bundle("@vaekit/infer");
    const web = await bundle("@vaekit/infer/web");
    expect(bare.outside).toEqual(["onnxruntime-web/wasm"]);
    expect(bare.inputs).toEqual(web.inputs);
  });
});
