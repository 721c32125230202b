import { closeSync, existsSync, openSync, readdirSync, readSync, statSync } from "node:fs";
import { extname, join, relative, resolve, sep } from "node:path";
import { headersOfHosts } from "./host-headers.js";
import type { Answer, Site, Unreachable } from "./types.js";

const defaultLimit = 64 * 2 ** 20;
/** Files of a folder lie under it; no request is made to it. */
const base = new URL("https://folder.invalid/");

/** What hosts say of files with these endings. */
const types: Readonly<Record<string, string>> = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".mjs": "text/javascript",
  ".wasm": "application/wasm",
  ".json": "application/json",
};

/** A folder that is to be deployed: answered from its files, with the headers that _headers, netlify.toml and vercel.json say. */
export function folderSite(folder: string, page = "index.html"): Site {
  const headersOf = headersOfHosts(folder);
  const files = listed(folder);
  const urlOf = (path: string) => new URL(path.split(sep).map(encodeURIComponent).join("/"), base);
  const nearby = existsSync(join(folder, page)) ? undefined : pageNear(folder, files);
  return {
    kind: "folder",
    ...(nearby && { nearby }),
    page: new URL(page, base),
    show: (url) =>
      url.origin === base.origin ? decodeURIComponent(url.pathname.slice(1)) || "./" : url.href,
    files: files.map(({ path, bytes }) => ({ url: urlOf(path), bytes })),
    async get(url, { limit = defaultLimit } = {}) {
      if (url.origin !== base.origin)
        return missing(`${url.host} is another server, which a folder says nothing of`);
      const path = place(folder, decodeURIComponent(url.pathname));
      if (!path) return answer(url, 404, new Headers());
      const headers = headersOf(url.pathname);
      const type = types[extname(path).toLowerCase()];
      if (type && !headers.has("content-type")) headers.set("content-type", type);
      return read(url, path, headers, limit);
    },
  };
}

/** Built scripts often lie in a folder below their page, and pages below the project. */
function pageNear(folder: string, files: readonly { path: string }[]): string | undefined {
  const names = files.map(({ path }) => path).filter((path) => /\.html?$/i.test(path));
  const below = names.find((path) => /[\\/]index\.html$/.test(path)) ?? names[0];
  if (below !== undefined) return `there is ${below} in it`;
  const parent = resolve(folder, "..");
  return existsSync(join(parent, "index.html")) ? "there is one in its parent" : undefined;
}

function listed(folder: string): { path: string; bytes: number }[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !join(entry.parentPath, "").includes(`${sep}node_modules`))
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => ({ path: relative(folder, path), bytes: statSync(path).size }));
}

/** The file that a path means; pages under a sub-path ask for `/repository/assets/x.js`, which lies at `assets/x.js`. */
function place(folder: string, pathname: string): string | null {
  const names = pathname.split("/").filter((name) => name !== "" && name !== "." && name !== "..");
  const under = names.length > 1 && !existsSync(join(folder, names[0]!)) ? names.slice(1) : names;
  const path = join(folder, ...under);
  if (!existsSync(path)) return null;
  if (statSync(path).isFile()) return path;
  const index = join(path, "index.html");
  return existsSync(index) ? index : null;
}

function read(url: URL, path: string, headers: Headers, limit: number): Answer {
  const { size } = statSync(path);
  const bytes = Buffer.alloc(Math.min(size, limit));
  const file = openSync(path, "r");
  try {
    let filled = 0;
    while (filled < bytes.length) {
      const count = readSync(file, bytes, filled, bytes.length - filled, filled);
      if (count === 0) break;
      filled += count;
    }
    return { url, status: 200, headers, bytes: bytes.subarray(0, filled), cut: size > limit };
  } finally {
    closeSync(file);
  }
}

function answer(url: URL, status: number, headers: Headers): Answer {
  return { url, status, headers, bytes: new Uint8Array(0), cut: false };
}

function missing(reason: string): Unreachable {
  return { status: null, reason };
}
