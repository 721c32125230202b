import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

const root = join(import.meta.dirname, "../..");
export const folders = ["infer", "latent", "explorer", "export", "train", "serve", "cli"] as const;

interface Manifest {
  name: string;
  exports: Record<string, string | Record<string, unknown>>;
  dependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
}

export interface Packed {
  tarball: string;
  /** Paths inside the package. */
  files: string[];
  manifest: Manifest;
}

/** What `npm publish` would send of a built package, in `folder`. */
export function pack(name: (typeof folders)[number], folder: string): Packed {
  const source = join(root, "packages", name);
  const args = ["pack", "--ignore-scripts", "--json", "--pack-destination", folder];
  const output = execFileSync("npm", args, {
    cwd: source,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
  });
  // npm 12 gives an object by package name, earlier ones a list.
  const [packed] = Object.values(JSON.parse(output)) as [{ filename: string; files: { path: string }[] }];
  return {
    tarball: join(folder, packed.filename),
    files: packed.files.map(({ path }) => path),
    manifest: JSON.parse(readFileSync(join(source, "package.json"), "utf8")),
  };
}

export function temporaryFolder(): { path: string; remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), "vaekit-packed-"));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/**
 * The tarball in node_modules of a project. A real `npm install` needs a registry for the dependencies: they are links to
 * those of this workspace instead, and only what the package declares is there.
 */
export function install(
  { tarball, manifest }: Packed,
  project: string,
  besides: readonly string[] = [],
): void {
  const modules = join(project, "node_modules");
  const place = join(modules, manifest.name);
  mkdirSync(dirname(place), { recursive: true });
  execFileSync("tar", ["-xzf", tarball, "-C", modules]);
  renameSync(join(modules, "package"), place);
  const names = Object.keys({ ...manifest.dependencies, ...manifest.optionalDependencies });
  for (const name of [...names, ...besides]) {
    const own = join(root, "node_modules", name);
    if (!existsSync(own)) continue;
    mkdirSync(dirname(join(modules, name)), { recursive: true });
    symlinkSync(own, join(modules, name));
  }
}

/** Entry points as they are imported: `@vaekit/infer`, `@vaekit/infer/node`, ... Without the script that workers start. */
export function entryPoints({ manifest }: Packed): string[] {
  return Object.entries(manifest.exports)
    .filter(([path, target]) => typeof target === "object" && path !== "./worker/main")
    .map(([path]) => `${manifest.name}${path.slice(1)}`);
}
