import { defineConfig } from "tsup";

const packages = {
  infer: ["index", "node", "web", "webgpu", "worker", "worker-web", "worker/main-node", "worker/main-web"],
  latent: ["index", "worker", "worker-web", "worker/main-node", "worker/main-web", "draw", "report"],
  explorer: ["index"],
  export: ["index"],
  train: ["index"],
  serve: ["index"],
  cli: ["index", "main"],
};

// Declarations come from `tsc -b`: tsup's own bundling of them fails with TypeScript 6 and 7.
/** Built together, entries share chunks. tiny is by itself: what it shares is in it, so that a page can load one file. */
const builds: [name: string, entries: string[]][] = [...Object.entries(packages), ["infer", ["tiny"]]];

/** The script that is written into reports: one file with all that it needs, licences included. */
const page = {
  entry: { "report/page": "packages/latent/src/report/page/main.ts" },
  outDir: "packages/latent/dist",
  format: ["iife" as const],
  outExtension: () => ({ js: ".js" }),
  target: "es2022",
  platform: "browser" as const,
  noExternal: [/.*/],
  minify: true,
  silent: true,
};

/** For pages alone, with the library that it draws with: whoever has @vaekit/latent need not have that. */
const map = {
  entry: { map: "packages/latent/src/map.ts" },
  outDir: "packages/latent/dist",
  format: ["esm" as const],
  target: "es2022",
  platform: "browser" as const,
  noExternal: [/.*/],
  silent: true,
};

export default defineConfig([
  page,
  map,
  ...builds.map(([name, entries]) => ({
    entry: entries.map((entry) => `packages/${name}/src/${entry}.ts`),
    outDir: `packages/${name}/dist`,
    format: ["esm" as const],
    target: "node20",
    platform: "node" as const,
    sourcemap: true,
    splitting: true,
    silent: true,
    skipNodeModulesBundle: true,
  })),
]);
