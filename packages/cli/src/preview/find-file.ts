import type { Stats } from "node:fs";
import { realpath, stat } from "node:fs/promises";
import { isAbsolute, join, relative, sep } from "node:path";
import type { Target } from "./target.js";

/** What an address means: a file; the same address with a slash at its end; or nothing that is served, and why. */
export type Found = { path: string; stats: Stats } | { moved: string } | { refused: string };

const missing = { refused: "not found" };

/** url: as a request has it. Only what is in the folder is found, and nothing whose name, or whose folder's, begins with a dot. */
export async function findFile({ folder, only }: Target, url: string): Promise<Found> {
  const names = namesIn(url);
  if (!names) return missing;
  if (only !== null) {
    const meant = names.length === 1 && (names[0] === "" || names[0] === only);
    return meant ? fileAt(join(folder, only)) : missing;
  }
  const last = names.at(-1)!;
  if (names.some(isHidden)) return missing;
  const path = await realpath(join(folder, ...names, last === "" ? "index.html" : "")).catch(() => null);
  if (path === null) return missing;
  // Of where a link leads, and of the long name of a short one.
  const inside = relative(await realpath(folder), path);
  if (isAbsolute(inside) || inside.split(sep)[0] === "..") {
    return { refused: "not served: it is a link to outside of the folder" };
  }
  if (inside.split(sep).some(isHidden)) return missing;
  const found = await fileAt(path);
  if ("stats" in found && found.stats.isDirectory()) {
    return last === "" ? missing : { moved: `./${encodeURIComponent(last)}/` };
  }
  return found;
}

async function fileAt(path: string): Promise<Found> {
  const stats = await stat(path).catch(() => null);
  return stats?.isFile() || stats?.isDirectory() ? { path, stats } : missing;
}

const isHidden = (name: string) => name.startsWith(".");

/** The names between an address's slashes, decoded; "" stands at the end of a folder's. Null for what is no path. */
function namesIn(url: string): string[] | null {
  const [path] = url.split(/[?#]/);
  if (!path?.startsWith("/")) return null;
  try {
    const names = path.slice(1).split("/").map(decodeURIComponent);
    const isName = (name: string, i: number) =>
      name === "" ? i === names.length - 1 : !/[/\\\0]/.test(name) && !(sep === "\\" && name.includes(":"));
    return names.every(isName) ? names : null;
  } catch {
    return null;
  }
}
