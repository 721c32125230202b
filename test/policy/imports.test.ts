import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { describe, expect, it } from "vitest";

const root = join(import.meta.dirname, "../..");
const packages = ["infer", "latent", "explorer", "export", "train", "serve", "cli"] as const;
type Package = (typeof packages)[number];

/** Which of the house's packages a package may import. */
const mayImport: Record<Package, readonly string[]> = {
  infer: [],
  latent: [],
  explorer: ["@vaekit/infer", "@vaekit/latent"],
  export: ["@vaekit/infer"],
  train: ["@vaekit/infer", "@vaekit/latent", "@vaekit/export"],
  serve: ["@vaekit/infer"],
  cli: [
    "@vaekit/infer",
    "@vaekit/latent",
    "@vaekit/explorer",
    "@vaekit/export",
    "@vaekit/train",
    "@vaekit/serve",
  ],
};

/** Outside libraries that may be imported in one part of the tree only. */
const confined: { library: RegExp; to: RegExp }[] = [
  { library: /^onnxruntime-/, to: /^packages\/infer\/src\/runtime\// },
  { library: /^(vega|vega-lite|@resvg\/resvg-js)$/, to: /^packages\/latent\/src\/draw\// },
  { library: /^twgl\.js$/, to: /^packages\/latent\/src\/map\// },
  { library: /^(preact|@preact\/signals|gifenc)/, to: /^packages\/explorer\/src\/page\// },
  { library: /^(protobufjs|\.\/generated\/)/, to: /^packages\/export\/src\/proto\// },
  { library: /^@tensorflow\/tfjs-core/, to: /^packages\/(export|train)\// },
  { library: /^@tensorflow\//, to: /^packages\/(export|train)\// },
  { library: /^@tensorflow\/tfjs-(layers|backend)/, to: /^packages\/(train\/|export\/src\/models\/)/ },
  { library: /^@tensorflow\/tfjs-converter/, to: /^packages\/export\/src\/models\// },
];

interface Import {
  file: string;
  from: string;
}

function sources(name: Package): string[] {
  const folder = join(root, "packages", name, "src");
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => /\.tsx?$/.test(file) && !file.includes("generated"))
    .map((file) => join(folder, file));
}

function imports(name: Package): Import[] {
  return sources(name).flatMap((path) => {
    const text = readFileSync(path, "utf8");
    const found = text.matchAll(
      /(?:^|\n)\s*(?:import|export)\b[^"';]*?from\s*"([^"]+)"|\bimport\(\s*"([^"]+)"\s*\)|(?:^|\n)import\s+"([^"]+)"/g,
    );
    return Array.from(found, (match) => ({
      file: relative(root, path),
      from: (match[1] ?? match[2] ?? match[3])!,
      // In the text of a file that is written, whose name is filled in.
    })).filter(({ from }) => !from.startsWith("${"));
  });
}

describe("imports point one way", () => {
  it.each(packages)("%s imports only the packages below it", (name) => {
    const found = imports(name);
    expect(found.length).toBeGreaterThan(5);
    const house = found.filter(({ from }) => from.startsWith("@vaekit/") || from === "vaekit");
    const packageOf = (from: string) => from.split("/").slice(0, 2).join("/");
    expect(house.filter(({ from }) => !mayImport[name].includes(packageOf(from)))).toEqual([]);
  });

  it("keeps onnxruntime, protobufjs and tfjs to their parts of the tree", () => {
    const all = packages.flatMap(imports);
    const strays = all.filter(({ file, from }) =>
      confined.some(({ library, to }) => library.test(from) && !to.test(file)),
    );
    expect(strays).toEqual([]);
    for (const { library } of confined)
      expect(
        all.some(({ from }) => library.test(from)),
        `${library}`,
      ).toBe(true);
  });

  it("export loads tfjs's model loaders only when a saved model is read", () => {
    const heavy = /^@tensorflow\/tfjs-(layers|converter|backend)/;
    const folder = join(root, "packages/export/src/models");
    const text = readdirSync(folder)
      .map((file) => readFileSync(join(folder, file), "utf8"))
      .join("\n");
    const loaded = Array.from(
      text.matchAll(/(?:^|\n)(?:import|export)(?! type)\b[^"';]*from "([^"]+)"/g),
      ([, from]) => from!,
    );
    expect(loaded).toContain("@vaekit/infer");
    expect(loaded.filter((from) => heavy.test(from))).toEqual([]);
    expect(text).toMatch(/await import\("@tensorflow\/tfjs-backend-cpu"\)/);
  });

  it("relative imports stay inside their package", () => {
    const strays = packages.flatMap((name) =>
      imports(name).filter(
        ({ file, from }) => from.startsWith(".") && !join(file, "..", from).startsWith(`packages/${name}/`),
      ),
    );
    expect(strays).toEqual([]);
  });

  it("each package declares what it imports", () => {
    for (const name of packages) {
      const manifest = JSON.parse(readFileSync(join(root, "packages", name, "package.json"), "utf8"));
      const declared = new Set([
        ...Object.keys(manifest.dependencies ?? {}),
        ...Object.keys(manifest.peerDependencies ?? {}),
      ]);
      const outside = imports(name).filter(({ file }) => !bundled.test(file));
      expect(
        [...new Set(libraries(outside))].filter((library) => !declared.has(library)),
        name,
      ).toEqual([]);
    }
  });

  it("what is built into the scripts of pages is installed to build them, and not with the package", () => {
    const { devDependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
    const inside = libraries(packages.flatMap(imports).filter(({ file }) => bundled.test(file)));
    expect(inside).toEqual(expect.arrayContaining(["twgl.js", "preact"]));
    const outside = new Set(inside.filter((library) => !library.startsWith("@vaekit/")));
    expect([...outside].filter((library) => !(library in devDependencies))).toEqual([]);
  });
});

/** What is bundled with the libraries that it imports: the report's page and the map by tsup, the explorer and its element by Vite. */
const bundled = /^packages\/(latent\/src\/(report\/page|map)|explorer\/src\/(page|element))\//;

/** The names of the packages that are imported from outside. */
function libraries(found: readonly Import[]): string[] {
  return found
    .map(({ from }) => from)
    .filter((from) => !from.startsWith(".") && !from.startsWith("node:"))
    .map((from) =>
      from
        .split("/")
        .slice(0, from.startsWith("@") ? 2 : 1)
        .join("/"),
    );
}
