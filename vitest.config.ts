import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const source = (name: string, entry = "index") =>
  fileURLToPath(new URL(`packages/${name}/src/${entry}.ts`, import.meta.url));

export default defineConfig({
  resolve: {
    alias: {
      "@vaekit/infer/node": source("infer", "node"),
      "@vaekit/infer/web/webgpu": source("infer", "webgpu"),
      "@vaekit/infer/web": source("infer", "web"),
      "@vaekit/infer/worker": source("infer", "worker"),
      "@vaekit/infer/tiny": source("infer", "tiny"),
      "@vaekit/infer": source("infer"),
      "@vaekit/latent/worker": source("latent", "worker"),
      "@vaekit/latent/draw": source("latent", "draw"),
      "@vaekit/latent/report": source("latent", "report"),
      "@vaekit/latent/map": source("latent", "map"),
      "@vaekit/latent": source("latent"),
      "@vaekit/explorer": source("explorer"),
      "@vaekit/export": source("export"),
      "@vaekit/train": source("train"),
      "@vaekit/serve": source("serve"),
    },
  },
  test: {
    include: ["test/**/*.test.ts"],
    globalSetup: ["test/support/run-folder.ts"],
    setupFiles: ["test/support/matchers.ts"],
    reporters: ["./test/support/reporter.ts"],
    pool: "forks",
    // By default one core is left idle, which on two is half of them.
    maxWorkers: availableParallelism(),
    // Minutes, since busy machines take many times as long as idle ones.
    testTimeout: 180_000,
    hookTimeout: 300_000,
  },
});
