// Makes .cache/python, a virtual environment with the oracles (onnx, onnxruntime, tritonclient, scikit-learn, umap-learn) and the peer
// (torch) that tests and benches compare with: node tools/python.mjs [--only onnx|torch|triton|latent] [--check]. Needs nothing but Node.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const home = join(root, ".cache", "python");
const stampFile = join(home, "installed.json");
const oldest = [3, 11];
const groups = {
  onnx: ["numpy", "onnx", "onnxruntime"],
  torch: ["numpy", "torch"],
  triton: ["numpy", "tritonclient.http"],
  latent: ["numpy", "sklearn", "umap"],
};
const found = new Map();

/** Where the environment's python is, or would be. */
export function pythonPath() {
  return process.platform === "win32" ? join(home, "Scripts", "python.exe") : join(home, "bin", "python");
}

/**
 * The environment's python if it imports all that is needed, else null. Installs nothing.
 * @param {{ needs?: string[] }} [options] module names, e.g. ["onnx", "onnxruntime"]
 * @returns {string | null}
 */
export function findPython({ needs = [] } = {}) {
  const key = needs.join();
  if (!found.has(key)) found.set(key, imports(needs).ok ? pythonPath() : null);
  return found.get(key);
}

function main() {
  const { check, only } = options();
  if (check) return process.stdout.write(`${JSON.stringify(versions())}\n`);
  const failures = [];
  for (const group of only ? [only] : Object.keys(groups)) {
    try {
      install(group);
    } catch (error) {
      failures.push(`python: could not install ${group}: ${error.message}\n`);
    }
  }
  process.stderr.write(failures.join(""));
  process.exitCode = failures.length ? 1 : 0;
}

function options() {
  try {
    const { values } = parseArgs({ options: { check: { type: "boolean" }, only: { type: "string" } } });
    if (!values.only || Object.hasOwn(groups, values.only)) return values;
    throw new Error(`--only takes ${Object.keys(groups).join(" or ")}, got "${values.only}"`);
  } catch (error) {
    process.stderr.write(`python: ${error.message}\n`);
    process.exit(2);
  }
}

function versions() {
  const version = (name, code) => {
    const { status, stdout } = python(["-c", code]);
    return [name, status === 0 ? stdout.trim() : null];
  };
  return Object.fromEntries([
    version("python", "import platform; print(platform.python_version())"),
    ...["onnx", "onnxruntime", "torch"].map((name) =>
      version(name, `import ${name}; print(${name}.__version__)`),
    ),
    ...["tritonclient", "scikit-learn", "umap-learn"].map((name) =>
      version(name, `from importlib.metadata import version; print(version('${name}'))`),
    ),
  ]);
}

/** The second run compares one hash and starts no process. */
function install(group) {
  const lines = requirements(group);
  const fingerprint = createHash("sha256").update(lines.join("\n")).digest("hex");
  if (existsSync(pythonPath()) && stamp()[group] === fingerprint) return;
  if (!existsSync(pythonPath()) || !existsSync(stampFile)) createEnvironment();
  process.stderr.write(`python: installing ${group} into .cache/python (once)\n`);
  pip(lines.filter((line) => !line.startsWith("torch==")));
  if (group === "torch") installTorch(lines.find((line) => line.startsWith("torch==")));
  const { ok, why } = imports(groups[group]);
  if (!ok) throw new Error(`installed, but does not import: ${why}`);
  writeFileSync(stampFile, JSON.stringify({ ...stamp(), [group]: fingerprint }));
}

function requirements(group) {
  let wanted = false;
  return readFileSync(join(root, "tools", "python-requirements.txt"), "utf8")
    .split(/\r?\n/)
    .filter((line) => {
      if (line.startsWith("# for:")) wanted = line.slice(6).trim().split(/\s+/).includes(group);
      return wanted && /^\w/.test(line);
    });
}

function stamp() {
  try {
    return JSON.parse(readFileSync(stampFile, "utf8"));
  } catch {
    return {};
  }
}

function createEnvironment() {
  const probe = `import sys; sys.exit(sys.version_info < (${oldest}))`;
  const base = [process.env.PYTHON, "python3", "python"].find(
    (name) => name && run(name, ["-c", probe]).status === 0,
  );
  if (!base)
    throw new Error(`no Python ${oldest.join(".")} or newer on the PATH (or in the variable PYTHON)`);
  mkdirSync(dirname(home), { recursive: true });
  const { status, stdout, stderr } = run(base, ["-m", "venv", "--clear", home]);
  if (status !== 0)
    throw new Error(`${base} -m venv failed: ${lastLine(stderr) || stdout.trim().split("\n")[0]}`);
  writeFileSync(stampFile, "{}");
}

