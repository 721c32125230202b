// Sets up ONNX's own test models, as Debian packages them: unpacked into .cache/onnx-testdata where the package
// libonnx-testdata is not installed. Needs no rights of an administrator where apt's lists are there.
//
//   node tools/onnx-testdata.mjs            set it up; returns at once where it is there
//   node tools/onnx-testdata.mjs --check    only report; exit code 0 where it is there, 1 where not
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, realpathSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const cache = join(root, ".cache", "onnx-testdata");
const installed = "/usr/share/libonnx-testdata";
const name = "libonnx-testdata";

/**
 * The folder with node, simple, real and pytorch-converted tests, each with a model.onnx and its data; null where the
 * package is not there. Installs nothing.
 * @returns {string | null}
 */
export function findOnnxTestdata() {
  const folders = [installed, join(cache, installed)].map((folder) => join(folder, "data"));
  return folders.find((folder) => existsSync(join(folder, "node"))) ?? null;
}

function setUp() {
  const found = findOnnxTestdata();
  if (found) return say(`already there: ${found}`);
  const partial = `${cache}.partial`;
  rmSync(partial, { recursive: true, force: true });
  mkdirSync(partial, { recursive: true });
  try {
    say(`downloading Debian's ${name} (once; 6 MB)`);
    if (!works("apt-get", ["download", name], partial)) {
      // A new machine has no lists of packages yet; only an administrator may fetch them.
      works("apt-get", ["update"], partial);
      run(
        "apt-get",
        ["download", name],
        partial,
        `apt could not download it. Install Debian's ${name}, or do without.`,
      );
    }
    const file = readdirSync(partial).find((entry) => entry.endsWith(".deb"));
    run("dpkg-deb", ["-x", join(partial, file), partial], partial, "the package could not be unpacked.");
    rmSync(join(partial, file));
    rmSync(cache, { recursive: true, force: true });
    renameSync(partial, cache);
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
  say(`ready: ${findOnnxTestdata()}`);
}

function check() {
  const found = findOnnxTestdata();
  if (!found) fail(`ONNX's test models are not here. Set them up with: node tools/onnx-testdata.mjs`);
  say(found);
}

function works(command, args, cwd) {
  return spawnSync(command, args, { cwd, stdio: "ignore" }).status === 0;
}

function run(command, args, cwd, advice) {
  const { status, error, stderr } = spawnSync(command, args, {
    cwd,
    encoding: "utf8",
    stdio: ["ignore", "ignore", "pipe"],
  });
  if (status === 0) return;
  const lines = `${stderr ?? ""}${error?.message ?? ""}`.trim().split("\n").slice(-3);
  fail([advice, ...lines.map((line) => `  ${line}`)].join("\n"));
}

function say(text) {
  process.stdout.write(`vaekit: ${text}\n`);
}

function fail(text) {
  throw new SetupError(text);
}

class SetupError extends Error {}

function main() {
  const [task = "--set-up", ...rest] = process.argv.slice(2);
  const tasks = { "--set-up": setUp, "--check": check };
  if (!Object.hasOwn(tasks, task) || rest.length > 0) {
    process.stderr.write("usage: node tools/onnx-testdata.mjs [--check]\n");
    process.exit(2);
  }
  try {
    tasks[task]();
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    process.stderr.write(`vaekit: ${error.message}\n`);
    process.exitCode = 1;
  }
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) main();
