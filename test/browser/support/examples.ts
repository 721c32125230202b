import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "vite";
import { afterAll, beforeAll } from "vitest";
import { root } from "./site.ts";

export const pageExamples = ["vite", "webpack", "esbuild", "plain", "worker"] as const;
export type PageExample = (typeof pageExamples)[number];
const library = "packages/infer";

/** Build an example as its package.json says; -> the folder to be served. */
const builders: { readonly [K in PageExample]: (folder: string) => Promise<string> | string } = {
  vite: buildVite,
  worker: buildVite,
  webpack(folder) {
    const said = runBuild(folder);
    if (said.trim() !== "webpack compiled successfully") throw new Error(said);
    return folder;
  },
  esbuild(folder) {
    runBuild(folder);
    return folder;
  },
  plain: (folder) => folder,
};

async function buildVite(folder: string): Promise<string> {
  await build({ root: folder, configFile: join(folder, "vite.config.js"), logLevel: "warn" });
  return join(folder, "dist");
}

function runBuild(folder: string): string {
  return execFileSync(process.execPath, ["build.mjs"], { cwd: folder, stdio: "pipe", encoding: "utf8" });
}

/**
 * The examples in a folder of their own, with a copy of the built @vaekit/infer among their node_modules: bundlers treat
 * what is there otherwise than what a workspace links to.
 */
export function copiedExamples() {
  let place = "";
  beforeAll(() => {
    mkdirSync(join(root, ".cache"), { recursive: true });
    place = mkdtempSync(join(root, ".cache/examples-"));
    cpSync(join(root, "examples"), place, {
      recursive: true,
      filter: (path) => !/[\\/](node_modules|dist)$/.test(path),
    });
    for (const part of ["dist", "package.json"]) {
      cpSync(join(root, library, part), join(place, "node_modules/@vaekit/infer", part), {
        recursive: true,
        filter: (path) => !path.endsWith(".map"),
      });
    }
  });
  afterAll(() => rmSync(place, { recursive: true, force: true }));
  return {
    folder: (name: string) => join(place, name),
    /** Change its script. */
    edit(name: PageExample, from: string, to: string): void {
      const script = join(place, name, "main.js");
      const text = readFileSync(script, "utf8");
      if (!text.includes(from)) throw new Error(`${name}/main.js has no ${from}`);
      writeFileSync(script, text.replace(from, to));
    },
    /** -> what a server has to serve for the page to work */
    async build(name: PageExample): Promise<Record<string, string>> {
      return {
        "/": await builders[name](join(place, name)),
        "/node_modules/@vaekit/": join(place, "node_modules/@vaekit"),
        "/node_modules/": join(root, "node_modules"),
      };
    },
  };
}