/**
 * Everywhere but on Linux, PyPI's torch is a CPU build. Linux's is linked to gigabytes of CUDA libraries that a CPU
 * never calls, so a +cpu wheel (from another index or --find-links) comes first, and stand-ins for those libraries last.
 */
function installTorch(requirement) {
  if (pipTries([`${requirement}+cpu`]).ok) return;
  pip([requirement]);
  if (imports(["torch"]).ok || process.platform !== "linux") return;
  const { stdout } = python(["-c", "import sysconfig; print(sysconfig.get_path('platlib'))"]);
  standInForCuda(join(stdout.trim(), "torch", "lib"));
}

/**
 * Builds one library that defines every CUDA symbol torch's own libraries import, and links it under each name the
 * loader asks for. Each function returns 100, cudaErrorNoDevice, so torch finds no GPU and goes on with the CPU. Every
 * reference is a function's; symbol versions must be kept, because glibc refuses a library that lacks them.
 */
function standInForCuda(folder) {
  const names = new Set();
  const symbols = new Map();
  const own = readdirSync(folder).filter(
    (file) => /^lib(torch|c10).*\.so$/.test(file) && !file.includes("linalg"),
  );
  for (const file of own) {
    const listing = tool("readelf", ["-W", "-d", "--dyn-syms", join(folder, file)]);
    for (const [, name] of listing.matchAll(/\(NEEDED\).*\[(lib(?:cu|nv|nccl)[^\]]*)\]/g)) names.add(name);
    for (const [, symbol, version] of listing.matchAll(/ UND ((?:__)?(?:cu|nv|nccl)\w+)(?:@+(\S+))?/g)) {
      if (version || !symbols.has(symbol)) symbols.set(symbol, version ?? "unversioned");
    }
  }
  const source = ["int none(void) { return 100; }", 'const char *text(void) { return "no CUDA"; }'];
  for (const symbol of symbols.keys()) {
    const [type, target] = /(String|Name)$/.test(symbol) ? ["const char *", "text"] : ["int ", "none"];
    source.push(`${type}${symbol}(void) __attribute__((alias("${target}")));`);
  }
  const versioned = new Map();
  for (const [symbol, version] of symbols)
    versioned.set(version, [...(versioned.get(version) ?? []), symbol]);
  const script = [...versioned].map(([version, members]) => `${version} { global: ${members.join("; ")}; };`);
  const [code, map, library] = ["c", "map", "so"].map((end) => join(folder, `libnocuda.${end}`));
  writeFileSync(code, `${source.join("\n")}\n`);
  writeFileSync(map, `${script.join("\n")}\n`);
  tool("cc", ["-w", "-shared", "-fPIC", `-Wl,--version-script=${map}`, "-o", library, code]);
  for (const name of names) {
    rmSync(join(folder, name), { force: true });
    symlinkSync("libnocuda.so", join(folder, name));
  }
}

function imports(modules) {
  const { status, stderr } = python(["-c", modules.map((name) => `import ${name}`).join("\n")]);
  return { ok: status === 0, why: lastLine(stderr) };
}

function pip(lines) {
  const { ok, why } = pipTries(lines);
  if (!ok) throw new Error(why);
}

function pipTries(lines) {
  const quiet = ["--quiet", "--no-input", "--disable-pip-version-check", "--no-deps"];
  const { status, stderr } = python(["-m", "pip", "install", ...quiet, ...lines]);
  const errors = stderr.split("\n").filter((line) => line.startsWith("ERROR: "));
  return { ok: status === 0, why: errors.at(-1)?.slice(7) ?? lastLine(stderr) };
}

function tool(command, args) {
  const { status, stdout, stderr, error } = run(command, args);
  if (error)
    throw new Error(
      `${command} is needed to make PyPI's torch load without CUDA libraries: install a C compiler`,
    );
  if (status !== 0) throw new Error(`${command} failed: ${lastLine(stderr)}`);
  return stdout;
}

function python(args) {
  return run(pythonPath(), args);
}

function run(command, args) {
  const result = spawnSync(command, args, {
    encoding: "utf8",
    maxBuffer: 2 ** 28,
    stdio: ["ignore", "pipe", "pipe"],
  });
  return { ...result, stdout: result.stdout ?? "", stderr: result.stderr ?? "" };
}

function lastLine(text) {
  return text.trim().split("\n").at(-1);
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) main();
