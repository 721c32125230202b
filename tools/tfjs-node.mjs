// Sets up native @tensorflow/tfjs-node where its own install script could not download TensorFlow's library.
// The library comes out of TensorFlow's Python wheel, the binding is compiled against it.
//
//   node tools/tfjs-node.mjs            set it up; returns at once where it already works
//   node tools/tfjs-node.mjs --check    only report; exit code 0 where it works, 1 where not
import { spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statfsSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { delimiter, dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import util from "node:util";

const self = fileURLToPath(import.meta.url);
const root = dirname(dirname(self));
const consumer = join(root, "packages", "train", "package.json");
const addon = join(root, "node_modules", "@tensorflow", "tfjs-node");
const cache = join(root, ".cache", "tfjs-node");

const tensorflow = "2.21.0";
const wheels = {
  x64: {
    name: "tensorflow-cpu",
    platform: "manylinux_2_27_x86_64",
    sha256: "dcc8afd32930e42d5296b6ee19078b773706830af4ea97fbe503b9f5e0f820cb",
  },
  arm64: {
    name: "tensorflow",
    platform: "manylinux_2_27_aarch64",
    sha256: "b07d15737406533898e36c7ef7944b1be18e9028dc521b9229952c537bbc5552",
  },
};
const libraries = {
  "libtensorflow_cc.so.2": [
    "libtensorflow_cc.so.2",
    "libtensorflow.so",
    "libtensorflow.so.2",
    "libtensorflow.so.2.9.1",
  ],
  "libtensorflow_framework.so.2": [
    "libtensorflow_framework.so",
    "libtensorflow_framework.so.2",
    "libtensorflow_framework.so.2.9.1",
  ],
};
/** Path prefixes in the wheel: the C API and what its headers include, of 13,000 headers. */
const headers = ["tensorflow/c/", "tensorflow/core/platform/ctstring", "tsl/platform/ctstring", "xla/tsl/c/"];
/** Bytes: pip's copy of the wheel, the wheel, and the two libraries. */
const diskNeeded = 1.6e9;

const unzip = `
import sys, zipfile
wheel, target, *wanted = sys.argv[1:]
with zipfile.ZipFile(wheel) as archive:
    for name in archive.namelist():
        if name.startswith(tuple(wanted)):
            archive.extract(name, target)
`;

function setUp() {
  const before = load();
  if (before.works) return say(`already there: ${before.says}`);
  checkMachine();
  const library = fetchLibrary();
  installPackages();
  linkLibrary(library);
  buildBinding();
  const after = load();
  if (!after.works)
    fail(
      `@tensorflow/tfjs-node was built but does not load. Delete .cache/tfjs-node and try once more.\n${after.says}`,
    );
  say(`ready: ${after.says}`);
}

function check() {
  const { works, says } = load();
  if (!works)
    fail(`@tensorflow/tfjs-node does not load here. Set it up with: node tools/tfjs-node.mjs\n${says}`);
  say(says);
}

/** Loads it in a child process, because a missing library or CPU instruction may end the process. */
function load() {
  const child = spawnSync(process.execPath, [self, "--probe"], {
    encoding: "utf8",
    env: { ...process.env, TF_CPP_MIN_LOG_LEVEL: "1" },
  });
  if (child.status === 0) return { works: true, says: child.stdout.trim() };
  const reason = child.stderr.split("\n").find((line) => /^\w*Error/.test(line));
  return {
    works: false,
    says: child.signal ? `The process ended with ${child.signal}.` : (reason ?? child.stderr.trim()),
  };
}

function probe() {
  // Node 24 took these out of node:util; tfjs-node still calls them.
  util.isNullOrUndefined ??= (value) => value === null || value === undefined;
  util.isArray ??= Array.isArray;
  const require = createRequire(consumer);
  const core = require("@tensorflow/tfjs-core");
  const native = require("@tensorflow/tfjs-node");
  if (native.Tensor !== core.Tensor)
    throw new Error("@tensorflow/tfjs-node brought a second @tensorflow/tfjs-core");
  if (core.getBackend() !== "tensorflow")
    throw new Error(`the backend is "${core.getBackend()}", not "tensorflow"`);
  const square = (values) => core.tensor2d(values, [2, 2]);
  const product = core.matMul(square([1, 2, 3, 4]), square([5, 6, 7, 8])).dataSync();
  if (String(product) !== "19,22,43,50") throw new Error(`a 2x2 matrix product came out as ${product}`);
  const { version } = native;
  process.stdout.write(
    `@tensorflow/tfjs-node ${version["tfjs-node"]} on TensorFlow ${core.backend().binding.TF_Version}, Node ${process.versions.node}\n`,
  );
}

function checkMachine() {
  process.report.excludeNetwork = true;
  const { glibcVersionRuntime: glibc } = process.report.getReport().header;
  const { platform, arch } = process;
  if (platform !== "linux" || !(arch in wheels) || !glibc) {
    const here = platform === "linux" && !glibc ? `${platform} ${arch} without glibc` : `${platform} ${arch}`;
    fail(
      `only Linux with glibc on ${Object.keys(wheels).join(" or ")} is supported, this is ${here}. vaekit runs without tfjs-node.`,
    );
  }
  if (!existsSync(join(root, "node_modules", "@tensorflow", "tfjs-core"))) {
    fail("node_modules lacks @tensorflow/tfjs-core. Install the workspace first: npm ci");
  }
  const compiler = process.env.CXX ?? "g++";
  const missing = [
    [works("npm --version"), "npm, which installs the package and starts node-gyp"],
    [works("python3 --version"), "python3, which reads the wheel and which node-gyp needs"],
    [
      isFetched(libraryFolder()) || works("python3 -m pip --version"),
      "pip for python3 (Debian: python3-pip), which downloads the wheel",
    ],
    [
      works(`${compiler} --version`),
      `a C++ compiler (${compiler}; Debian: g++, or name yours in CXX), which builds the binding`,
    ],
    [works("make --version"), "make, which builds the binding"],
  ].flatMap(([there, what]) => (there ? [] : [`  ${what}`]));
  if (missing.length > 0)
    fail(`this machine lacks\n${missing.join("\n")}\nInstall what is missing and try again.`);
}

function works(command) {
  return spawnSync(command, { shell: true, stdio: "ignore" }).status === 0;
}

function libraryFolder() {
  return join(cache, `tensorflow-${tensorflow}-${process.arch}`);
}

function isFetched(folder) {
  return Object.keys(libraries).every((library) => existsSync(join(folder, library)));
}

/** @returns the folder with TensorFlow's libraries and headers, downloaded once for a checkout */
function fetchLibrary() {
  const folder = libraryFolder();
  if (isFetched(folder)) return folder;
  const partial = `${folder}.partial`;
  rmSync(partial, { recursive: true, force: true });
  mkdirSync(partial, { recursive: true });
  try {
    checkDisk(partial);
    const wheel = downloadWheel(partial);
    say("unpacking TensorFlow's library");
    const wanted = [...Object.keys(libraries), ...headers.map((prefix) => `include/${prefix}`)];
    run("python3", ["-c", unzip, wheel, partial, ...wanted.map((path) => `tensorflow/${path}`)], {
      advice: "the wheel could not be unpacked.",
    });
    rmSync(folder, { recursive: true, force: true });
    renameSync(join(partial, "tensorflow"), folder);
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
  return folder;
}

function checkDisk(folder) {
  const { bavail, bsize } = statfsSync(folder);
  const free = bavail * bsize;
  if (free > diskNeeded) return;
  fail(
    `.cache/tfjs-node needs ${gigabytes(diskNeeded)} of free disk, there are ${gigabytes(free)}. Free some and try again.`,
  );
}

function downloadWheel(folder) {
  const { name, platform, sha256 } = wheels[process.arch];
  say(`downloading the wheel of ${name} ${tensorflow} (once; about 280 MB)`);
  const requirements = join(folder, "requirements.txt");
  writeFileSync(requirements, `${name}==${tensorflow} --hash=sha256:${sha256}\n`);
  // The tags are given, so any python3 does, also one that TensorFlow has no wheel for.
  // biome-ignore format: one flag group a line
  run("python3", [
    "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps", "--require-hashes", "--requirement", requirements,
    "--only-binary", ":all:", "--implementation", "cp", "--python-version", "3.12", "--abi", "cp312", "--platform", platform,
    "--dest", folder,
  ], {
    env: { TMPDIR: folder }, // /tmp may be a small disk in memory
    advice: "pip could not download the wheel; a Python package index must be reachable (pip's own settings name a mirror).",
  });
  return join(
    folder,
    readdirSync(folder).find((file) => file.endsWith(".whl")),
  );
}

/** Versions and hashes are the lock file's, and no script runs. Packages that the lock file does not name are removed. */
function installPackages() {
  say("installing @tensorflow/tfjs-node as package-lock.json names it");
  const flags =
    "--no-save --ignore-scripts --include=dev --include=optional --no-audit --no-fund --loglevel=error";
  run("npm", ["install", ...flags.split(" ")], {
    advice: "npm install failed; the npm registry must be reachable.",
  });
  // npm ends with 0 where an optional package could not be fetched.
  if (!existsSync(join(addon, "package.json"))) {
    fail("npm install left @tensorflow/tfjs-node out; the npm registry must be reachable.");
  }
}

function linkLibrary(folder) {
  const deps = join(addon, "deps");
  rmSync(deps, { recursive: true, force: true });
  mkdirSync(join(deps, "lib"), { recursive: true });
  const link = (target, path) => symlinkSync(relative(dirname(path), target), path);
  link(join(folder, "include"), join(deps, "include"));
  for (const [library, names] of Object.entries(libraries)) {
    for (const name of names) link(join(folder, library), join(deps, "lib", name));
  }
}

function buildBinding() {
  say("building the binding (about 10 s)");
  // npm explore, because it puts npm's own node-gyp where node-pre-gyp looks for one.
  run("npm", ["explore", "@tensorflow/tfjs-node", "--", "node-pre-gyp", "install", "--build-from-source"], {
    env: headersOfNode(),
    advice:
      "the binding could not be built. Where Node's headers are missing, name their prefix in npm_config_nodedir.",
  });
}

/** Where npm's settings name no headers of Node, those beside this Node; where there are none, node-gyp downloads them. */
function headersOfNode() {
  const { stdout } = spawnSync("npm", ["config", "get", "nodedir"], { cwd: root, encoding: "utf8" });
  const named = stdout.trim();
  if (named && named !== "undefined" && named !== "null") return { npm_config_nodedir: named };
  const prefix = dirname(dirname(process.execPath));
  return existsSync(join(prefix, "include", "node", "node_api.h")) ? { npm_config_nodedir: prefix } : {};
}

function run(command, args, { env = {}, advice }) {
  // npm and what it starts then run on this Node, not on another that is first on the PATH.
  const PATH = [dirname(process.execPath), process.env.PATH].join(delimiter);
  const { status, error, stdout, stderr } = spawnSync(command, args, {
    cwd: root,
    env: { ...process.env, PATH, ...env },
    stdio: ["ignore", "pipe", "pipe"],
    encoding: "utf8",
    maxBuffer: Number.POSITIVE_INFINITY,
  });
  if (status === 0) return;
  const output = `${stdout ?? ""}${stderr ?? ""}${error ?? ""}`;
  writeFileSync(join(cache, "failed.log"), output);
  fail(`${advice}\n${telling(output)}\nAll of its output: .cache/tfjs-node/failed.log`);
}

/** The first lines that look like an error: a compiler's and node-gyp's causes stand far above their ends. */
function telling(output) {
  const lines = output.split("\n").filter((line) => line.trim() !== "");
  const errors = lines.filter((line) => /error|fatal|ERR! stack/i.test(line) && !/ at .+:\d+/.test(line));
  return (errors.length > 0 ? errors.slice(0, 10) : lines.slice(-10))
    .map((line) => `  ${line.trim()}`)
    .join("\n");
}

function gigabytes(bytes) {
  return `${(bytes / 1e9).toFixed(1)} GB`;
}

function say(text) {
  process.stdout.write(`vaekit: ${text}\n`);
}

function fail(text) {
  throw new SetupError(text);
}

class SetupError extends Error {}

const tasks = { "--set-up": setUp, "--check": check, "--probe": probe };
const [task = "--set-up", ...rest] = process.argv.slice(2);
if (!Object.hasOwn(tasks, task) || rest.length > 0) {
  process.stderr.write("usage: node tools/tfjs-node.mjs [--check]\n");
  process.exit(2);
}
try {
  tasks[task]();
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  process.stderr.write(`vaekit: ${error.message}\n`);
  process.exitCode = 1;
}
