import { fileURLToPath } from "node:url";
import { defineConfig, type Plugin } from "vite";

const path = (file: string) => fileURLToPath(new URL(file, import.meta.url));
const source = (name: string, entry = "index") => path(`../${name}/src/${entry}.ts`);

/** The sources, of which a bundler keeps what is used; longer names first. */
const alias = {
  "@vaekit/infer/web/webgpu": source("infer", "webgpu"),
  "@vaekit/infer/web": source("infer", "web"),
  "@vaekit/infer/tiny": source("infer", "tiny"),
  "@vaekit/latent/map": source("latent", "map"),
  "@vaekit/latent": source("latent"),
};

/** onnxruntime's .wasm files are taken from its own package when a site is deployed, and only by sites that need them. */
const withoutWasm: Plugin = {
  name: "without-wasm",
  generateBundle(_, files) {
    for (const name of Object.keys(files)) if (name.endsWith(".wasm")) delete files[name];
  },
};

/**
 * A thread of WebAssembly runs the whole script that onnxruntime is in. Each of its builds has one to itself, which imports the bundler's
 * helpers alone: with the page's own script among its imports, threads would never start. Redundant loads are not avoided below, as the
 * helpers would go into the page's script.
 */
const groups = [
  ...["wasm", "webgpu"].map((build) => ({
    name: `onnxruntime-${build}`,
    test: new RegExp(`onnxruntime-web\\W.*\\b${build}\\b`),
    includeDependenciesRecursively: false,
  })),
  { name: "shared", tags: ["$initial" as const], minShareCount: 2, includeDependenciesRecursively: false },
];

/** The page; with --mode single its only script holds everything but onnxruntime; with --mode element the custom element. */
export default defineConfig(({ mode }) => {
  const entry = mode === "element" ? "src/element/main.ts" : "src/page/main.tsx";
  return {
    root: path("."),
    base: "./",
    publicDir: false,
    logLevel: "warn",
    resolve: {
      alias:
        mode === "production"
          ? alias
          : {
              "onnxruntime-web/wasm": path("src/page/no-runtime.ts"),
              "onnxruntime-web/webgpu": path("src/page/no-runtime.ts"),
              ...alias,
            },
    },
    plugins: [withoutWasm],
    build: {
      target: "es2022",
      outDir: path(`dist/built/${mode === "production" ? "page" : mode}`),
      emptyOutDir: true,
      manifest: "manifest.json",
      assetsDir: "assets",
      assetsInlineLimit: 0,
      modulePreload: false,
      cssCodeSplit: false,
      reportCompressedSize: false,
      rolldownOptions: {
        input: path(entry),
        output: { codeSplitting: mode === "production" && { groups } },
        experimental: { chunkOptimization: { mergeCommonChunks: true, avoidRedundantChunkLoads: false } },
      },
    },
    oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  };
});
