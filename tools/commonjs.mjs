// dist/cjs of each package: what `require` and TypeScript's CommonJS files see. The code is there once, as ES modules,
// which require() loads since Node 20.19: each script here is one line. Declarations are copies, because TypeScript's
// node16 takes those of an ES module for one that require() cannot load. Needs `tsc -b` and tsup to have run.
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";

/** Write dist/cjs of the package in `folder`, as the `require` conditions of its exports name it. */
export function writeCommonJs(folder) {
  const dist = join(folder, "dist");
  const target = join(dist, "cjs");
  rmSync(target, { recursive: true, force: true });
  for (const file of declarations(dist)) copy(join(dist, file), join(target, file));
  writeFileSync(join(target, "package.json"), '{ "type": "commonjs" }\n');
  const { exports } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  for (const { require: wanted } of Object.values(exports)) {
    if (!wanted) continue;
    writeFileSync(join(folder, wanted.default), `module.exports = require("../${basename(wanted.default)}");\n`);
  }
}

function declarations(dist) {
  return readdirSync(dist, { recursive: true }).filter((file) => file.endsWith(".d.ts"));
}

function copy(from, to) {
  mkdirSync(dirname(to), { recursive: true });
  cpSync(from, to);
}
