// Makes a checkout ready to run: installs what the lock file names, builds what is stale. Needs nothing but Node.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { completeDistribution } from "./distribution.mjs";

export const root = dirname(dirname(fileURLToPath(import.meta.url)));
const oldest = [20, 19];
const packages = ["infer", "latent", "explorer", "export", "train", "serve", "cli"];
const installStamp = join(root, "node_modules", ".vaekit-installed");
const buildStamp = join(root, ".cache", "built");

/** Install and build where needed; returns at once where nothing changed. */
export function ready({ force = false } = {}) {
  checkNode();
  if (force || !same(installStamp, lockFingerprint())) install();
  if (force || !same(buildStamp, sourceFingerprint()) || !built()) build();
}

function checkNode() {
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major > oldest[0] || (major === oldest[0] && minor >= oldest[1])) return;
  fail(
    `Node ${oldest.join(".")} or newer is needed, this is ${process.versions.node}. Install a newer Node and try again.`,
  );
}

function install() {
  say("installing what package-lock.json names (once; about half a minute)");
  // Not `npm ci`: it refuses a lock file that lacks other platforms' optional binaries, which not every registry
  // holds. With --no-save npm installs what the lock file names and leaves it as it is.
  npm(
    ["install", "--no-save", "--no-audit", "--no-fund", "--loglevel=error"],
    "npm install failed: see the lines above; the npm registry must be reachable.",
  );
  writeFileSync(installStamp, lockFingerprint());
}

function build() {
  say("building");
  const bin = (name) => join(root, "node_modules", ".bin", name);
  const generated = join(root, "packages/export/src/proto/generated");
  mkdirSync(generated, { recursive: true });
  mkdirSync(dirname(buildStamp), { recursive: true });
  rmSync(buildStamp, { force: true });
  // Chunks of an earlier build would go into the packages.
  for (const name of packages) rmSync(join(root, "packages", name, "dist"), { recursive: true, force: true });
  // biome-ignore format: one flag group a line
  run(bin("pbjs"), [
    "--target", "static-module", "--wrap", "esm", "--dts", "--keep-case",
    "--no-verify", "--no-convert", "--no-delimited", "--no-typeurl", "--no-service", "--root", "vaekit",
    "--out", join(generated, "onnx.js"), join(root, "packages/export/src/proto/onnx.proto"),
  ]);
  run(bin("tsc"), ["-b"]);
  run(bin("tsup"), []);
  buildPages();
  for (const name of packages) completeDistribution(join(root, "packages", name));
  writeFileSync(buildStamp, sourceFingerprint());
}

/** The explorer's page, its variant that is one script, and the custom element, by Vite. */
function buildPages() {
  const folder = join(root, "packages/explorer");
  for (const mode of ["production", "single", "element"]) {
    run(join(root, "node_modules/.bin/vite"), [
      "build",
      folder,
      "--config",
      join(folder, "vite.config.ts"),
      "--mode",
      mode,
    ]);
  }
}

function built() {
  return packages.every((name) => existsSync(join(root, "packages", name, "dist/index.js")));
}

function lockFingerprint() {
  return digest(readFileSync(join(root, "package-lock.json")));
}

/** Path, size and time of every source: reading 300 files' contents would cost more than the second run may take. */
function sourceFingerprint() {
  const settings = ["tsup.config.ts", "tsconfig.base.json", "package.json"];
  const rows = [...settings, "tools/ready.mjs", "tools/distribution.mjs"].map(describe);
  for (const name of packages) {
    for (const file of files(join("packages", name, "src"))) rows.push(describe(file));
    rows.push(describe(join("packages", name, "package.json")));
  }
  rows.push(describe("packages/explorer/vite.config.ts"));
  return digest(rows.join("\n"));
}

function files(folder) {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    if (entry.name === "generated") return [];
    const path = join(folder, entry.name);
    return entry.isDirectory() ? files(path) : [path];
  });
}

function describe(path) {
  const { size, mtimeMs } = statSync(join(root, path));
  return `${path} ${size} ${mtimeMs}`;
}

function digest(bytes) {
  return createHash("sha256").update(bytes).digest("hex");
}

function same(stamp, fingerprint) {
  return existsSync(stamp) && readFileSync(stamp, "utf8") === fingerprint;
}

function npm(args, advice) {
  const script = process.env.npm_execpath;
  const [command, first] = script?.endsWith(".js") ? [process.execPath, [script]] : ["npm", []];
  run(command, [...first, ...args], advice);
}

function run(command, args, advice = `${command} failed: see the lines above.`) {
  // npm before 11.16 does not know allowScripts: without this, onnxruntime-node would download CUDA libraries.
  const env = { ...process.env, ONNXRUNTIME_NODE_INSTALL: "skip" };
  const { status } = spawnSync(command, args, { cwd: root, env, stdio: ["ignore", 2, 2] });
  if (status !== 0) fail(advice);
}

function say(text) {
  process.stderr.write(`vaekit: ${text}\n`);
}

function fail(text) {
  process.stderr.write(`vaekit: ${text}\n`);
  process.exit(1);
}
