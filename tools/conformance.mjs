// Runs tfjs-core's own compiled specs against the ONNX lowerings: npm run conformance -- --help
import { spawnSync } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL("..", import.meta.url));
const node_modules = join(root, "node_modules");
// A name of its own for each run: two may go on at the same time.
const outfile = join(root, ".cache", "conformance", `specs-${process.pid}.cjs`);

// One bundle, because the specs must share one tfjs-core with the backend, and are written as CommonJS and ES modules at once.
await build({
  entryPoints: [join(root, "test", "conformance", "main.ts")],
  outfile,
  bundle: true,
  platform: "node",
  target: "node20",
  format: "cjs",
  mainFields: ["module", "main"],
  // tfjs-core calls its spec files free of side effects.
  ignoreAnnotations: true,
  alias: {
    "@vaekit/infer": join(root, "packages", "infer", "src", "index.ts"),
    "@tensorflow/tfjs-core": join(node_modules, "@tensorflow", "tfjs-core"),
  },
  external: ["jasmine", "jasmine-core", "onnxruntime-*", "koffi"],
  logLevel: "error",
  logOverride: { "empty-import-meta": "silent" },
});
const { status } = spawnSync(process.execPath, [outfile, ...process.argv.slice(2)], {
  cwd: root,
  stdio: "inherit",
});
rmSync(outfile, { force: true });
process.exit(status ?? 1);
