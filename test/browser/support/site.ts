import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { afterAll, beforeAll } from "vitest";
import { type Served, serve } from "../../../bench/support/web-server.mjs";

export const root = join(import.meta.dirname, "../../..");
const runtimeFolder = join(root, "node_modules/onnxruntime-web/dist");
const runtimeFiles = ["ort-wasm-simd-threaded.wasm", "ort-wasm-simd-threaded.asyncify.wasm"];
const source = (entry: string) => join(root, "packages/infer/src", `${entry}.ts`);
/** The sources, as vitest resolves them; longer names first. */
export const entries = {
  "@vaekit/infer/web/webgpu": source("webgpu"),
  "@vaekit/infer/web": source("web"),
  "@vaekit/infer/tiny": source("tiny"),
} as const;

/** Pages of test/browser/pages, bundled from the sources and served beside onnxruntime's files and the bundles. */
export function site(bundles: string, pages: readonly string[]) {
  const folder = mkdtempSync(join(tmpdir(), "vaekit-site-"));
  const served: Partial<Record<"plain" | "isolated", Served>> = {};
  beforeAll(async () => {
    await build({
      entryPoints: pages.map((page) => join(root, "test/browser/pages", `${page}.ts`)),
      bundle: true,
      format: "esm",
      splitting: true,
      platform: "browser",
      target: "es2022",
      outdir: join(folder, "scripts"),
      alias: entries,
      logLevel: "warning",
    });
    for (const page of pages) {
      writeFileSync(
        join(folder, `${page}.html`),
        `<!doctype html><script type="module" src="/scripts/${page}.js"></script>`,
      );
    }
    // Where onnxruntime looks for them: beside the script that it is in.
    for (const file of runtimeFiles) symlinkSync(join(runtimeFolder, file), join(folder, "scripts", file));
    const folders = { "/": folder, "/bundles/": bundles };
    served.plain = await serve(folders);
    served.isolated = await serve(folders, { isolated: true });
  });
  afterAll(async () => {
    await Promise.all(Object.values(served).map((each) => each.close()));
    rmSync(folder, { recursive: true, force: true });
  });
  return {
    plain: () => served.plain!,
    isolated: () => served.isolated!,
  };
}
