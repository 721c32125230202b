import { defineConfig } from "tsup";

const packages = {
  infer: [
    "index",
    "node",
    "web",
    "webgpu",
    "tiny",
    "worker",
    "worker-web",
    "worker/main-node",
    "worker/main-web",
  ],
  export: ["index"],
  train: ["index"],
  serve: ["index"],
  cli: ["index", "main"],
};

// Declarations come from `tsc -b`: tsup's own bundling of them fails with TypeScript 6 and 7.
export default defineConfig(
  Object.entries(packages).map(([name, entries]) => ({
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
);
