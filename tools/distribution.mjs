// What npm packages hold beyond what `tsc -b` and tsup write. Needs both to have run.
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";

export function completeDistribution(folder) {
  // tsc passes over declarations that are sources.
  copyDeclarations(join(folder, "src"), join(folder, "dist"));
  writeCommonJs(folder);
}

/**
 * dist/cjs: what `require` and TypeScript's CommonJS files see, as the `require` conditions of the exports name it. The
 * code is there once, as ES modules, which require() loads since Node 20.19: each script here is one line. Declarations
 * are copies, because TypeScript's node16 holds those of an ES module to be of what require() cannot load.
 */
function writeCommonJs(folder) {
  const dist = join(folder, "dist");
  const target = join(dist, "cjs");
  rmSync(target, { recursive: true, force: true });
  copyDeclarations(dist, target);
  writeFileSync(join(target, "package.json"), '{ "type": "commonjs" }\n');
  const { exports } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  for (const script of required(exports)) {
    const module = join(dist, relative(target, join(folder, script)));
    const from = dirname(join(folder, script));
    writeFileSync(
      join(folder, script),
      `module.exports = require("${relative(from, module).replaceAll("\\", "/")}");\n`,
    );
  }
}

/** The scripts under every `require` condition. */
function required(conditions) {
  return Object.entries(conditions).flatMap(([name, target]) => {
    if (typeof target === "string") return [];
    return name === "require" ? [target.default] : required(target);
  });
}

function copyDeclarations(from, to) {
  for (const file of readdirSync(from, { recursive: true }).filter((name) => name.endsWith(".d.ts"))) {
    mkdirSync(dirname(join(to, file)), { recursive: true });
    cpSync(join(from, file), join(to, file));
  }
}
