import { builtinModules } from "node:module";
import { gzipSync } from "node:zlib";
import { build, type Metafile } from "esbuild";
import { describe, expect, it } from "vitest";
import { entries } from "./support/site.ts";

interface Bundled {
  /** Bytes of all chunks, each gzipped by itself as servers do. */
  bytes: number;
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
  const bytes = outputFiles.reduce((sum, { contents }) => sum + gzipSync(contents, { level: 9 }).length, 0);
  return { bytes, outside: outsideOf(metafile), inputs: Object.keys(metafile.inputs) };
}

function outsideOf({ inputs }: Metafile): string[] {
  const all = Object.values(inputs).flatMap(({ imports }) => imports);
  return [...new Set(all.filter(({ external }) => external).map(({ path }) => path))].sort();
}

const kB = 1000;
const limits = [
  ["@vaekit/infer/web", 30 * kB, ["onnxruntime-web/wasm"]],
  ["@vaekit/infer/web/webgpu", 30 * kB, ["onnxruntime-web/webgpu"]],
  ["@vaekit/infer/tiny", 15 * kB, []],
] as const;

describe("what a page downloads beside onnxruntime", () => {
  it.each(limits)("%s is under %i bytes, gzipped", async (entry, limit, runtimes) => {
    const { bytes, outside, inputs } = await bundle(entries[entry]);
    expect(outside).toEqual(runtimes);
    expect(inputs.filter((path) => /(-node|native[\w-]*|c-api)\.ts$/.test(path))).toEqual([]);
    expect(bytes).toBeLessThan(limit);
    expect(bytes).toBeGreaterThan(5 * kB);
  });

  it("@vaekit/infer is the same as /web for bundlers of pages", async () => {
    const bare = await bundle("@vaekit/infer");
    const web = await bundle("@vaekit/infer/web");
    expect(bare.outside).toEqual(["onnxruntime-web/wasm"]);
    expect(bare.inputs).toEqual(web.inputs);
  });
});
