// npm run demo | test | nightly | bench | published | conformance | coverage | build: each makes the checkout ready first, then does its work.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { ready, root } from "./ready.mjs";

const [name, ...rest] = process.argv.slice(2);
const tasks = {
  build: () => ready({ force: rest.includes("--force") }),
  demo: () => script("tools/demo.mjs"),
  test: () => script("node_modules/vitest/vitest.mjs", ["run"]),
  nightly: () => {
    process.env.VAEKIT_NIGHTLY = "1";
    script("node_modules/vitest/vitest.mjs", ["run", "--testTimeout=3600000"]);
  },
  bench: () => script("bench/main.mjs"),
  published: () => script("bench/published/main.mjs"),
  conformance: () => script("tools/conformance.mjs"),
  coverage: () =>
    script("node_modules/vitest/vitest.mjs", ["run", "test/export/coverage-table.test.ts", "--update=all"]),
};

if (!(name in tasks)) {
  process.stderr.write(`unknown task ${name}; one of ${Object.keys(tasks).join(", ")}\n`);
  process.exit(2);
}
tasks[name]();

function script(path, first = []) {
  ready();
  const { status } = spawnSync(process.execPath, [join(root, path), ...first, ...rest], {
    cwd: root,
    stdio: "inherit",
  });
  process.exit(status ?? 1);
}
